"""Reads the evidence of claims, and what stands beside it, as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils import timezone

from sources.models import Source, SourceTag, Tag
from tracker.models import Claim, Evidence, Speaker, Status, StatusChange, User, together
from tracker.models.evidence import EvidenceQuerySet
from tracker.timeline import days, passageedits
from tracker.timeline.entries import Entry
from tracker.timeline.narrowing import Row
from tracker.timeline.origins import Piece, Statement
from tracker.timeline.passageedits import Edit


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one row of evidence beside what is counted."""

    language: str
    source: int
    recorded: datetime
    published: datetime


FACTS = (
    "version__language",
    "version__article__source_id",
    "recorded_at",
    "version__article__sort_at",
)


_OF_CHANGE: dict[str, type[Model]] = {
    "status": Status,
    "subject": Speaker,
    "by_speaker": Speaker,
    "recorded_by": User,
    "withdrawn_by": User,
}
_CHANGE = together.columns(StatusChange) + [
    column
    for name, model in _OF_CHANGE.items()
    for column in together.columns(model, f"{name}__", leave=["password"])
]


@dataclass(slots=True)
class OfClaim:
    """What was read of one claim."""

    facts: Mapping[int, Facts]
    tags_of: Mapping[int, Mapping[str, Tag]]
    names: Mapping[int, str]
    pieces: list[Piece] = field(default_factory=list)
    edits: list[Row] = field(default_factory=list)
    statuses: list[Row] = field(default_factory=list)
    standing: list[StatusChange] = field(default_factory=list)
    withdrawn: list[StatusChange] = field(default_factory=list)
    parties: dict[int, str] = field(default_factory=dict)  # names of speakers, by id

    @property
    def first(self) -> int | None:
        """The evidence whose article was published first."""
        rows = [piece.evidence for piece in self.pieces]
        return min(rows, key=lambda pk: (self.facts[pk].published, pk), default=None)

    @property
    def sources(self) -> dict[int, str]:
        """The sources it was read in, by id."""
        return {piece.source: self.names.get(piece.source, "") for piece in self.pieces}

    @property
    def tags(self) -> dict[str, Tag]:
        """Their tags, by slug."""
        return {
            slug: tag
            for source in self.sources
            for slug, tag in self.tags_of.get(source, {}).items()
        }

    def said(self, statement: Statement) -> Row:
        """A statement with all it can be chosen by: those of every article that carries it."""
        facts = [self.facts[piece.evidence] for piece in statement.pieces]
        entry = Entry(
            "statement",
            statement.on,
            statement.pieces[0].evidence,
            statement,
            facts[0].published,
            statement.until,
        )
        return Row(
            entry,
            statement.claim,
            statement.stance,
            statement.origin,
            frozenset(one.language.partition("-")[0] for one in facts if one.language),
            frozenset(tag for one in facts for tag in self.tags_of.get(one.source, ())),
            frozenset(one.source for one in facts),
            max(one.recorded for one in facts),
        )


def read(
    roots: Mapping[int, int], user: User | AnonymousUser, at: datetime | None
) -> dict[int, OfClaim]:
    """Everything that stands, or stood, of these claims, in two queries.

    Args:
        roots: for each claim to read, the claim it counts under: itself, or what it was merged
            into.
        at: a moment in the past; None for now.
    """
    evidence = Evidence.objects.visible_to(user).standing(at).filter(claim__in=list(roots))
    rows = evidence.pieces_with(*FACTS)
    found = [piece for piece, _ in rows]
    facts = {piece.evidence: Facts(*known) for piece, known in rows}
    rest = _rest(user, roots, {one.source for one in facts.values()}, evidence, at)
    names = {row["pk"]: row["name"] for row in rest["sources"]}
    tags = _tags(rest["tags"])
    claims = {pk: OfClaim(facts, tags, names) for pk in roots.values()}
    for piece in _named(found, names):
        claims[roots[piece.claim]].pieces.append(_under(roots, piece))
    for change in map(_change, rest["changes"]):
        of = claims[change.claim_id]
        if at is None and change.withdrawn_at is not None:
            of.withdrawn.append(change)
        else:
            of.standing.append(change)
            of.statuses.append(_status(change))
    for edit, happened in passageedits.read(rest["edits"], at):
        if edit.evidence in facts:  # else it was linked since the rows were read
            row = _edited(_under(roots, edit), happened, facts[edit.evidence], tags)
            claims[roots[edit.claim]].edits.append(row)
    for party in rest["parties"]:
        claims[roots[party["claim_id"]]].parties[party["speaker_id"]] = party["speaker__name"]
    return claims


