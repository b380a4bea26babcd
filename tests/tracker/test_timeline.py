"""The order of the timeline: by day, newest first, the same whatever the order of the input."""

from datetime import UTC, date, datetime

from tracker.timeline.entries import KINDS, Entry, cursor, days, named, place

MARCH = date(2023, 3, 9)
APRIL = date(2023, 4, 17)
NINE = datetime(2023, 3, 9, 9, tzinfo=UTC)


def statement(number, on=MARCH, at=None):
    return Entry("statement", on, number, None, at)


IN_APRIL = Entry("statement", date(2023, 4, 1), 7, None, until=date(2023, 4, 30))
FOR_THREE_DAYS = Entry("statement", date(2023, 4, 3), 8, None, until=date(2023, 4, 5))


def test_what_is_known_to_a_month_only_stands_before_the_days_of_that_month():
    last = statement(1, date(2023, 4, 30))
    found = days([statement(2, date(2023, 4, 1)), last, FOR_THREE_DAYS, IN_APRIL])
    assert [(day.on.day, day.until and day.until.day) for day in found] == [
        (1, 30), (30, None), (3, 5), (1, None),
    ]  # fmt: skip


def test_the_newest_day_comes_first():
    assert [day.on for day in days([statement(1, MARCH), statement(2, APRIL)])] == [APRIL, MARCH]


def test_things_whose_day_nobody_knows_come_last():
    assert [day.on for day in days([statement(1, None), statement(2, MARCH)])] == [MARCH, None]


def test_within_a_day_what_happened_stands_before_what_was_decided_altered_and_said():
    entries = [Entry(kind, MARCH, 1, None) for kind in reversed(KINDS)]
    (day,) = days(entries)
    assert [entry.kind for entry in day.entries] == ["event", "status", "edit", "statement"]


def test_what_was_published_in_one_second_keeps_one_order():
    (day,) = days([statement(n, at=NINE) for n in (2, 3, 1)])
    assert [entry.number for entry in day.entries] == [3, 2, 1]


def test_the_order_of_the_input_does_not_matter():
    entries = [statement(3), statement(1), statement(2, APRIL)]
    assert days(entries) == days(reversed(entries))


def test_a_cursor_names_the_place_of_its_entry():
    entries = (statement(4, at=NINE), statement(5, None), Entry("edit", APRIL, 6, None, NINE))
    for entry in (*entries, IN_APRIL, FOR_THREE_DAYS):
        assert named(cursor(entry)) == place(entry)
