"""The days something happened on, written and read."""

from datetime import date

import pytest

from tracker.timeline import days


@pytest.mark.parametrize(
    ("line", "since", "until", "precision"),
    [
        ("2023-04-17", date(2023, 4, 17), None, "day"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
        ("2023-04-17/2023-04-20", date(2023, 4, 17), date(2023, 4, 20), "span"),
        ("2023-03-01/2023-04-30", date(2023, 3, 1), date(2023, 4, 30), "span"),
    ],
)
def test_days_are_as_exact_as_they_are_written(line, since, until, precision):
    assert days.read(line) == (since, until)
    assert days.precision(since, until) == precision
    assert days.write(since, until) == line


@pytest.mark.parametrize("line", ["spring", "2023-13", "17/04/2023", "2023-04-20/2023-04-17"])
def test_what_is_no_day_is_refused(line):
    with pytest.raises(ValueError, match="."):
        days.read(line)


@pytest.mark.parametrize(
    ("precision", "last"),
    [("day", None), ("month", date(2024, 2, 29)), ("year", date(2024, 12, 31))],
)
def test_the_last_day_of_what_begins_on_a_day(precision, last):
    since = date(2024, 1, 1) if precision == "year" else date(2024, 2, 1)
    assert days.last(since, precision) == last
