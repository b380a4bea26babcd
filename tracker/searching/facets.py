"""Narrows what a search found, and counts what each choice leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

SIDES = ("source", "tag", "lang", "story", "evidence", "dates")


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that says what was searched for, by what it can be narrowed."""

    article: int
    version: int
    cluster: int
    source: str
    lang: str
    on: date
    tags: frozenset[str]
    stories: frozenset[int]
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
        left = narrowed(hits, chosen, but=side)
        counted = Counter(value for hit in left for value in _values(hit, side))
        found[side] = dict(counted.most_common())
    days = [hit.on for hit in narrowed(hits, chosen, but="dates")]
    length = 4 if len({day.year for day in days}) > 1 else 7
    found["dates"] = dict(sorted(Counter(day.isoformat()[:length] for day in days).items()))
    return found


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
    return not wanted or not wanted.isdisjoint(_values(hit, side))


def _values(hit: Hit, side: str) -> frozenset[Hashable]:
    if side == "tag":
        return frozenset(hit.tags)
    if side == "story":
        return frozenset(hit.stories)
    if side == "evidence":
        return frozenset({True} if hit.evidence else ())
    return frozenset({getattr(hit, side)} - {""})
