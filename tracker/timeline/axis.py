"""The time axis of a story's overview: its months, and the names of events above it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

LABEL = 13.0  # width of an event's label, in per cent of a wide plot
LINE_CHARACTERS, LINES = 20, 3


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event of the story, to be named above the axis."""

    on: date
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A month on the axis: `day` counts from the start, `at` is in per cent of the width."""

    on: date
    day: int
    at: float
    is_year: bool
    is_quarter: bool


@dataclass(frozen=True, slots=True)
class Label:
    """An event above the axis; `flipped` stands to the left of its line."""

    number: int
    on: date
    day: int
    at: float
    lines: tuple[str, ...]
    flipped: bool


def ticks(start: date, end: date, left: int, width: int) -> Iterable[Tick]:
    """The first of every month within the chart, up to its last day."""
    month = date(start.year, start.month, 1)
    while (month - start).days <= left + width:
        day = (month - start).days
        if day >= left and month <= end:
            at = _per_cent(day, left, width)
            yield Tick(month, day, at, month.month == 1, month.month % 3 == 1)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def labels(
    events: Sequence[Event], start: date, left: int, width: int
) -> tuple[tuple[Label, ...], bool]:
    """Place the labels to either side of their lines; say when they cannot all be read."""
    places = [_per_cent((event.on - start).days, left, width) for event in events]
    placed, touching, taken = [], False, 0.0
    for number, (event, at) in enumerate(zip(events, places, strict=True), start=1):
        following = places[number] if number < len(places) else 100.0
        fits = at >= taken and at + LABEL <= following
        flipped = not fits and at - LABEL >= taken
        touching = touching or not (fits or flipped)
        taken = at if flipped else at + LABEL
        day = (event.on - start).days
        placed.append(Label(number, event.on, day, at, _wrapped(event.label), flipped))
    return tuple(placed), touching


def _wrapped(label: str) -> tuple[str, ...]:
    """The label in lines short enough to stand beside its line."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LINE_CHARACTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1]}…"]
    return tuple(lines)


def _per_cent(day: int, left: int, width: int) -> float:
    return round((day - left) / width * 100, 3)
