"""The timeline: entries by day, newest first, in pages that nothing can shift."""

from datetime import UTC, date, datetime

from tracker.timeline import Entry, cursor, days, page

MARCH = date(2023, 3, 9)
APRIL = date(2023, 4, 17)


def statement(number, on=MARCH, at=None):
    return Entry("statement", on, number, None, at)


def hour(number):
    return datetime(2023, 3, 9, number, tzinfo=UTC)


def numbers(found):
    return [entry.number for day in found.days for entry in day.entries]


def test_the_newest_day_comes_first():
    assert [day.on for day in days([statement(1, MARCH), statement(2, APRIL)])] == [APRIL, MARCH]


def test_things_whose_day_nobody_knows_come_last():
    assert [day.on for day in days([statement(1, None), statement(2, MARCH)])] == [MARCH, None]


def test_within_a_day_events_stand_before_statuses_and_statuses_before_statements():
    entries = [statement(1), Entry("event", MARCH, 2, None), Entry("status", MARCH, 3, None)]
    (day,) = days(entries)
    assert [entry.kind for entry in day.entries] == ["event", "status", "statement"]


def test_within_a_day_what_was_published_last_comes_first():
    entries = [statement(1, at=hour(9)), statement(3, at=hour(7)), statement(2, at=hour(12))]
    assert numbers(page(entries)) == [2, 1, 3]


def test_what_was_published_in_one_second_keeps_one_order():
    entries = [statement(n, at=hour(9)) for n in (2, 3, 1)]
    assert numbers(page(entries)) == [3, 2, 1]


def test_pages_follow_each_other_within_a_day_by_the_time_of_publication():
    entries = [statement(n, at=hour(n * 5 % 7)) for n in range(7)]
    first = page(entries, size=3)
    rest = page(entries, first.earlier)
    assert numbers(first) + numbers(rest) == numbers(page(entries))
    assert len(numbers(rest)) == 4


def test_the_order_of_the_input_does_not_matter():
    entries = [statement(3), statement(1), statement(2, APRIL)]
    assert days(entries) == days(reversed(entries))


def test_pages_follow_each_other_without_a_gap_or_a_repeat():
    entries = [statement(n, MARCH if n % 2 else APRIL) for n in range(7)]
    first = page(entries, size=3)
    second = page(entries, first.earlier, size=3)
    third = page(entries, second.earlier, size=3)
    assert numbers(first) + numbers(second) + numbers(third) == numbers(page(entries, size=99))
    assert third.earlier == ""


def test_an_entry_that_arrives_between_two_pages_moves_nothing():
    entries = [statement(n) for n in range(6)]
    first = page(entries, size=3)
    later = page([*entries, statement(99, APRIL)], first.earlier, size=3)
    assert numbers(later) == [2, 1, 0]


def test_a_cursor_still_works_when_its_entry_is_gone():
    entries = [statement(n) for n in range(6)]
    gone = cursor(statement(3))
    assert numbers(page([e for e in entries if e.number != 3], gone)) == [2, 1, 0]


def test_undated_entries_can_be_paged_past():
    entries = [statement(1, None), statement(2, None)]
    first = page(entries, size=1)
    assert numbers(page(entries, first.earlier)) == [1]


def test_nonsense_for_a_cursor_starts_at_the_top():
    entries = [statement(1)]
    for nonsense in (
        "x",
        "2023-99-01.statement.1",
        "2023-03-09.gossip.0.1",
        "...",
        "1.status.0.-4",
    ):
        assert numbers(page(entries, nonsense)) == [1]


def test_a_page_says_how_many_there_are_in_all():
    found = page([statement(n) for n in range(5)], size=2)
    assert (found.shown, found.total) == (2, 5)
