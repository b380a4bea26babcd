"""Reads from the rows what the pages of a story show: its statements, its overview, its cards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Min, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, pgettext

from sources.models import Article, Source, SourceTag
from tracker import chart, origins
from tracker.models import (
    Anchor,
    Claim,
    ClaimRelation,
    Evidence,
    StatusChange,
    Story,
    User,
)
from tracker.models.evidence import EvidenceQuerySet
from tracker.narrowing import Row
from tracker.origins import Piece, Statement
from tracker.timeline import Entry

CARRIERS = 8  # articles named under a card
TIMED = ("minute", "second")  # publications known well enough to show a time of day


@dataclass(frozen=True, slots=True)
class Card:
    """A statement as a page shows it: its first passage, and who else carries it."""

    statement: Statement
    lead: Evidence
    carriers: tuple[Evidence, ...]
    more: int  # carriers beyond those named
    anchor: Anchor | None  # where the passage stands in the article's current version
    is_new: bool

    @property
    def others(self) -> int:
        """How many more articles carry the statement."""
        return len({piece.article for piece in self.statement.pieces}) - 1

    @property
    def published_another_day(self) -> bool:
        """Whether the first passage was published on another day than the statement stands under.

        The day may be the event's, and copies of one text stand under the day of the earliest.
        """
        article = self.lead.version.article
        shown = article.published_at or article.first_seen_at
        return timezone.localdate(shown) != self.statement.on

    @property
    def clock(self) -> datetime | None:
        """When on its day the statement was published; None under the day of an event."""
        article = self.lead.version.article
        timed = article.published_precision in TIMED
        if not timed or self.lead.event_on is not None or self.published_another_day:
            return None
        return article.published_at


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A dated event of a story, in the reader's language."""

    on: date
    label: str


def rows(evidence: EvidenceQuerySet) -> list[Row]:
    """The statements of these evidence rows, with what narrows them, in a few queries."""
    known = {
        pk: (language, source, recorded, published)
        for pk, language, source, recorded, published in evidence.values_list(
            "pk",
            "version__language",
            "version__article__source_id",
            "recorded_at",
            "version__article__sort_at",
        )
    }
    tags: defaultdict[int, set[str]] = defaultdict(set)
    tagged = SourceTag.objects.filter(source__in={facts[1] for facts in known.values()})
    for source, slug in tagged.values_list("source_id", "tag__slug"):
        tags[source].add(slug)
    return [_row(statement, known, tags) for statement in origins.statements(pieces(evidence))]


def pieces(evidence: EvidenceQuerySet) -> list[Piece]:
    """The rows as plain values; an outlet that is an origin by its own reporting has its name."""
    found = evidence.pieces()
    own = {piece.source for piece in found if _is_own_reporting(piece)}
    names = dict(Source.objects.filter(pk__in=own).values_list("pk", "name")) if own else {}
    return [
        replace(piece, origin_name=names[piece.source]) if _is_own_reporting(piece) else piece
        for piece in found
    ]


def _is_own_reporting(piece: Piece) -> bool:
    return not piece.origin and piece.independent == "yes"


def _row(
    statement: Statement,
    known: Mapping[int, tuple[str, int, datetime, datetime]],
    tags: Mapping[int, set[str]],
) -> Row:
    facts = [known[piece.evidence] for piece in statement.pieces if piece.evidence in known]
    return Row(
        statement,
        frozenset(language.partition("-")[0] for language, *_ in facts if language),
        frozenset(tag for _, source, *_ in facts for tag in tags.get(source, ())),
        max(recorded for _, _, recorded, _ in facts),
        facts[0][3],
    )


def cards(
    statements: Iterable[Statement], evidence: EvidenceQuerySet, since: datetime | None = None
) -> dict[int, Card]:
    """The cards of these statements by the id of their first evidence, in a few queries."""
    wanted = list(statements)
    ids = {piece.evidence for said in wanted for piece in said.pieces[: CARRIERS + 1]}
    held = {one.pk: one for one in evidence.filter(pk__in=ids).for_display()}
    anchors = {
        anchor.evidence_id: anchor
        for anchor in Anchor.objects.filter(
            evidence__in=held, version=F("evidence__version__article__current_version")
        )
    }
    found = {}
    for said in wanted:
        shown = [held[p.evidence] for p in said.pieces[: CARRIERS + 1] if p.evidence in held]
        if not shown:
            continue
        lead = shown[0]
        is_new = since is not None and any(one.recorded_at > since for one in shown)
        more = max(0, len(said.pieces) - len(shown))
        anchor = anchors.get(lead.pk)
        found[lead.pk] = Card(said, lead, tuple(shown[1:]), more, anchor, is_new)
    return found


