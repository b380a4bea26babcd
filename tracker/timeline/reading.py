"""Makes of a story's fold what its pages show: cards, and the figures beside filters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from django.utils import timezone

from sources.models import Tag
from tracker.models.evidence import EvidenceQuerySet
from tracker.passages import lines
from tracker.passages.lines import Line
from tracker.timeline.folding import Fold
from tracker.timeline.narrowing import Choice
from tracker.timeline.origins import Statement

CARRIERS = 4  # articles named under a card
TIMED = ("minute", "second")  # publications known well enough to show a time of day

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Card:
    """A statement as a page shows it: its first passage, and who else carries it."""

    statement: Statement
    lead: Line
    carriers: tuple[Line, ...]
    more: int  # carriers beyond those named
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
        shown = self.lead.published_at or self.lead.first_seen_at
        return timezone.localdate(shown) != self.statement.on

    @property
    def clock(self) -> datetime | None:
        """When on its day the statement was published; None under the day of an event."""
        timed = self.lead.published_precision in TIMED
        if not timed or self.lead.event_on is not None or self.published_another_day:
            return None
        return self.lead.published_at


def cards(
    statements: Iterable[Statement], evidence: EvidenceQuerySet, since: datetime | None = None
) -> dict[int, Card]:
    """The cards of these statements by the id of their first evidence, in one query."""
    wanted = list(statements)
    return cards_of(wanted, lines_of(shown_ids(wanted), evidence), since)


def shown_ids(statements: Iterable[Statement]) -> set[int]:
    """The evidence that the cards of these statements show."""
    return {piece.evidence for said in statements for piece in said.pieces[: CARRIERS + 1]}


def lines_of(
    ids: Iterable[int], evidence: EvidenceQuerySet, also: EvidenceQuerySet | None = None
) -> dict[int, Line]:
    """These passages, and those of one more set, as lists show them, in one query."""
    wanted = evidence.filter(pk__in=list(ids)).order_by().values("pk")
    if also is not None:
        wanted = wanted.union(also.values("pk"))
    return {one.pk: one for one in lines.read(wanted)}


def cards_of(
    statements: Iterable[Statement], held: Mapping[int, Line], since: datetime | None = None
) -> dict[int, Card]:
    """The cards of these statements made of evidence at hand."""
    found = {}
    for said in statements:
        shown = [held[p.evidence] for p in said.pieces[: CARRIERS + 1] if p.evidence in held]
        if not shown:
            continue
        is_new = since is not None and any(one.recorded_at > since for one in shown)
        more = max(0, len(said.pieces) - len(shown))
        found[shown[0].pk] = Card(said, shown[0], tuple(shown[1:]), more, is_new)
    return found


def speakers(
    fold: Fold, choice: Choice, figures: Mapping[object, int]
) -> list[tuple[str, str, int]]:
    """The origins to choose from: key, name and figure, the chosen and the busiest first."""
    names = fold.drawn.get("speakers")
    if names is None:
        names = fold.drawn["speakers"] = _speakers(fold)
    return _to_choose(cast("dict[str, str]", names), choice.speaker, figures)


def _speakers(fold: Fold) -> dict[str, str]:
    names: dict[str, str] = {}
    for said in fold.statements:
        if said.origin and not said.origin.startswith("article:"):
            names[said.origin] = names.get(said.origin) or said.origin_name
    return names


def sources(
    fold: Fold, choice: Choice, figures: Mapping[object, int]
) -> list[tuple[int, str, int]]:
    """The sources to choose from: id, name and figure, the chosen and the busiest first."""
    return _to_choose(fold.sources, choice.source, figures)


def tags(fold: Fold, choice: Choice, figures: Mapping[object, int]) -> list[tuple[Tag, int]]:
    """The tags to choose from with their figures, the busiest first; a chosen one always."""
    found = [(tag, figures.get(slug, 0)) for slug, tag in fold.tags.items()]
    used = [(tag, n) for tag, n in found if n or tag.slug in choice.tag]
    return sorted(used, key=lambda tag: (-tag[1], tag[0].slug))


def _to_choose(
    names: Mapping[Key, str], chosen: object, figures: Mapping[object, int]
) -> list[tuple[Key, str, int]]:
    found = [(key, name, figures.get(key, 0)) for key, name in names.items()]
    return sorted(found, key=lambda one: (one[0] != chosen, -one[2], one[1]))


def by_side(statements: Iterable[Statement]) -> dict[str, list[tuple[str, bool]]]:
    """Who stands for and who against: the names of the origins of each stance, each named once."""
    sides: defaultdict[str, dict[tuple[str, bool], None]] = defaultdict(dict)
    for said in statements:
        if said.origin:
            sides[said.stance][said.origin_name, said.party] = None
    return {side: list(names) for side, names in sides.items()}
