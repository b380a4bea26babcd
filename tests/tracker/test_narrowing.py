"""Narrowing the timeline, paging it, and the figure beside each choice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.timeline.entries import Entry, cursor
from tracker.timeline.narrowing import Choice, Row, Timeline

MARCH, APRIL = date(2023, 3, 9), date(2023, 4, 17)
THEN = datetime(2026, 1, 1, tzinfo=UTC)


def row(number=1, on=MARCH, kind="statement", at=None, **sides):
    sides = {"claim": 1, "stance": "supports", "speaker": "speaker:1", "recorded": THEN} | sides
    return Row(Entry(kind, on, number, None, at), **sides)


def status(number, on=MARCH, claim=1):
    return Row(Entry("status", on, number, None), claim, recorded=THEN)


def left(rows, **choice):
    """The numbers of what a choice leaves, in the order of the timeline."""
    timeline = Timeline(rows)
    return [entry.number for entry in timeline.entries(timeline.narrow(Choice(**choice)))]


def numbers(page):
    return [entry.number for day in page.days for entry in day.entries]


def everything(rows):
    timeline = Timeline(rows)
    return timeline, timeline.narrow(Choice())


def test_nothing_chosen_leaves_everything():
    assert left([row(1), row(2, claim=2)]) == [2, 1]
    assert Choice().is_open


def test_two_stances_leave_the_statements_of_either():
    rows = [row(1), row(2, stance="denies"), row(3, stance="reports")]
    assert left(rows, stance=frozenset({"supports", "denies"})) == [2, 1]


def test_different_sides_must_all_fit():
    rows = [row(1, stance="denies"), row(2, claim=2, stance="denies"), row(3)]
    assert left(rows, claim=1, stance=frozenset({"denies"})) == [1]


def test_a_statement_carried_in_two_languages_is_found_by_each():
    rows = [row(languages=frozenset({"en", "fr"}))]
    assert left(rows, lang=frozenset({"fr"})) == left(rows, lang=frozenset({"en"})) == [1]


def test_a_statement_is_found_by_every_source_that_carries_it():
    rows = [row(1, sources=frozenset({4, 5})), row(2, sources=frozenset({5}))]
    assert left(rows, source=4) == [1]
    assert left(rows, source=5) == [2, 1]


def test_unnamed_speakers_are_one_choice_without_one_identity():
    rows = [row(1, speaker="article:1"), row(2, speaker="article:2"), row(3)]
    assert left(rows, speaker="unnamed") == [2, 1]
    assert left(rows, speaker="article:1") == []


def test_the_days_chosen_are_included():
    rows = [row(1, MARCH), row(2, APRIL), row(3, APRIL + timedelta(days=1))]
    assert left(rows, first=MARCH, last=APRIL) == [2, 1]
    assert left(rows, first=APRIL, last=APRIL) == [2]


def test_a_first_day_alone_leaves_what_is_later_and_a_last_day_what_is_earlier():
    rows = [row(1, MARCH), row(2, APRIL)]
    assert left(rows, first=APRIL) == [2]
    assert left(rows, last=MARCH) == [1]


def test_a_first_day_after_the_last_leaves_nothing():
    assert left([row()], first=APRIL, last=MARCH) == []


def test_the_undated_are_left_out_once_dates_are_chosen():
    assert left([row(on=None)]) == [1]
    assert left([row(on=None)], first=MARCH) == []
    assert left([row(on=None)], last=MARCH) == []


def test_since_the_last_visit_means_recorded_after_it():
    later = datetime(2026, 1, 2, tzinfo=UTC)
    assert left([row(1), row(2, recorded=later)], since=THEN) == [2]


def test_a_status_follows_its_claim_and_steps_back_where_a_stance_was_chosen():
    rows = [row(1), status(7), status(8, claim=2)]
    assert left(rows, claim=1) == [7, 1]
    assert left(rows, stance=frozenset({"supports"})) == [1]


def test_a_figure_counts_under_the_other_choices_and_not_under_its_own():
    rows = [row(1), row(2, stance="denies"), row(3, claim=2, stance="denies")]
    counted = Timeline(rows).facets(Choice(claim=1, stance=frozenset({"supports"})))
    assert counted["stance"] == {"supports": 1, "denies": 1}
    assert counted["claim"] == {1: 1}


def test_only_statements_are_counted_beside_a_choice():
    assert Timeline([row(1), status(7)]).facets(Choice())["claim"] == {1: 1}


# --- pages ------------------------------------------------------------------------------------


def hour(number):
    return datetime(2023, 3, 9, number, tzinfo=UTC)


def test_within_a_day_what_was_published_last_comes_first():
    rows = [row(1, at=hour(9)), row(3, at=hour(7)), row(2, at=hour(12))]
    timeline, places = everything(rows)
    assert numbers(timeline.page(places)) == [2, 1, 3]


def test_pages_follow_each_other_without_a_gap_or_a_repeat():
    rows = [row(n, MARCH if n % 2 else APRIL, at=hour(n)) for n in range(7)]
    timeline, places = everything(rows)
    first = timeline.page(places, size=3)
    second = timeline.page(places, first.earlier, size=3)
    third = timeline.page(places, second.earlier, size=3)
    whole = timeline.page(places, size=99)
    assert numbers(first) + numbers(second) + numbers(third) == numbers(whole)
    assert third.earlier == ""


def test_an_entry_that_arrives_between_two_pages_moves_nothing():
    rows = [row(n) for n in range(6)]
    timeline, places = everything(rows)
    first = timeline.page(places, size=3)
    timeline, places = everything([*rows, row(99, APRIL)])
    assert numbers(timeline.page(places, first.earlier, size=3)) == [2, 1, 0]


def test_a_cursor_still_works_when_its_entry_is_gone():
    gone = cursor(Entry("statement", MARCH, 3, None))
    timeline, places = everything([row(n) for n in range(6) if n != 3])
    assert numbers(timeline.page(places, gone)) == [2, 1, 0]


def test_undated_entries_can_be_paged_past():
    timeline, places = everything([row(1, None), row(2, None)])
    first = timeline.page(places, size=1)
    assert numbers(timeline.page(places, first.earlier)) == [1]


@pytest.mark.parametrize(
    "nonsense", ["x", "2023-99-01.statement.1", "2023-03-09.gossip.0.1", "...", "1.status.0.-4"]
)
def test_nonsense_for_a_cursor_starts_at_the_top(nonsense):
    timeline, places = everything([row(1)])
    assert numbers(timeline.page(places, nonsense)) == [1]


def test_a_page_says_how_many_there_are_in_all():
    timeline, places = everything([row(n) for n in range(5)])
    found = timeline.page(places, size=2)
    assert (found.shown, found.total) == (2, 5)


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (date(2023, 4, 10), date(2023, 4, 12), True),
        (date(2023, 4, 30), None, True),
        (None, date(2023, 4, 1), True),
        (None, date(2023, 3, 31), False),
        (date(2023, 5, 1), None, False),
    ],
)
def test_what_is_known_to_a_month_only_fits_each_of_its_days(first, last, fits):
    april = Row(Entry("statement", date(2023, 4, 1), 1, None, until=date(2023, 4, 30)), 1)
    assert left([april, row(2, date(2022, 1, 1))], first=first, last=last).count(1) == fits
