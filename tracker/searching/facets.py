"""Narrows what a search found, and counts what each choice leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

SIDES = ("source", "tag", "lang", "story", "evidence", "dates")


class Hit(NamedTuple):
    """An article that says what was searched for, by what it can be narrowed."""

    at: datetime
    article: int
    source: str
    lang: str
    on: date
    tags: Sequence[str]
    stories: Sequence[int]
    evidence: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a reader chose; an empty value leaves that side open. Days are of the newsroom."""

    source: frozenset[str] = frozenset()
    tag: frozenset[str] = frozenset()
    lang: frozenset[str] = frozenset()
    story: frozenset[int] = frozenset()
    evidence: bool = False
    first: date | None = None
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing was chosen."""
        sides = (self.source, self.tag, self.lang, self.story, self.evidence, self.first, self.last)
        return not any(sides)


def narrowed(hits: Iterable[Hit], chosen: Chosen, *, but: str = "") -> list[Hit]:
    """The hits that fit every side of the choice, the side named `but` left open."""
    sides = [side for side in SIDES if side != but and not _is_open(chosen, side)]
    if not sides:
        return list(hits)
    return [hit for hit in hits if all(_fits(hit, chosen, side) for side in sides)]


def counts(hits: Sequence[Hit], chosen: Chosen) -> dict[str, dict[Hashable, int]]:
    """For each side, how many hits each of its values leaves under the other choices.

    The side "dates" is counted by year, or by month ("2023-04") when all is of one year.
    """
    found: dict[str, dict[Hashable, int]] = {}
    for side in SIDES[:-1]:
        counted = Counter(_all_values(narrowed(hits, chosen, but=side), side))
        found[side] = dict(counted.most_common())
    days = [hit.on for hit in narrowed(hits, chosen, but="dates")]
    by_year = len({day.year for day in days}) > 1
    spans = Counter(f"{day.year}" if by_year else f"{day:%Y-%m}" for day in days)
    found["dates"] = dict(sorted(spans.items()))
    return found


def _all_values(hits: Iterable[Hit], side: str) -> Iterable[Hashable]:
    """Every value that some of the hits has on a side, as often as they have it."""
    if side == "tag":
        return chain.from_iterable(hit.tags for hit in hits)
    if side == "story":
        return chain.from_iterable(hit.stories for hit in hits)
    if side == "evidence":
        return (True for hit in hits if hit.evidence)
    return filter(None, map(attrgetter(side), hits))


def _is_open(chosen: Chosen, side: str) -> bool:
    if side == "dates":
        return not (chosen.first or chosen.last)
    return not getattr(chosen, side)


def _fits(hit: Hit, chosen: Chosen, side: str) -> bool:
    if side == "dates":
        return (chosen.first or hit.on) <= hit.on <= (chosen.last or hit.on)
    if side == "evidence":
        return hit.evidence or not chosen.evidence
    wanted: frozenset[Hashable] = getattr(chosen, side)
    return not wanted or not wanted.isdisjoint(_all_values((hit,), side))
