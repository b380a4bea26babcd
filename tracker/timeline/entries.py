"""What stands on the timeline of a story, in its one order: by day, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from tracker.timeline import days as dates

# Within a day: what happened in the world, then what was decided, what was altered, what was said.
KINDS = ("event", "status", "edit", "statement")

Place = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the timeline.

    `kind` is a word of `KINDS`; `number` identifies the thing within its kind (the id of the first
    evidence of a statement, of a status change, of an anchor, the place of an event); `what` is
    the thing itself. `at` only orders the entries of one day: it is when a passage was published,
    which may be on another day than the one it tells of. `until` is the last day of what is known
    to a month, a year or a span only: it stands before the days of that span, under its own words.
    """

    kind: str
    on: date | None
    number: int
    what: object
    at: datetime | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one date or span; `on` is None for those whose day nobody knows."""

    on: date | None
    entries: tuple[Entry, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the timeline, and the cursor of the next older one ("" = none)."""

    days: tuple[Day, ...]
    shown: int
    total: int
    earlier: str


def days(entries: Iterable[Entry]) -> list[Day]:
    """Group entries by date or span, newest first; the undated come last."""
    ordered = groupby(sorted(entries, key=place), key=lambda entry: (entry.on, entry.until))
    return [Day(on, tuple(group), until) for (on, until), group in ordered]


def place(entry: Entry) -> Place:
    """What the timeline is sorted by."""
    on = entry.on or date.min
    return *_last_day(on, entry.until), KINDS.index(entry.kind), -_second(entry), -entry.number


def _last_day(on: date, until: date | None) -> tuple[int, int]:
    """Newest first by the last day; of those that end on one day, the longest span first."""
    end = until or on
    return -end.toordinal(), -(end - on).days


def cursor(entry: Entry) -> str:
    """The words by which an address names an entry, such as "2023-03-09.statement.1678352400.17".

    The first word is its day, month, year or span as `days.write` writes it; the third the second
    since 1970 that orders it within that, 0 when there is none. The entry is named, not its
    position, so that what arrives meanwhile moves nothing.
    """
    on = dates.write(entry.on, entry.until) if entry.on else "undated"
    return f"{on}.{entry.kind}.{_second(entry)}.{entry.number}"


def _second(entry: Entry) -> int:
    return int(entry.at.timestamp()) if entry.at else 0


def named(words: str) -> Place | None:
    """The place a cursor names in the order; None when it is no cursor."""
    try:
        on, kind, second, number = words.split(".")
        day, until = (date.min, None) if on == "undated" else dates.read(on)
        return *_last_day(day, until), KINDS.index(kind), -int(second), -int(number)
    except ValueError:
        return None