def key_events(story: Story) -> list[KeyEvent]:
    """The key events of a story, oldest first; those without a readable date are left out."""
    language = "fr" if (get_language() or "").startswith("fr") else "en"
    found = []
    for event in story.key_events:
        on = parse_date(str(event.get("date", "")))
        label = event.get(language) or event.get("en") or ""
        if on and label:
            found.append(KeyEvent(on, label))
    return sorted(found, key=lambda event: event.on)


def entries(
    rows: Iterable[Row],
    changes: Iterable[StatusChange] = (),
    events: Iterable[KeyEvent] = (),
) -> list[Entry]:
    """Everything that stands on the timeline."""
    return [
        *(_said(row) for row in rows),
        *(Entry("status", change.effective_on, change.pk, change) for change in changes),
        *(Entry("event", event.on, place, event) for place, event in enumerate(events)),
    ]


def _said(row: Row) -> Entry:
    said = row.statement
    return Entry("statement", said.on, said.pieces[0].evidence, said, row.published)


def counts(statements: Iterable[Statement]) -> dict[int, origins.Count]:
    """The figures of each claim."""
    by_claim: defaultdict[int, list[Piece]] = defaultdict(list)
    for said in statements:
        by_claim[said.claim] += said.pieces
    return {claim: origins.count(of_claim) for claim, of_claim in by_claim.items()}


def overview(
    statements: Sequence[Statement], claims: Sequence[Claim], events: Iterable[KeyEvent]
) -> chart.Chart | None:
    """The overview chart of a story."""
    changes = [
        (claim.pk, claim.status.effective_on) for claim in claims if claim.status is not None
    ]
    return chart.draw(
        statements,
        changes,
        [chart.Event(event.on, event.label) for event in events],
        claims=[claim.pk for claim in claims],
    )


def by_side(statements: Iterable[Statement]) -> dict[str, list[tuple[str, bool]]]:
    """Who stands for and who against: the names of the origins of each stance, each named once."""
    sides: defaultdict[str, dict[tuple[str, bool], None]] = defaultdict(dict)
    for said in statements:
        if said.origin:
            sides[said.stance][said.origin_name, said.party] = None
    return {side: list(names) for side, names in sides.items()}


def cells(drawn: chart.Chart | None) -> dict[str, object]:
    """The figures of the chart's columns, for the script that reads them out."""
    if drawn is None:
        return {}
    return {
        "start": drawn.start.isoformat(),
        "end": drawn.end.isoformat(),
        "left": drawn.left,
        "width": drawn.width,
        "column": drawn.column,
        "lanes": {
            str(lane.claim): {
                "cells": {str(place): figures for place, figures in lane.cells.items()},
                "names": {str(place): names[:4] for place, names in lane.names.items()},
            }
            for lane in drawn.lanes
        },
    }


def related(claim: Claim, user: User | AnonymousUser) -> list[tuple[str, Claim]]:
    """The claims this one stands in relation to: the verb as seen from here, and the claim."""
    backwards = {
        ClaimRelation.Verb.ANSWERS: pgettext("claim relation", "answered by"),
        ClaimRelation.Verb.CONTRADICTS: pgettext("claim relation", "contradicted by"),
        ClaimRelation.Verb.FOLLOWS: pgettext("claim relation", "followed by"),
        ClaimRelation.Verb.REPEATS: pgettext("claim relation", "repeated by"),
    }
    relations = ClaimRelation.objects.filter(Q(claim=claim) | Q(other=claim))
    others = relations.values_list("claim_id", "verb", "other_id")
    found = [
        (str(ClaimRelation.Verb(verb).label), other)
        if of == claim.pk
        else (backwards[ClaimRelation.Verb(verb)], of)
        for of, verb, other in others
    ]
    visible = Claim.objects.visible_to(user).select_related("story").with_status()
    held = visible.in_bulk([pk for _, pk in found])
    return [(verb, held[pk]) for verb, pk in found if pk in held]


def speaking(statements: Iterable[Statement]) -> list[tuple[str, bool, int]]:
    """Who speaks about a claim: name, whether a party, number of statements, the busiest first."""
    said = Counter((one.origin_name, one.party) for one in statements if one.origin)
    return [(name, party, number) for (name, party), number in said.most_common()]


def clusters(evidence: EvidenceQuerySet) -> list[dict[str, object]]:
    """The texts that several articles carry: where each is from, since when, in how many copies."""
    carried = evidence.values("version__article__cluster").order_by()
    found = (
        Article.objects.filter(cluster__in=carried.values("version__article__cluster"))
        .values("cluster", "cluster__origin__name", "cluster__basis")
        .annotate(copies=Count("pk"), first=Min("sort_at"), title=Min("title"))
        .filter(copies__gt=1)
        .order_by("-copies")
    )
    return [dict(row) for row in found[:20]]
