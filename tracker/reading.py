"""Reads from the rows what the pages of a story show: its statements, its overview, its cards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Min, Q
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, pgettext

from sources.models import Article, SourceTag
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
from tracker.origins import Statement
from tracker.timeline import Entry

CARRIERS = 8  # articles named under a card


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


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A dated event of a story, in the reader's language."""

    on: date
    label: str


def rows(evidence: EvidenceQuerySet) -> list[Row]:
    """The statements of these evidence rows, with what narrows them, in three queries."""
    known = {
        pk: (language, source, recorded)
        for pk, language, source, recorded in evidence.values_list(
            "pk", "version__language", "version__article__source_id", "recorded_at"
        )
    }
    tags: defaultdict[int, set[str]] = defaultdict(set)
    tagged = SourceTag.objects.filter(source__in={source for _, source, _ in known.values()})
    for source, slug in tagged.values_list("source_id", "tag__slug"):
        tags[source].add(slug)
    return [_row(statement, known, tags) for statement in origins.statements(evidence.pieces())]


def _row(
    statement: Statement,
    known: Mapping[int, tuple[str, int, datetime]],
    tags: Mapping[int, set[str]],
) -> Row:
    facts = [known[piece.evidence] for piece in statement.pieces if piece.evidence in known]
    return Row(
        statement,
        frozenset(language.partition("-")[0] for language, _, _ in facts if language),
        frozenset(tag for _, source, _ in facts for tag in tags.get(source, ())),
        max(recorded for _, _, recorded in facts),
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
    statements: Iterable[Statement],
    changes: Iterable[StatusChange] = (),
    events: Iterable[KeyEvent] = (),
) -> list[Entry]:
    """Everything that stands on the timeline."""
    return [
        *(Entry("statement", s.on, s.pieces[0].evidence, s) for s in statements),
        *(Entry("status", change.effective_on, change.pk, change) for change in changes),
        *(Entry("event", event.on, place, event) for place, event in enumerate(events)),
    ]


def counts(statements: Iterable[Statement]) -> dict[int, origins.Count]:
    """The figures of each claim."""
    pieces: defaultdict[int, list[origins.Piece]] = defaultdict(list)
    for said in statements:
        pieces[said.claim] += said.pieces
    return {claim: origins.count(of_claim) for claim, of_claim in pieces.items()}


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
