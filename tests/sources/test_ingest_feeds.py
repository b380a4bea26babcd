"""What a feed's answers do to the feed: its validators, its health, its pace."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from sources.ingest import health
from sources.models import Article, Feed, FeedItem, Fetch, Host, Job
from tests.sources.newsroom import (
    HTML,
    RSS,
    days_pass,
    follow,
    item,
    night,
    page,
    poll,
    rss,
    serve,
)
from tests.web import Answer

pytestmark = pytest.mark.django_db


def one(n=1):
    return item(link=f"http://ledger.example/{n}", title=f"Story {n}")


def last(feed):
    return Fetch.objects.filter(feed=feed).first()


@pytest.fixture
def quiet(web):
    """A feed of one entry whose pages are not fetched, asked once."""
    serve(web, one(), etag='"1"')
    feed = follow(web, fetch_pages=False)
    assert poll(feed) == "ok"
    return feed


def health_of(feed):
    return health.feed_health(
        health.Observed(
            feed.enabled,
            feed.failures,
            feed.failing_since,
            feed.last_outcome,
            feed.last_attempt_at,
            feed.last_ok_at,
            feed.last_new_at,
            feed.gone_since,
        ),
        timezone.now(),
    ).word


IN_TWO_MINUTES = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        pytest.param("120", 100, 130, id="seconds"),
        pytest.param("a date", 100, 130, id="a date"),
        pytest.param("316800", 86_000, 86_400, id="88 hours"),
        pytest.param("whenever", 3_500, 7_200, id="garbage"),
        pytest.param("", 3_500, 7_200, id="nothing"),
    ],
)
def test_case_19_too_many_requests_pauses_the_whole_host(web, retry_after, least, most):
    if retry_after == "a date":
        retry_after = format_datetime(timezone.now() + IN_TWO_MINUTES, usegmt=True)
    headers = {"Retry-After": retry_after} if retry_after else {}
    web.page("/feed.xml", b"slow down", status=429, headers=headers)
    serve(web, one(), path="/other.xml")
    feed, other = follow(web), follow(web, "/other.xml")
    night(feed, other)
    assert web.paths() == ["/feed.xml"]
    assert Fetch.objects.get().outcome == "http_429"
    pause = Host.objects.get().paused_until - timezone.now()
    assert least < pause.total_seconds() <= most


def test_case_20_unchanged_without_validators_is_an_empty_answer(web):
    web.route("/feed.xml", lambda call: Answer(304))
    feed = follow(web)
    assert poll(feed) == "empty_body"
    assert "if-none-match" not in web.requests[-1].headers


def test_case_21_after_a_week_of_unchanged_the_whole_feed_is_asked_for(web, quiet):
    answers = {True: Answer(304), False: Answer(200, RSS, rss(one(), one(2)).encode())}
    web.route("/feed.xml", lambda call: answers["if-none-match" in call.seen.headers])
    assert poll(quiet) == "unchanged"
    days_pass(8)
    assert poll(quiet) == "ok"
    assert FeedItem.objects.count() == 2


def test_case_21_a_whole_feed_that_is_the_same_counts_for_a_week(web, quiet):
    days_pass(8)
    assert poll(quiet) == "unchanged"
    assert poll(quiet) == "unchanged"
    assert web.requests[-1].headers["if-none-match"] == '"1"'


def test_case_22_a_new_body_under_an_old_etag_wins(web, quiet):
    answer = Answer(200, {**RSS, "ETag": '"1"'}, rss(one(), one(2)).encode())
    web.route("/feed.xml", lambda call: answer)
    assert poll(quiet) == "ok"
    assert FeedItem.objects.count() == 2


@pytest.mark.parametrize("etag", [pytest.param('"' + "x" * 4096 + '"', id="4 KB"), '"a\tb"'])
def test_case_23_an_etag_that_cannot_be_sent_back_is_not_stored(web, etag):
    web.route("/feed.xml", lambda call: Answer(200, {**RSS, "ETag": etag}, rss(one()).encode()))
    feed = follow(web, fetch_pages=False)
    assert poll(feed) == "ok"
    assert feed.etag == ""


def test_a_last_modified_of_the_future_is_not_stored(web):
    web.page("/feed.xml", rss(one()), headers=RSS, modified=4_000_000_000)
    feed = follow(web, fetch_pages=False)
    assert poll(feed) == "ok"
    assert feed.last_modified == ""


def test_case_24_an_empty_answer_is_a_failure_and_tried_again_in_the_run(web):
    web.page("/feed.xml", b"", headers=RSS)
    feed = follow(web)
    opened = night(feed)
    feed.refresh_from_db()
    assert (feed.last_outcome, feed.failures) == ("empty_body", 0.5)
    assert feed.job.run == opened


def test_case_25_a_feed_missing_for_a_day_is_well_the_next(web, quiet):
    web.remove("/feed.xml")
    assert poll(quiet) == "http_404"
    assert (quiet.failures, health_of(quiet)) == (0.5, "unsteady")
    days_pass(1)
    serve(web, one(), one(2))
    assert poll(quiet) == "ok"
    assert (quiet.failures, quiet.failing_since, health_of(quiet)) == (0, None, "working")


def test_case_26_gone_twice_a_day_apart_ends_the_polling(web, quiet):
    web.page("/feed.xml", b"", status=410)
    assert poll(quiet) == "http_410"
    assert quiet.enabled
    assert quiet.job.due_at - timezone.now() < timedelta(hours=30)
    poll(quiet)
    assert quiet.enabled, "the same night again says nothing new"
    days_pass(1)
    poll(quiet)
    assert (quiet.enabled, health_of(quiet)) == (False, "gone")


def test_case_26_try_now_revives_a_feed_that_was_gone(web, quiet):
    web.page("/feed.xml", b"", status=410)
    poll(quiet)
    days_pass(1)
    poll(quiet)
    serve(web, one(), one(2))
    night(quiet)
    quiet.refresh_from_db()
    assert (quiet.enabled, quiet.gone_since, quiet.last_outcome) == (True, None, "ok")


def test_a_feed_an_editor_paused_is_not_revived_by_a_run(web, quiet):
    Feed.objects.update(enabled=False, paused_because="not ours")
    night(quiet)
    quiet.refresh_from_db()
    assert not quiet.enabled
    assert len(web.paths()) == 1


def test_case_27_a_challenge_blocks_the_feed_and_makes_no_article(web):
    web.page("/feed.xml", page(), status=403, headers={**HTML, "cf-mitigated": "challenge"})
    feed = follow(web)
    assert poll(feed) == "challenge"
    assert (health_of(feed), Article.objects.count()) == ("blocked", 0)
    assert timedelta(hours=20) < feed.job.due_at - timezone.now() < timedelta(hours=28)


def test_case_29_a_web_page_in_place_of_a_feed_is_told_by_its_title(web):
    head = '<link rel="alternate" type="application/rss+xml" href="/real.xml">'
    web.page("/feed.xml", page(title="Welcome", head=head), headers=HTML)
    feed = follow(web)
    assert poll(feed) == "not_a_feed"
    assert "Welcome" in feed.last_detail
    assert web.url("/real.xml") in feed.last_detail


@pytest.mark.django_db(transaction=True)
def test_case_88_a_feed_deleted_while_it_is_asked_brings_nothing(web):
    feed = follow(web)

    def answer(call):
        Feed.objects.filter(pk=feed.pk).delete()
        return Answer(200, RSS, rss(one()).encode())

    web.route("/feed.xml", in_own_connection(answer))
    opened = night(feed)
    assert (Article.objects.count(), Fetch.objects.count(), opened.jobs.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_case_88_a_feed_paused_while_it_is_asked_brings_nothing(web):
    feed = follow(web)

    def answer(call):
        Feed.objects.filter(pk=feed.pk).update(enabled=False)
        return Answer(200, RSS, rss(one()).encode())

    web.route("/feed.xml", in_own_connection(answer))
    night(feed)
    assert (Article.objects.count(), FeedItem.objects.count()) == (0, 0)
    assert Job.objects.get().claims == 0


def in_own_connection(handler):
    """The web answers in threads of its own; what they open must be closed."""
    from django.db import connection

    def closing(call):
        try:
            return handler(call)
        finally:
            connection.close()

    return closing
