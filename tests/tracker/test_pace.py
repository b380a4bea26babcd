"""When a feed that brings little has become unusually quiet."""

import pytest

from tracker.operations.pace import unusually_quiet, usual


def test_what_is_usual_is_the_median_so_that_one_loud_week_changes_nothing():
    assert usual([10, 12, 11, 300]) == 11.5


def test_one_week_is_no_habit():
    assert usual([40]) is None
    assert usual([]) is None


@pytest.mark.parametrize(("expected", "got"), [(7, 0), (12, 2), (40, 19), (300, 140)])
def test_far_less_than_usual_is_unusually_quiet(expected, got):
    assert unusually_quiet(expected, got)


@pytest.mark.parametrize(("expected", "got"), [(6, 0), (12, 5), (40, 20), (300, 290), (10, 30)])
def test_what_chance_may_bring_is_not(expected, got):
    assert not unusually_quiet(expected, got)


@pytest.mark.parametrize("expected", [None, 0])
def test_nothing_is_expected_of_a_feed_that_is_new_or_never_brings_anything(expected):
    assert not unusually_quiet(expected, 0)


def test_a_flood_of_articles_is_measured_too():
    assert unusually_quiet(5000, 100)
    assert not unusually_quiet(5000, 4000)
