"""Narrowing the timeline, and the figure beside each choice."""

from datetime import UTC, date, datetime

from tracker.narrowing import Choice, Row, facets, narrow
from tracker.origins import Statement

MARCH = date(2023, 3, 9)
THEN = datetime(2026, 1, 1, tzinfo=UTC)


def row(
    claim=1,
    stance="supports",
    on=MARCH,
    origin="speaker:1",
    languages=("en",),
    tags=(),
    recorded=THEN,
):
    said = Statement(claim, origin, "", False, stance, on, ())
    return Row(said, frozenset(languages), frozenset(tags), recorded)


def test_nothing_chosen_leaves_everything():
    rows = [row(), row(claim=2)]
    assert narrow(rows, Choice()) == rows
    assert Choice().is_open


def test_two_stances_leave_the_statements_of_either():
    rows = [row(), row(stance="denies"), row(stance="reports")]
    left = narrow(rows, Choice(stance=frozenset({"supports", "denies"})))
    assert [r.statement.stance for r in left] == ["supports", "denies"]


def test_different_sides_must_all_fit():
    rows = [row(claim=1, stance="denies"), row(claim=2, stance="denies"), row(claim=1)]
    assert len(narrow(rows, Choice(claim=1, stance=frozenset({"denies"})))) == 1


def test_a_statement_carried_in_two_languages_is_found_by_each():
    rows = [row(languages=("en", "fr"))]
    assert narrow(rows, Choice(lang=frozenset({"fr"}))) == rows


def test_unnamed_speakers_are_one_choice_without_one_identity():
    rows = [row(origin="article:1"), row(origin="article:2"), row(origin="speaker:1")]
    assert len(narrow(rows, Choice(speaker="unnamed"))) == 2


def test_the_days_chosen_are_included():
    rows = [row(on=MARCH)]
    assert narrow(rows, Choice(first=MARCH, last=MARCH)) == rows


def test_the_undated_are_left_out_once_dates_are_chosen():
    assert narrow([row(on=None)], Choice(first=MARCH)) == []


def test_since_the_last_visit_means_recorded_after_it():
    later = datetime(2026, 1, 2, tzinfo=UTC)
    assert narrow([row(), row(recorded=later)], Choice(since=THEN)) == [row(recorded=later)]


def test_a_figure_counts_under_the_other_choices_and_not_under_its_own():
    rows = [row(), row(stance="denies"), row(claim=2, stance="denies")]
    counted = facets(rows, Choice(claim=1, stance=frozenset({"supports"})))
    assert counted["stance"] == {"supports": 1, "denies": 1}
    assert counted["claim"] == {1: 1}
