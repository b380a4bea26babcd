"""What answers mean, when to ask again, and which texts are edits."""

from datetime import UTC, datetime, timedelta

import pytest

from sources.ingest import decide
from sources.ingest.decide import FeedFacts, Known, Outcome, revision

NOW = datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def next_poll(outcome, *, facts=None, tries=1, retries=(300, 1200)):
    return decide.next_poll(
        facts or FeedFacts(), outcome, NOW, base=DAY, tries=tries, retries=retries, jitter=0.5
    )


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        pytest.param("120", timedelta(minutes=2), id="seconds"),
        pytest.param("Mon, 09 Mar 2026 09:30:00 GMT", timedelta(hours=2), id="a date"),
        pytest.param("Mon, 09 Mar 2026 05:30:00 GMT", timedelta(0), id="a date that has passed"),
        pytest.param("316800", timedelta(hours=24), id="88 hours are cut to a day"),
        pytest.param("soon", None, id="garbage"),
    ],
)
def test_retry_after_is_read_in_all_its_forms(value, wait):
    assert decide.retry_after(value, NOW) == wait


@pytest.mark.parametrize(
    ("status", "header", "kind"),
    [
        (200, {}, "ok"),
        (304, {}, "unchanged"),
        (403, {}, "http_403"),
        (403, {"cf-mitigated": "challenge"}, "challenge"),
        (404, {}, "http_404"),
        (418, {}, "http_4xx"),
        (429, {}, "http_429"),
        (502, {}, "http_5xx"),
    ],
)
def test_an_answer_has_one_class(status, header, kind):
    assert decide.http_outcome(status, header, NOW).kind == kind


def test_a_pause_nobody_can_read_is_an_hour():
    outcome = decide.http_outcome(429, {"retry-after": "later"}, NOW)
    assert decide.host_pause(outcome) == timedelta(hours=1)


def test_a_host_that_refuses_connections_is_left_alone_for_ten_minutes():
    assert decide.host_pause(Outcome("connect")) == timedelta(minutes=10)


def test_a_healthy_feed_is_asked_again_after_its_interval():
    assert next_poll(Outcome("ok"), tries=0).due_at == NOW + DAY


def test_a_passing_failure_is_tried_again_within_the_run():
    again = next_poll(Outcome("timeout"))
    assert (again.due_at, again.in_run) == (NOW + timedelta(minutes=5), True)


def test_the_third_failure_in_a_run_waits_for_the_next_night():
    assert not next_poll(Outcome("timeout"), tries=3).in_run


def test_a_not_found_is_not_tried_again_within_the_run():
    assert not next_poll(Outcome("http_404")).in_run


def test_a_feed_that_fails_for_a_month_is_asked_once_a_week():
    facts = FeedFacts(failures=20, failing_since=NOW - timedelta(days=31))
    assert next_poll(Outcome("http_404"), facts=facts).due_at == NOW + timedelta(days=7)


def test_a_blocked_feed_is_asked_daily():
    facts = FeedFacts(failures=9, failing_since=NOW - timedelta(days=9))
    assert next_poll(Outcome("http_403"), facts=facts).due_at == NOW + DAY


def test_an_article_is_checked_again_after_a_day_and_a_week_and_no_more():
    moments = [NOW, NOW + DAY, NOW + 7 * DAY]
    checks = [decide.next_check(NOW, now, (1, 7), watched=False) for now in moments]
    assert checks == [NOW + DAY, NOW + 7 * DAY, None]


def test_a_check_that_came_late_does_not_bring_the_next_one_at_once():
    assert decide.next_check(NOW, NOW + 3 * DAY, (1, 7), watched=False) == NOW + 7 * DAY


def test_an_article_with_evidence_is_checked_monthly_for_a_year():
    later = NOW + 100 * DAY
    assert decide.next_check(NOW, later, (1, 2, 4, 8, 16, 30), watched=True) == later + 30 * DAY
    last = NOW + 366 * DAY
    assert decide.next_check(NOW, last, (1, 2, 4, 8, 16, 30), watched=True) is None


TEXT = "The minister spoke on Monday. " * 20


def known(text=TEXT, extractor="x 1", raw="aa", title="Minister speaks"):
    return Known(title, text, extractor, raw)


def kind(known, text, *, extractor="x 1", raw="bb", title="Minister speaks", before=None):
    return revision(known, Known(title, text, extractor, raw), before).kind


def test_the_first_text_is_the_first_version():
    assert kind(None, TEXT) == "first"


def test_the_same_text_is_no_version():
    assert kind(known(), TEXT) == "same"


def test_a_changed_word_is_an_edit_by_the_publisher():
    assert kind(known(), TEXT + "She denied it.") == "publisher_edit"


def test_a_changed_headline_is_an_edit_by_the_publisher():
    assert kind(known(), TEXT, title="Minister shouts") == "publisher_edit"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Updated 5 minutes ago", "Updated 3 hours ago"),
        ("Mis à jour il y a 5 minutes", "Mis à jour il y a 2 heures"),
        ("At 10:31 p.m.", "At 11:02 p.m."),
        ("1,204 comments", "2,011 comments"),
    ],
)
def test_a_clock_or_counter_that_moved_is_no_edit(before, after):
    assert kind(known(f"{before} {TEXT}"), f"{after} {TEXT}") == "same"


def test_a_counter_in_a_headline_that_moved_is_no_edit():
    before = known(title="Minister speaks, 12 comments")
    assert kind(before, TEXT, title="Minister speaks, 31 comments") == "same"


def test_a_changed_number_of_the_news_is_an_edit():
    assert kind(known(f"Three of 4 stations. {TEXT}"), f"Three of 5 stations. {TEXT}") == (
        "publisher_edit"
    )


def test_another_reader_of_the_page_makes_no_publishers_edit():
    assert kind(known(), TEXT + "Footer.", extractor="x 2") == "extractor_upgrade"


def test_what_another_reader_finds_in_the_old_bytes_too_is_no_publishers_edit():
    today = ("Minister speaks", TEXT + "Footer.")
    assert kind(known(), today[1], extractor="x 2", before=today) == "extractor_upgrade"


def test_what_another_reader_does_not_find_in_the_old_bytes_is_the_publishers_edit():
    today = ("Minister speaks", TEXT + "Footer.")
    text = TEXT + "She denied it. Footer."
    assert kind(known(), text, extractor="x 2", before=today) == "publisher_edit"


def test_similarity_says_how_much_of_the_words_stayed():
    now = Known("Minister speaks", "one two three five", "x 1", "b")
    change = revision(known("one two three four"), now)
    assert change.similarity == 0.75
