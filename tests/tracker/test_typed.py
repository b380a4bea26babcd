"""Keys, days and moments as people and programs write them."""

from datetime import UTC, date, datetime

import pytest

from tracker.models.typed import day, key, moment


@pytest.mark.parametrize("words", ["", "-1", "1.0", "x", "²", "٣", "9" * 19, "9" * 5000])
def test_what_can_be_no_key_is_none(words):
    assert key(words) is None


def test_a_key_is_a_whole_number_that_64_bits_hold():
    assert key("007") == 7
    assert key("9" * 18) < 2**63


@pytest.mark.parametrize("words", ["", "2023-02-30", "17 April", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_one_can_count_from_is_none(words):
    assert day(words) is None


def test_a_day_is_written_as_in_iso_8601():
    assert day(" 2023-04-17 ") == date(2023, 4, 17)


@pytest.mark.parametrize("words", ["", "2023-04-17T25:61Z", "2023-04-17T10:00", "2023-04-17"])
def test_a_moment_without_a_zone_or_that_never_was_is_none(words):
    assert moment(words) is None


def test_a_moment_is_written_as_in_rfc_3339():
    assert moment("2023-04-17T10:00:00.5Z") == datetime(2023, 4, 17, 10, 0, 0, 500_000, UTC)
