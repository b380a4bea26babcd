"""Narrows a timeline to what a reader chose, and counts what each choice leaves.

Each value of each side (a claim, a stance, a tag ...) is a set of places on the timeline, kept as
the bits of one integer. So narrowing twenty thousand rows is a handful of ANDs, and a figure beside
a choice is a count of bits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import takewhile

from tracker.timeline.entries import Entry, Page, cursor, days, named, place

FACETS = ("claim", "stance", "lang", "tag", "source", "speaker")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the timeline, and what it can be chosen by.

    A side without a value is never chosen: a change of status has a claim but no stance.
    """

    entry: Entry
    claim: int | None = None
    stance: str = ""
    speaker: str = ""
    languages: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    sources: frozenset[int] = frozenset()
    recorded: datetime | None = None  # when we last learned of it


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose; an empty value leaves that side open.

    `speaker` is the key of an origin, or "unnamed" for all whom no outlet named.
    """

    claim: int | None = None
    stance: frozenset[str] = frozenset()
    lang: frozenset[str] = frozenset()
    tag: frozenset[str] = frozenset()
    source: int | None = None
    speaker: str = ""
    since: datetime | None = None
    first: date | None = None
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing was chosen."""
        return not any(getattr(self, field.name) for field in fields(self))


class Timeline:
    """All that stands on a timeline, sorted once, to be narrowed as often as somebody asks."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = sorted(rows, key=lambda row: place(row.entry))
        self._places = [place(row.entry) for row in self.rows]
        self._everything = (1 << len(self.rows)) - 1
        spans = ((place, row.entry) for place, row in enumerate(self.rows) if row.entry.until)
        self._spans = [(place, entry.on) for place, entry in spans if entry.on]
        positions: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
        for position, row in enumerate(self.rows):
            positions["kind", row.entry.kind].append(position)
            for key in _values(row):
                positions[key].append(position)
        found: defaultdict[str, dict[object, int]] = defaultdict(dict)
        for (side, value), places in positions.items():
            found[side][value] = self._bits(places)
        self._sets = dict(found)
        self.said = self._sets.get("kind", {}).get("statement", 0)
        learned = ((row.recorded, place) for place, row in enumerate(self.rows) if row.recorded)
        self._learned = sorted(learned, reverse=True)

    def narrow(self, choice: Choice) -> int:
        """The places that fit every side of the choice."""
        return self._common(self._by_side(choice).values())

    def facets(self, choice: Choice) -> dict[str, dict[object, int]]:
        """For each side, how many statements each of its values leaves under the other sides."""
        chosen = self._by_side(choice)
        found: dict[str, dict[object, int]] = {}
        for side in FACETS:
            others = self._common(places for name, places in chosen.items() if name != side)
            found[side] = self.counts(side, others & self.said)
        return found

    def since(self, moment: datetime) -> int:
        """The places of what we learned after a moment."""
        later = takewhile(lambda learned: learned[0] > moment, self._learned)
        return self._bits(place for _, place in later)

    def counts(self, side: str, places: int) -> dict[object, int]:
        """How many of these places each value of a side has; of "kind", too."""
        values = self._sets.get(side, {})
        counted = {value: (places & own).bit_count() for value, own in values.items()}
        return {value: number for value, number in counted.items() if number}

    def holds(self, places: int, entry: Entry) -> bool:
        """Whether an entry stands at one of these places."""
        return bool(places >> bisect_left(self._places, place(entry)) & 1)

    def rows_at(self, places: int) -> Iterator[Row]:
        """The rows at these places, newest first."""
        while places:
            lowest = places & -places
            yield self.rows[lowest.bit_length() - 1]
            places ^= lowest

    def entries(self, places: int) -> Iterator[Entry]:
        """The entries at these places, newest first."""
        return (row.entry for row in self.rows_at(places))

    def page(self, places: int, before: str = "", size: int = 30) -> Page:
        """The page that follows the entry named by the cursor `before`, of at most `size` entries.

        A cursor that is not one starts at the top.
        """
        total = places.bit_count()
        key = named(before)
        if key is not None:
            places &= -1 << bisect_right(self._places, key)
        taken = [entry for entry, _ in zip(self.entries(places), range(size), strict=False)]
        earlier = cursor(taken[-1]) if places.bit_count() > size else ""
        return Page(tuple(days(taken)), len(taken), total, earlier)

    def _by_side(self, choice: Choice) -> dict[str, int]:
        """For each side, the places that fit what was chosen on it."""
        found = {side: self._chosen(side, getattr(choice, side)) for side in FACETS}
        found["dates"] = self._between(choice.first, choice.last)
        found["since"] = self.since(choice.since) if choice.since else self._everything
        return found

    def _common(self, sets: Iterable[int]) -> int:
        left = self._everything
        for places in sets:
            left &= places
        return left

    def _chosen(self, side: str, wanted: object) -> int:
        chosen = wanted if isinstance(wanted, frozenset) else {wanted} - {None, ""}
        if not chosen:
            return self._everything
        places = 0
        for value in chosen:
            places |= self._sets.get(side, {}).get(value, 0)
        return places

    def _between(self, first: date | None, last: date | None) -> int:
        """The places of these days, both included; what has no date is left out by any date.

        What is known to a month, a year or a span only may have been on any of its days.
        """
        if first is None and last is None:
            return self._everything
        begin = bisect_left(self._places, (-(last or date.max).toordinal(),))
        end = bisect_left(self._places, (-(first or date.min).toordinal() + 1,))
        undated = bisect_left(self._places, (-date.min.toordinal(),))
        end = max(begin, min(end, undated))
        later = (place for place, on in self._spans if place < begin and on <= (last or date.max))
        return (1 << end) - (1 << begin) | self._bits(later)

    def _bits(self, places: Iterable[int]) -> int:
        bits = bytearray(len(self.rows) // 8 + 1)
        for position in places:
            bits[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(bits, "little")


def _values(row: Row) -> Iterator[tuple[str, object]]:
    """Every side and value the row is chosen by."""
    if row.claim is not None:
        yield "claim", row.claim
    if row.stance:
        yield "stance", row.stance
    if row.speaker:
        yield "speaker", "unnamed" if row.speaker.startswith("article:") else row.speaker
    yield from (("lang", language) for language in row.languages)
    yield from (("tag", tag) for tag in row.tags)
    yield from (("source", source) for source in row.sources)
