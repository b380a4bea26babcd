"""The overview chart: which marks are drawn, where, and what stands beside them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import pytest

from tracker.timeline.axis import Event
from tracker.timeline.chart import ABOVE, LINE, draw, unit_for

START = date(2023, 3, 6)


@dataclass(frozen=True)
class Said:
    claim: int = 1
    stance: str = "supports"
    on: date | None = START
    origin_name: str = "An invented ministry"
    until: date | None = None


def weeks(number):
    return START + timedelta(weeks=number)


def far():
    """Far enough from the start for a column to be a week."""
    return Said(on=weeks(40))


def lane(chart, claim=1):
    return next(lane for lane in chart.lanes if lane.claim == claim)


def paths(chart, kind, claim=1):
    return [path.data for path in lane(chart, claim).paths if path.kind == kind]


def marks(chart, kind, claim=1):
    return sum(data.count("h0") for data in paths(chart, kind, claim))


def heights(data):
    """Of each mark; the first is told from the origin, the others from the one before."""
    steps = [float(part.split()[1]) for part in re.split("[Mm]", data.replace("h0", ""))[1:]]
    return [round(height, 1) for height in accumulate(steps)]


def test_nothing_said_is_no_chart():
    assert draw([], claims=[1]) is None


def test_every_statement_is_one_mark():
    chart = draw([Said(), Said(on=weeks(1)), far()], claims=[1])
    assert marks(chart, "supports") == 3


def test_all_marks_of_a_stance_in_a_lane_are_one_path():
    chart = draw([Said(on=weeks(n)) for n in range(40)], claims=[1])
    assert len(paths(chart, "supports")) == 1


def test_support_stands_above_the_line_and_denial_below_it():
    chart = draw([Said(), Said(stance="denies"), far()], claims=[1])
    assert all(y < LINE for y in heights(paths(chart, "supports")[0]))
    assert all(y > LINE for y in heights(paths(chart, "denies")[0]))


def test_supports_stand_nearer_to_the_line_than_reports():
    chart = draw([Said(stance="reports"), Said(stance="supports"), far()], claims=[1])
    assert max(heights(paths(chart, "supports")[0])) > max(heights(paths(chart, "reports")[0]))


@pytest.mark.parametrize("stance", ["context", "declines"])
def test_stances_outside_the_counts_are_not_drawn(stance):
    chart = draw([Said(), Said(stance=stance), far()], claims=[1])
    assert lane(chart).cells[0] == (1, 0, 0, 0)


def test_statements_of_unknown_day_are_not_drawn():
    assert marks(draw([Said(), Said(on=None), far()], claims=[1]), "supports") == 2


def test_hollow_marks_are_followed_by_their_holes():
    kinds = [p.kind for p in lane(draw([Said(stance="disputes")], claims=[1])).paths]
    assert kinds == ["disputes", "disputes hole"]


def test_a_stack_that_overflows_ends_in_a_small_dot():
    crowd = [Said() for _ in range(ABOVE + 1)] + [Said(on=weeks(n)) for n in range(1, 40)]
    chart = draw(crowd, claims=[1])
    assert chart.unit == 1
    assert marks(chart, "more") == 1


def test_when_many_stacks_overflow_a_mark_stands_for_more_statements():
    chart = draw([Said(on=weeks(n)) for n in range(40) for _ in range(9)], claims=[1])
    assert chart.unit == 5
    assert marks(chart, "supports") == 80


def test_nineteen_of_twenty_stacks_must_fit():
    low = [(1, 0, 0, 0)] * 19
    assert unit_for([*low, (9, 0, 0, 0)]) == 5
    assert unit_for([*low, *low, (9, 0, 0, 0)]) == 1


def test_a_story_of_a_few_weeks_has_a_column_for_each_day():
    chart = draw([Said(), Said(on=START + timedelta(days=1))], claims=[1])
    assert chart.column == 1
    assert sorted(lane(chart).cells) == [0, 1]


def test_a_long_story_has_a_column_for_each_week():
    chart = draw([Said(), Said(on=START + timedelta(days=6)), far()], claims=[1])
    assert chart.column == 7
    assert sorted(lane(chart).cells) == [0, 40]


def test_lanes_stand_in_the_order_of_the_claims_and_empty_ones_stay():
    chart = draw([Said(claim=2)], claims=[3, 2, 1])
    assert [lane.claim for lane in chart.lanes] == [3, 2, 1]


def test_a_lane_names_who_spoke_once():
    chart = draw([Said(), Said(), Said(origin_name="A made-up outlet")], claims=[1])
    assert lane(chart).names[0] == ("An invented ministry", "A made-up outlet")


def test_the_latest_change_of_status_is_a_dotted_line():
    chart = draw([Said()], [(1, START), (1, START + timedelta(days=3))], claims=[1])
    assert paths(chart, "change") == ["M3 0V64"]


def test_months_are_ticked_and_the_new_year_marked():
    ticks = draw([Said(), Said(on=weeks(44))], claims=[1]).ticks
    assert [t.on for t in ticks if t.is_year] == [date(2024, 1, 1)]
    assert all(0 <= tick.at <= 100 for tick in ticks)
    assert len(ticks) == 11


def test_a_label_near_the_right_edge_stands_left_of_its_line():
    chart = draw([Said(), far()], events=[Event(weeks(40), "A report")], claims=[1])
    assert chart.labels[0].flipped
    assert not chart.numbered


def test_labels_that_would_touch_become_numbers():
    close = [Event(weeks(20) + timedelta(days=n), "A report") for n in range(4)]
    assert draw([Said(), far()], events=close, claims=[1]).numbered


def test_a_label_is_broken_into_short_lines():
    event = Event(weeks(10), "The invented commission publishes its interim report at last")
    (label,) = draw([Said(), far()], events=[event], claims=[1]).labels
    assert len(label.lines) == 3
    assert label.lines[-1].endswith("…")


def test_only_the_five_latest_events_are_named():
    events = [Event(weeks(n), str(n)) for n in range(8)]
    labels = draw([Said(), far()], events=events, claims=[1]).labels
    assert [label.lines[0] for label in labels] == ["3", "4", "5", "6", "7"]


def test_the_tallest_bar_of_the_strip_fits_into_it():
    strip = draw([Said() for _ in range(50)] + [far()], claims=[1]).strip
    assert strip.count("M") == 2
    assert "v-38.0" in strip


def test_two_hundred_lanes_of_twenty_thousand_marks_stay_few_elements():
    said = [
        Said(claim=c, on=weeks(w % 100), stance=s)
        for c in range(200)
        for w in range(50)
        for s in ("supports", "denies")
    ]
    chart = draw(said, claims=list(range(200)))
    assert sum(len(lane.paths) for lane in chart.lanes) == 400


def test_what_is_known_to_a_month_only_is_drawn_in_its_middle():
    march = Said(on=date(2023, 3, 1), until=date(2023, 3, 31))
    chart = draw([march, Said(on=date(2023, 3, 6))], claims=[1], since=date(2023, 3, 1))
    assert list(lane(chart).cells) == [5, 15]