def _rest(
    user: User | AnonymousUser,
    roots: Mapping[int, int],
    sources: Iterable[int],
    evidence: EvidenceQuerySet,
    at: datetime | None,
) -> dict[str, list[together.Row]]:
    """What stands beside the evidence, all of it few rows: read together."""
    worn = SourceTag.objects.filter(source__in=sources)
    changes = StatusChange.objects.visible_to(user).filter(claim__in=set(roots.values()))
    if at is not None:
        changes = changes.standing(at)
    parties = Claim.parties.through.objects.filter(claim__in=list(roots))
    return together.read(
        sources=Source.objects.filter(pk__in=sources).values("pk", "name"),
        tags=worn.values("source_id", *together.columns(Tag, "tag__")),
        changes=changes.values(*_CHANGE),
        edits=passageedits.touched(evidence),
        parties=parties.order_by("speaker__name").values("claim_id", "speaker_id", "speaker__name"),
    )


Counted = TypeVar("Counted", Piece, Edit)


def _under(roots: Mapping[int, int], one: Counted) -> Counted:
    """The same, under the claim its own was merged into."""
    return one if roots[one.claim] == one.claim else replace(one, claim=roots[one.claim])


def pieces(evidence: EvidenceQuerySet) -> list[Piece]:
    """The rows as plain values; an outlet that is an origin by its own reporting has its name."""
    found = evidence.pieces()
    own = {piece.source for piece in found if _is_own_reporting(piece)}
    return _named(found, dict(Source.objects.filter(pk__in=own).values_list("pk", "name")))


def _named(found: Iterable[Piece], names: Mapping[int, str]) -> list[Piece]:
    """The pieces, an outlet's own reporting named after the outlet."""
    return [
        replace(piece, origin_name=names.get(piece.source, ""))
        if _is_own_reporting(piece)
        else piece
        for piece in found
    ]


def _is_own_reporting(piece: Piece) -> bool:
    return not piece.origin and piece.independent == "yes"


def _tags(rows: Iterable[together.Row]) -> dict[int, dict[str, Tag]]:
    """The tags of each source by slug."""
    tags: defaultdict[int, dict[str, Tag]] = defaultdict(dict)
    for row in rows:
        tag = together.made(Tag, row, "tag__")
        assert tag is not None
        tags[row["source_id"]][tag.slug] = tag
    return dict(tags)


def _change(row: together.Row) -> StatusChange:
    change = together.made(StatusChange, row)
    assert change is not None
    for name, model in _OF_CHANGE.items():
        setattr(change, name, together.made(model, row, f"{name}__"))
    return change


def _status(change: StatusChange) -> Row:
    until = days.last(change.effective_on, change.precision)
    entry = Entry("status", change.effective_on, change.pk, change, until=until)
    return Row(entry, change.claim_id, recorded=change.recorded_at)


def _edited(
    edit: Edit,
    happened: tuple[int, datetime],
    known: Facts,
    tags: Mapping[int, Mapping[str, Tag]],
) -> Row:
    anchor, when = happened
    return Row(
        Entry("edit", timezone.localdate(when), anchor, edit, when),
        edit.claim,
        languages=frozenset({known.language.partition("-")[0]} - {""}),
        tags=frozenset(tags.get(known.source, ())),
        sources=frozenset({known.source}),
        recorded=when,
    )
