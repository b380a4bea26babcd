"""What stands on the timeline of a story, in its one order: by day, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

# Within a day: what happened in the world, then what was decided, what was altered, what was said.
KINDS = ("event", "status", "edit", "statement")

Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the timeline.

    `kind` is a word of `KINDS`; `number` identifies the thing within its kind (the id of the first
    evidence of a statement, of a status change, of an anchor, the place of an event); `what` is
    the thing itself. `at` only orders the entries of one day: it is when a passage was published,
    which may be on another day than the one it tells of.
    """

    kind: str
    on: date | None
    number: int
    what: object
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one date; `on` is None for those whose day nobody knows."""

    on: date | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the timeline, and the cursor of the next older one ("" = none)."""

    days: tuple[Day, ...]
    shown: int
    total: int
    earlier: str


def days(entries: Iterable[Entry]) -> list[Day]:
    """Group entries by date, newest first; the undated come last."""
    ordered = sorted(entries, key=place)
    return [Day(on, tuple(group)) for on, group in groupby(ordered, key=lambda entry: entry.on)]


def place(entry: Entry) -> Place:
    """What the timeline is sorted by."""
    newest_first = -(entry.on or date.min).toordinal()
    return newest_first, KINDS.index(entry.kind), -_second(entry), -entry.number


def cursor(entry: Entry) -> str:
    """The words by which an address names an entry, such as "2023-03-09.statement.1678352400.17".

    The third word is the second since 1970 that orders it within its day, 0 when there is none.
    The entry is named, not its position, so that what arrives meanwhile moves nothing.
    """
    on = entry.on.isoformat() if entry.on else "undated"
    return f"{on}.{entry.kind}.{_second(entry)}.{entry.number}"


def _second(entry: Entry) -> int:
    return int(entry.at.timestamp()) if entry.at else 0


def named(words: str) -> Place | None:
    """The place a cursor names in the order; None when it is no cursor."""
    try:
        on, kind, second, number = words.split(".")
        day = date.min if on == "undated" else date.fromisoformat(on)
        newest_first, kind_place = -day.toordinal(), KINDS.index(kind)
        return newest_first, kind_place, -int(second), -int(number)
    except ValueError:
        return None
