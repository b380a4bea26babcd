"""Draws the overview of a story: a lane per claim, a mark per statement, as SVG path data.

One path per stance and lane carries all its marks: a mark is a sub-path of no length, which a round
or square line cap turns into a dot or a square of fixed size. So a lane can be stretched to any
width, zooming is a change of its viewBox, and twenty thousand marks cost some hundred elements.
Above the line stand those who support or report a claim, below it those who deny or dispute it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from tracker.timeline import axis, days
from tracker.timeline.axis import Event, Label, Tick

HEIGHT, LINE = 64, 35.0  # of a lane, and where its line runs
STEP, FIRST = 7.0, 5.6  # from mark to mark, and from the line to the first
ABOVE, BELOW = 4, 3  # marks that fit
STRIP = 44  # height of the strip below the lanes
AIR_BEFORE, AIR_AFTER = 8, 12  # days, so that no mark is cut at an edge
DRAWN = ("supports", "reports", "disputes", "denies")
HOLLOW = frozenset({"reports", "disputes"})
FEW_DAYS = 120  # below this a column is a day, else a week
MOST_EVENTS = 5
UNITS = (1, 2, 5, 10, 20, 50, 100, 1000)


class Said(Protocol):
    """What the chart reads of a statement: which claim, which way, when, and by whom."""

    @property
    def claim(self) -> int: ...
    @property
    def stance(self) -> str: ...
    @property
    def on(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...
    @property
    def origin_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Path:
    """One `<path>` of a lane: its class and its data."""

    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The marks of one claim; `cells` are the figures per column, in the order of `DRAWN`."""

    claim: int
    paths: tuple[Path, ...]
    cells: Mapping[int, tuple[int, int, int, int]]
    names: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn overview; lengths along the time axis are in days from `start`."""

    start: date
    end: date
    left: int
    width: int
    column: int  # days to a column
    unit: int  # statements to a mark
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    numbered: bool  # the labels would touch, so the axis shows numbers
    strip: str

    @property
    def view_box(self) -> str:
        """The viewBox of every lane."""
        return f"{self.left} 0 {self.width} {HEIGHT}"

    @property
    def strip_box(self) -> str:
        """The viewBox of the strip."""
        return f"{self.left} 0 {self.width} {STRIP}"


def draw(
    statements: Iterable[Said],
    status_changes: Iterable[tuple[int, date]] = (),
    events: Iterable[Event] = (),
    *,
    claims: Sequence[int],
    since: date | None = None,
    until: date | None = None,
) -> Chart | None:
    """Draw the statements of a story.

    Args:
        statements: what was said; those without a date and those outside the counts are not drawn.
        status_changes: (claim, date) of the changes to mark by a dotted line.
        events: of which the five latest are named.
        claims: the lanes, from the top.
        since: the first day to show, if earlier than everything that happened.
        until: the last day to show, if later.
    Returns:
        The chart, or None when there is nothing to draw.
    """
    drawn = [s for s in statements if s.on is not None and s.stance in DRAWN and s.claim in claims]
    changes = [(claim, on) for claim, on in status_changes if claim in claims]
    named = sorted(events, key=lambda event: event.on)[-MOST_EVENTS:]
    edges = [day for day in (since, until) if day]
    if not drawn and not edges:
        return None
    dates = [days.middle(said.on, said.until) for said in drawn if said.on]
    dates += [*(on for _, on in changes), *(event.on for event in named)]
    start, end = min([*dates, *edges]), max([*dates, *edges])
    span = (end - start).days + 1
    column = 1 if span < FEW_DAYS else 7
    cells, names = _cells(drawn, start, column)
    unit = unit_for([stack for lane in cells.values() for stack in lane.values()])
    left, width = -AIR_BEFORE, span + AIR_BEFORE + AIR_AFTER
    labels, numbered = axis.labels(named, start, left, width)
    return Chart(
        start=start,
        end=end,
        left=left,
        width=width,
        column=column,
        unit=unit,
        lanes=tuple(
            Lane(
                claim,
                (*_changes(changes, claim, start), *_marks(cells[claim], column, unit)),
                cells[claim],
                names[claim],
            )
            for claim in claims
        ),
        ticks=tuple(axis.ticks(start, end + timedelta(days=AIR_AFTER), left, width)),
        labels=labels,
        numbered=numbered,
        strip=_strip(cells.values(), column),
    )


def unit_for(stacks: Iterable[tuple[int, int, int, int]]) -> int:
    """How many statements a mark stands for: the least that lets 19 stacks of 20 fit."""
    heights = sorted(max(s + r, -(-(d + n) * ABOVE // BELOW)) for s, r, d, n in stacks)
    if not heights:
        return 1
    tall = heights[min(len(heights) - 1, int(len(heights) * 0.95))]
    return next((unit for unit in UNITS if tall <= unit * ABOVE), UNITS[-1])


def _cells(
    drawn: Iterable[Said], start: date, column: int
) -> tuple[dict[int, dict[int, tuple[int, int, int, int]]], dict[int, dict[int, tuple[str, ...]]]]:
    """Per claim and column: how many of each stance, and who spoke."""
    counted: defaultdict[int, Counter[tuple[int, str]]] = defaultdict(Counter)
    spoke: defaultdict[int, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for said in drawn:
        assert said.on is not None
        place = (days.middle(said.on, said.until) - start).days // column
        counted[said.claim][place, said.stance] += 1
        if said.origin_name and said.origin_name not in spoke[said.claim][place]:
            spoke[said.claim][place].append(said.origin_name)
    cells: defaultdict[int, dict[int, tuple[int, int, int, int]]] = defaultdict(dict)
    for claim, counts in counted.items():
        for place in sorted({place for place, _ in counts}):
            s, r, d, n = (counts[place, stance] for stance in DRAWN)
            cells[claim][place] = (s, r, d, n)
    names: defaultdict[int, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for claim, places in spoke.items():
        names[claim] = {place: tuple(found) for place, found in places.items()}
    return cells, names


def _marks(cells: Mapping[int, tuple[int, int, int, int]], column: int, unit: int) -> list[Path]:
    """The marks of a lane, one path per stance, holes painted over hollow ones."""
    dots: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for place, (supports, reports, disputes, denies) in cells.items():
        x = place * column + column / 2
        for near, far, counts, up, room in (
            ("supports", "reports", (supports, reports), -1, ABOVE),
            ("denies", "disputes", (denies, disputes), 1, BELOW),
        ):
            first, second = (-(-count // unit) for count in counts)
            for level in range(min(first + second, room)):
                kind = near if level < first else far
                dots[kind].append((x, LINE + up * (FIRST + STEP * level)))
            if first + second > room:
                dots["more"].append((x, LINE + up * (FIRST + STEP * room - 1.4)))
    paths = []
    for kind in (*DRAWN, "more"):
        if kind in dots:
            data = _dotted(dots[kind])
            paths.append(Path(kind, data))
            if kind in HOLLOW:
                paths.append(Path(f"{kind} hole", data))
    return paths


def _dotted(dots: Iterable[tuple[float, float]]) -> str:
    """A dot at each place, told from the one before: half as long as told from the origin."""
    parts: list[str] = []
    at = (0, 0)
    for dot in dots:
        x, y = (round(10 * length) for length in dot)  # tenths, so that no rounding adds up
        parts.append(f"{'m' if parts else 'M'}{(x - at[0]) / 10:g} {(y - at[1]) / 10:g}h0")
        at = x, y
    return "".join(parts)


def _changes(changes: Iterable[tuple[int, date]], claim: int, start: date) -> list[Path]:
    """The dotted line of the claim's latest change of status."""
    days = [(on - start).days for of, on in changes if of == claim]
    return [Path("change", f"M{max(days)} 0V{HEIGHT}")] if days else []


def _strip(lanes: Iterable[Mapping[int, tuple[int, int, int, int]]], column: int) -> str:
    """Bars of all statements, column by column."""
    totals: Counter[int] = Counter()
    for lane in lanes:
        for place, stack in lane.items():
            totals[place] += sum(stack)
    tallest = max(totals.values(), default=1)
    return "".join(
        f"M{place * column + column / 2:g} {STRIP}v{-max(3, (STRIP - 6) * total / tallest):.1f}"
        for place, total in sorted(totals.items())
    )
