"""Counts how many independent origins stand behind a claim, and never an echo as an origin.

An origin is the last known link of an attribution chain: a speaker, an outlet or an article whose
unnamed source only that outlet spoke to. Copies of one text, and outlets relaying the same outlet
or speaker, share their origin. A text of unknown lineage counts as no origin at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

# They are shown beside the claim, but neither backs nor challenges it.
OUTSIDE_THE_COUNTS = frozenset({"context", "declines"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of evidence as plain values.

    `origin` is "" when the lineage is unknown, else a stable key: "speaker:7", "source:3",
    "article:12". `independent` is what an editor stated: "yes", "no" or "" (not established).
    `text_origin` is the outlet the whole text is known to come from ("source:9"), by its credit or
    an editor's word; it is a fact of the copy cluster, so all rows of a cluster carry the same.
    `until` is the last day of what is known to a month, a year or a span only.
    """

    evidence: int
    claim: int
    article: int
    cluster: int
    origin: str
    origin_name: str
    party: bool
    stance: str
    on: date | None
    source: int
    independent: str = ""
    text_origin: str = ""
    text_origin_name: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """The figures a claim shows; `unknown` counts texts (copy clusters), not their copies."""

    origins: int
    articles: int
    unknown: int
    parties: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An origin saying one thing about a claim on one day, with its relays and copies folded in.

    The day may be known to a month, a year or a span only: `until` is the last it may have been.
    """

    claim: int
    origin: str
    origin_name: str
    party: bool
    stance: str
    on: date | None
    pieces: tuple[Piece, ...]
    until: date | None = None


def statements(pieces: Iterable[Piece]) -> list[Statement]:
    """Group evidence into statements (claim, origin, stance, day), oldest first, undated last.

    Copies of unknown lineage fold together by text, under the earliest of their days. Each claim
    is looked at by itself, so that the page of a claim and that of its story fold it alike.
    """
    by_claim: defaultdict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_claim[piece.claim].append(piece)
    groups: defaultdict[tuple[object, ...], list[Piece]] = defaultdict(list)
    for piece in (row for rows in by_claim.values() for row in _resolved(rows)):
        key: tuple[object, ...] = (piece.claim, piece.origin, piece.stance, piece.on, piece.until)
        if not piece.origin:
            key = (piece.claim, "", piece.stance, piece.cluster)
        groups[key].append(piece)
    return sorted((_statement(group) for group in groups.values()), key=_statement_order)


def count(pieces: Iterable[Piece]) -> Count:
    """Count the origins, articles, texts of unknown lineage and parties behind these rows."""
    return figures(rows_counted(pieces))


def figures(rows: Mapping[str, tuple[Piece, ...]]) -> Count:
    """The figures of rows that were counted."""
    return Count(
        origins=len({piece.origin for piece in rows["origins"]}),
        articles=len({piece.article for piece in rows["articles"]}),
        unknown=len({piece.cluster for piece in rows["unknown"]}),
        parties=len({piece.origin for piece in rows["parties"]}),
    )


def rows_counted(pieces: Iterable[Piece]) -> dict[str, tuple[Piece, ...]]:
    """For each figure of `Count`, by its name, exactly the rows it counted.

    The rows carry the origin they were counted under, so a copy that was recorded without one
    appears with the origin of its text. Rows an editor called not independent are articles only.
    """
    counted = [piece for piece in _resolved(pieces) if piece.stance not in OUTSIDE_THE_COUNTS]
    lineages = [piece for piece in counted if _counts(piece)]
    known = [piece for piece in lineages if piece.origin]
    parties = {piece.origin for piece in known if piece.party}
    return {
        "origins": tuple(known),
        "articles": tuple(counted),
        "unknown": tuple(piece for piece in lineages if not piece.origin),
        "parties": tuple(piece for piece in known if piece.origin in parties),
    }


def _resolved(pieces: Iterable[Piece]) -> list[Piece]:
    """The rows in a fixed order, each under the one key its origin is counted by."""
    rows = [_confirmed(piece) for piece in sorted(pieces, key=lambda row: row.evidence)]
    rows = _with_one_own_reporter_per_text(_with_one_article_per_text(rows))
    return _with_one_origin_per_teller(_with_text_origin(rows))


def _counts(row: Piece) -> bool:
    """Whether a row may show that an origin exists."""
    return row.independent != "no" and row.stance not in OUTSIDE_THE_COUNTS


def _own_reporting(row: Piece) -> bool:
    """Whether an editor confirmed that the outlet whose text this is reports it itself."""
    own = row.text_origin or f"source:{row.source}"
    return row.independent == "yes" and row.origin == own


def _confirmed(piece: Piece) -> Piece:
    """Own reporting is the outlet's origin once an editor says it is independent.

    In a text that credits another outlet it is that outlet's own reporting, whoever carries it.
    """
    if piece.text_origin and not piece.origin:
        return replace(piece, origin=piece.text_origin, origin_name=piece.text_origin_name)
    if piece.origin or piece.independent != "yes":
        return piece
    return replace(piece, origin=f"source:{piece.source}")


def _with_text_origin(rows: list[Piece]) -> list[Piece]:
    """Give copies of unknown lineage the outlet their text is known to come from.

    Only an outlet stands for a whole text: a speaker stands for one passage, and another passage
    of the same text may have another speaker. Two candidate outlets leave the lineage unknown.
    """
    outlets: defaultdict[tuple[int, int], dict[str, Piece]] = defaultdict(dict)
    for row in rows:
        if row.origin.startswith("source:") and _counts(row):
            outlets[row.claim, row.cluster].setdefault(row.origin, row)
    resolved = []
    for row in rows:
        candidates = outlets.get((row.claim, row.cluster), {})
        if not row.origin and len(candidates) == 1:
            (credited,) = candidates.values()
            name, party = credited.origin_name, credited.party
            row = replace(row, origin=credited.origin, origin_name=name, party=party)
        resolved.append(row)
    return resolved


def _with_one_article_per_text(rows: list[Piece]) -> list[Piece]:
    """The unnamed source of an article is the unnamed source of its copies."""
    texts = {row.article: row.cluster for row in rows}
    first: dict[int, int] = {}
    for article, cluster in texts.items():
        first[cluster] = min(article, first.get(cluster, article))
    resolved = []
    for row in rows:
        kind, _, number = row.origin.partition(":")
        if kind == "article" and number.isdigit() and int(number) in texts:
            row = replace(row, origin=f"article:{first[texts[int(number)]]}")
        resolved.append(row)
    return resolved


def _with_one_origin_per_teller(rows: list[Piece]) -> list[Piece]:
    """Those who relay an outlet relay what its unnamed source told it, as far as anyone can tell.

    So a report with an unnamed source and the outlets that cite the report are one origin. An
    outlet's own reporting that an editor confirmed stands for itself.
    """
    told: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        kind, _, number = row.origin.partition(":")
        if kind == "article" and number.isdigit() and _counts(row):
            told[f"source:{row.source}"].add(int(number))
    return [
        replace(row, origin=f"article:{min(told[row.origin])}")
        if row.origin in told and not _own_reporting(row)
        else row
        for row in rows
    ]


def _with_one_own_reporter_per_text(rows: list[Piece]) -> list[Piece]:
    """Outlets that each call the same text their own reporting are one origin, not several.

    Such a text counts under an outlet that is an origin elsewhere if one of them is; else the
    texts that share an outlet count together, so that one more copy can never add an origin.
    """
    reporters: defaultdict[int, set[str]] = defaultdict(set)
    outlets = [row for row in rows if row.origin.startswith("source:") and _counts(row)]
    for row in outlets:
        if row.origin == f"source:{row.source}":
            reporters[row.cluster].add(row.origin)
    contested = {text: own for text, own in reporters.items() if len(own) > 1}
    established = {r.origin for r in outlets if r.origin not in contested.get(r.cluster, ())}
    stands_for = _merged([own for own in contested.values() if not own & established])
    resolved = []
    for row in rows:
        own = contested.get(row.cluster, set())
        if row.origin in own:
            covering = own & established
            origin = _first(covering) if covering else stands_for[row.origin]
            row = replace(row, origin=origin)
        resolved.append(row)
    return resolved


def _merged(groups: list[set[str]]) -> dict[str, str]:
    """For each member, the first member of all the groups it is connected to."""
    components: list[set[str]] = []
    for group in groups:
        touching = [component for component in components if component & group]
        components = [component for component in components if not component & group]
        components.append(group.union(*touching))
    return {member: _first(component) for component in components for member in component}


def _first(origins: set[str]) -> str:
    return min(origins, key=lambda origin: (len(origin), origin))


def _statement(group: list[Piece]) -> Statement:
    first = group[0]
    days = [(piece.on, piece.until) for piece in group if piece.on is not None]
    on, until = min(days, key=lambda day: (day[0], day[1] or day[0]), default=(None, None))
    own_name = [p.origin_name for p in group if p.origin == f"source:{p.source}" and p.origin_name]
    names = own_name or [piece.origin_name for piece in group if piece.origin_name]
    return Statement(
        claim=first.claim,
        origin=first.origin,
        origin_name=names[0] if names else "",
        party=any(piece.party for piece in group),
        stance=first.stance,
        on=on,
        pieces=tuple(group),
        until=until,
    )


def _statement_order(statement: Statement) -> tuple[date, int, bool, str, str, int]:
    on = statement.on or date.max
    origin, evidence = statement.origin, statement.pieces[0].evidence
    return (on, statement.claim, not origin, origin, statement.stance, evidence)
