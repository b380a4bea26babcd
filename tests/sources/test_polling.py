"""How often a feed is asked, where it has moved to, and when it is our network that is down."""

from datetime import UTC, datetime, timedelta

import pytest

from sources.ingest import decide, polling
from sources.ingest.decide import FeedFacts, Outcome
from sources.ingest.polling import Attempt, Moving

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("new", "offered", "minutes"),
    [
        pytest.param(8, 10, 40.2, id="mostly new: sooner by a third"),
        pytest.param(5, 10, 60, id="half new: as before"),
        pytest.param(1, 10, 72, id="little new: later by a fifth"),
        pytest.param(0, 0, 72, id="unchanged: later by a fifth"),
    ],
)
def test_a_feed_is_asked_as_often_as_it_brings_something_new(new, offered, minutes):
    assert polling.adapted(120, 60, new, offered) == pytest.approx(minutes)


def test_a_feed_starts_with_what_its_editor_chose():
    assert polling.adapted(60, None, 5, 10) == 60


def test_a_feed_is_never_asked_more_often_than_every_quarter_of_an_hour():
    assert polling.adapted(60, 16, 10, 10) == 15


@pytest.mark.parametrize("chosen", [15, 60, 1440])
def test_however_little_is_new_a_feed_is_asked_as_often_as_its_editor_chose(chosen):
    minutes = None
    for _ in range(50):
        minutes = polling.adapted(chosen, minutes, 0, 10)
    assert minutes == chosen


def test_an_interval_from_before_the_editor_chose_a_shorter_one_is_cut():
    assert polling.adapted(30, 1400, 5, 10) == 30


@pytest.mark.parametrize(
    ("ttl", "cache_control", "minutes"),
    [
        (30, "", 30),
        (None, "public, max-age=3600", 60),
        (90, "max-age=3600", 90),
        (None, "s-maxage=3600", 0),
        (None, "max-age=99999999", 1440),
        (10_080, "", 1440),
    ],
)
def test_a_publishers_wish_is_the_longer_of_ttl_and_max_age_up_to_a_day(
    ttl, cache_control, minutes
):
    assert polling.least_wait(ttl, cache_control) == minutes


def due(facts, jitter):
    day = timedelta(days=1)
    again = decide.next_poll(
        facts, Outcome("ok"), NOW, base=day, tries=0, retries=(), jitter=jitter
    )
    return again.due_at - NOW


def test_polls_during_the_day_are_spread_by_a_tenth():
    facts = FeedFacts(interval_minutes=100)
    assert (due(facts, 0.0), due(facts, 1.0)) == (90 * MINUTE, 110 * MINUTE)


def test_a_nightly_feed_is_never_due_before_the_night():
    assert due(FeedFacts(), 0.0) == timedelta(days=1)


def test_no_feed_is_asked_sooner_than_its_publisher_wishes():
    assert due(FeedFacts(interval_minutes=15, least_minutes=60), 0.0) == 60 * MINUTE


HTTP, HTTPS = "http://ledger.example/feed", "https://ledger.example/feed"


def test_the_same_address_on_https_is_believed_at_once():
    moving = polling.seen_moving(HTTP, [(301, HTTPS)], NOW, Moving())
    assert polling.has_moved(HTTP, moving, NOW)


@pytest.mark.parametrize(
    "hops",
    [
        pytest.param([(302, HTTPS)], id="temporary"),
        pytest.param([(301, "https://ledger.example/x"), (307, HTTPS)], id="partly temporary"),
        pytest.param([], id="none"),
        pytest.param([(301, HTTPS), (301, HTTP)], id="back to itself"),
    ],
)
def test_only_permanent_redirects_are_a_move(hops):
    assert polling.seen_moving(HTTP, hops, NOW, Moving()) == Moving()


def test_a_move_to_another_place_than_before_is_counted_from_one():
    before = Moving("https://elsewhere.example/", NOW - timedelta(days=9), 8)
    assert polling.seen_moving(HTTP, [(308, HTTPS)], NOW, before) == Moving(HTTPS, NOW, 1)


@pytest.mark.parametrize(("hits", "days", "moved"), [(3, 2, True), (2, 9, False), (9, 1, False)])
def test_a_move_is_believed_after_three_polls_and_two_days(hits, days, moved):
    moving = Moving("https://elsewhere.example/", NOW - timedelta(days=days), hits)
    assert polling.has_moved(HTTP, moving, NOW) is moved


def attempts(*kinds, answered=False):
    return [Attempt(f"paper{n}.example", kind, answered) for n, kind in enumerate(kinds)]


def test_five_hosts_that_cannot_be_reached_are_our_own_outage():
    assert polling.network_down(attempts(*["connect", "dns_temp"] * 2, "dns_none"))


def test_four_hosts_are_too_few_to_tell():
    assert not polling.network_down(attempts(*["connect"] * 4))


def test_one_host_tried_five_times_is_one_host():
    assert not polling.network_down([Attempt("paper.example", "connect", False)] * 5)


def test_two_other_failures_in_six_speak_against_an_outage():
    assert not polling.network_down(attempts(*["connect"] * 4, "tls", "timeout"))


def test_one_answer_ends_an_outage():
    down = attempts(*["local_outage"] * 6)
    assert polling.network_down(down)
    assert not polling.network_down([*down, Attempt("paper.example", "http_5xx", True)])
