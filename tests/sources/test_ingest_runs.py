"""Runs: opened once, finished whatever fails, and never at the expense of the feeds."""

import logging
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F
from django.utils import timezone

from sources.ingest import lease, pulse, run, runs, stages
from sources.models import Article, Feed, FeedItem, Fetch, Host, Job, Run, Version
from tests.sources.newsroom import HTML, days_pass, follow, item, night, page, poll, serve
from tests.web import Web

pytestmark = pytest.mark.django_db
HOSTS = [f"127.0.0.{n}" for n in range(2, 8)]


@pytest.fixture
def unplugged(db):
    """Feeds on six hosts that cannot be reached, as when our own line is down; their port."""
    with Web(address=HOSTS[0]) as web:
        for host in HOSTS:
            follow(web, host=host, fetch_pages=False)
    return web.port


def minutes_pass():
    """Everything is due again, in the order it was."""
    Job.objects.update(due_at=F("due_at") - timedelta(hours=1))
    Host.objects.update(next_request_at=timezone.now(), paused_until=None)


def drain(opened):
    run.drain_here(opened, patience=0, tell=lambda: None)


# --- our own network ------------------------------------------------------------------------


def test_case_28_no_feed_loses_a_point_while_our_network_is_down(unplugged):
    opened = night()
    assert set(Fetch.objects.values_list("outcome", flat=True)) == {"local_outage"}
    assert set(Feed.objects.values_list("failures", "failing_since")) == {(0.0, None)}
    assert set(Job.objects.values_list("run", "tries", "claims")) == {(opened.pk, 0, 0)}
    assert not Host.objects.exclude(paused_until=None).exists()


def test_a_feed_asked_while_this_process_stood_still_is_charged_nothing(web, monkeypatch):
    monkeypatch.setattr(pulse, "_LONGEST", 0)  # every silence is one of ours
    web.route("/feed.xml", lambda call: call.reset())
    follow(web, fetch_pages=False)
    opened = night()
    assert Fetch.objects.get().outcome == "local_outage"
    assert Feed.objects.get().failures == 0
    assert Host.objects.get().paused_until is None
    job = Job.objects.get()
    assert (job.run, job.tries) == (opened, 0)
    assert job.due_at < timezone.now() + timedelta(minutes=3)


def test_case_28_one_probe_at_a_time_while_the_network_stays_down(unplugged):
    opened = night()
    before = Fetch.objects.count()
    for _ in range(3):
        minutes_pass()
        drain(opened)
    assert Fetch.objects.count() == before + 3
    assert not Feed.objects.exclude(failures=0).exists()


def test_case_28_the_run_goes_on_when_the_network_is_back(unplugged):
    opened = night()
    minutes_pass()
    with ExitStack() as stack:
        for host in HOSTS:
            web = stack.enter_context(Web(address=host, port=unplugged))
            serve(web, item("http://ledger.example/1"))
        drain(opened)
    assert set(Feed.objects.values_list("last_outcome", flat=True)) == {"ok"}
    assert opened.jobs.count() == 0


def test_case_28_dead_sites_are_charged_when_another_answers(unplugged, web):
    serve(web, item("http://ledger.example/1"))
    assert poll(follow(web, fetch_pages=False)) == "ok"
    night()
    dead = Feed.objects.filter(last_outcome="connect")
    assert set(dead.values_list("failures", flat=True)) == {0.5}
    assert dead.count() == len(HOSTS)


def test_case_28_dead_sites_at_the_head_of_the_queue_do_not_hold_up_the_others(unplugged, web):
    serve(web, item("http://ledger.example/1"))
    alive = follow(web, fetch_pages=False)
    opened = night()
    for _ in range(3):
        minutes_pass()
        drain(opened)
    alive.refresh_from_db()
    assert alive.last_outcome in ("ok", "unchanged")


# --- when the work itself fails -------------------------------------------------------------


def test_case_80_a_worker_that_outlives_its_lease_writes_nothing(web):
    serve(web, item("http://ledger.example/1"))
    feed = follow(web, fetch_pages=False)
    slow = lease.claim("feed", feed=feed.pk)
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.update(lease_until=past)
    Host.objects.update(next_request_at=past)
    quick = lease.claim("feed", feed=feed.pk)
    assert run.work(slow) == "lost_lease"
    assert (FeedItem.objects.count(), Fetch.objects.count()) == (0, 0)
    assert run.work(quick) == "ok"
    assert (FeedItem.objects.count(), Fetch.objects.count()) == (1, 1)


def test_an_unforeseen_error_is_named_and_leaves_the_job_stuck_after_three(web, monkeypatch):
    feed = follow(web)
    monkeypatch.setitem(
        run.STAGES, "feed", replace(run.STAGES["feed"], do=broken(ValueError("odd")))
    )
    for _ in range(3):
        assert poll(feed) == "bug"
    assert lease.claim("feed", feed=feed.pk) is None
    assert Job.objects.get().is_stuck


def broken(error):
    def stage(claimed):
        raise error

    return stage


@pytest.mark.django_db(transaction=True)
def test_case_89_a_statement_that_takes_too_long_frees_its_job_uncounted(web, monkeypatch, caplog):
    feed = follow(web)

    def slow(claimed):
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(2)")

    monkeypatch.setitem(run.STAGES, "feed", replace(run.STAGES["feed"], do=slow))
    with caplog.at_level(logging.CRITICAL):
        for _ in range(4):
            assert poll(feed) == "db_error"
    assert Job.objects.get().claims == 0


@pytest.mark.django_db(transaction=True)
def test_case_89_a_full_disk_stops_no_feed_for_good(web, monkeypatch):
    serve(web, item("http://ledger.example/1", title="Disks are full in Port Ellery"))
    feed = follow(web, fetch_pages=False)

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", full, raising=False)
        opened = night(feed)
        assert FeedItem.objects.count() == 0
    closed = runs.close(opened, timezone.now(), partial=opened.jobs.exists())
    assert closed.partial
    assert poll(feed) == "ok"


def test_a_kept_page_that_is_missing_is_a_fault_of_its_own(web):
    serve(web, item(web.url("/1")))
    web.page("/1", page(), headers=HTML)
    follow(web)
    opened = runs.open_manual(Feed.objects.all(), timezone.now())
    while claimed := lease.claim("feed") or lease.claim("page"):
        run.work(claimed)
    default_storage.delete(stages.raw.path_of(Fetch.objects.first().raw_sha256))
    assert run.work(lease.claim("extract")) == "bug"
    assert opened.jobs.get().lease_token is None


def test_validators_of_a_page_are_stored_with_its_text_and_not_before(web):
    serve(web, item(web.url("/1")))
    web.page("/1", page(), headers=HTML, etag='"1"')
    follow(web)
    runs.open_manual(Feed.objects.all(), timezone.now())
    while claimed := lease.claim("feed") or lease.claim("page"):
        run.work(claimed)
    assert Article.objects.get().etag == ""
    run.work(lease.claim("extract"))
    assert Article.objects.get().etag == '"1"'


def test_telling_goes_on_where_a_receiver_failed(web, monkeypatch):
    from sources.signals import versions_stored

    def refuse(**kwargs):
        raise ValueError("not now")

    serve(web, item(web.url("/1")))
    web.page("/1", page(), headers=HTML)
    follow(web)
    versions_stored.connect(refuse, weak=False)
    try:
        opened = night()
    finally:
        versions_stored.disconnect(refuse)
    assert (Version.objects.count(), Job.objects.get(kind="tell").run) == (1, opened)
    Job.objects.update(due_at=timezone.now())
    drain(opened)
    assert opened.jobs.count() == 0


# --- when runs are opened -------------------------------------------------------------------


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


def nightlies():
    return list(Run.objects.filter(kind="nightly").order_by("slot").values_list("slot", flat=True))


@pytest.fixture
def yesterday(web):
    """A newsroom whose nightly run of 10 March was opened in time."""
    serve(web, item("http://ledger.example/1"))
    feed = follow(web)
    opened = runs.open_nightly(at(2026, 3, 10, 7, 30))
    Run.objects.update(started_at=at(2026, 3, 10, 7, 30))
    return feed, opened


def test_case_84_a_night_that_is_opened_twice_is_one_run(yesterday):
    assert runs.open_nightly(at(2026, 3, 10, 7, 31)) is None
    assert nightlies() == ["2026-03-10"]


def test_case_85_a_night_missed_by_the_scheduler_is_opened_later_the_same_day(yesterday):
    assert runs.open_missed(at(2026, 3, 11, 15, 0)).slot == "2026-03-11"
    assert runs.open_missed(at(2026, 3, 11, 15, 1)) is None


def test_case_85_two_days_away_make_one_run(yesterday):
    runs.open_missed(at(2026, 3, 13, 9, 0))
    assert nightlies() == ["2026-03-10", "2026-03-13"]


def test_case_85_before_its_hour_no_night_is_missing(yesterday):
    assert runs.open_missed(at(2026, 3, 11, 5, 0)) is None


@pytest.mark.parametrize("day", [(2026, 3, 8), (2026, 11, 1)])
def test_case_86_nights_when_clocks_change_have_exactly_one_run(yesterday, day):
    Run.objects.all().delete()
    runs.open_nightly(at(*day, 7, 30) - timedelta(days=1))
    Run.objects.update(started_at=at(*day, 7, 30) - timedelta(days=1))
    opened = 0
    for minutes in range(0, 24 * 60, 10):
        now = at(*day, 7, 30) + timedelta(minutes=minutes)
        opened += runs.open_missed(now) is not None
    assert opened == 1


def test_case_87_after_the_clock_was_set_back_leases_expire_and_feeds_are_asked(web):
    serve(web, item("http://ledger.example/1"))
    feed = follow(web, fetch_pages=False)
    assert poll(feed) == "ok"
    days_pass(-1 / 24)  # an hour from now is what our clock said when it wrote
    lease.claim("feed", feed=feed.pk)
    assert poll(feed) == "unchanged"
    assert Fetch.objects.latest("pk").seconds >= 0
    assert feed.job.due_at > timezone.now()


def test_a_night_leaves_feeds_alone_that_are_asked_weekly(web):
    feed = follow(web)
    Job.objects.update(due_at=timezone.now() + timedelta(days=5))
    assert runs.open_nightly(timezone.now()).feeds == 0
    Job.objects.update(due_at=timezone.now() + timedelta(hours=26))
    Run.objects.all().delete()
    assert runs.open_nightly(timezone.now()).feeds == 1
    assert feed.enabled


def test_a_run_past_its_deadline_is_partial_and_what_is_left_stays_due(web):
    feed = follow(web)
    opened = runs.open_manual(Feed.objects.all(), timezone.now())
    Run.objects.update(deadline_at=timezone.now())
    (closed,) = runs.close_finished(timezone.now())
    assert (closed, closed.partial) == (opened, True)
    assert Job.objects.get(feed=feed).run is None


def test_a_feed_is_counted_by_the_run_that_asks_it(web):
    asked, _waiting = follow(web), follow(web, host="ledger.localhost")
    first = runs.open_manual(Feed.objects.all(), timezone.now())
    Fetch.objects.create(run=first, feed=asked, url=asked.url, host="ledger", outcome="timeout")
    second = runs.open_manual(Feed.objects.all(), timezone.now())
    first.refresh_from_db()
    assert (first.feeds, second.feeds) == (1, 2)
    assert set(Job.objects.values_list("run", flat=True)) == {second.pk}


def test_a_report_counts_each_feed_once_by_its_last_word(web):
    web.page("/feed.xml", b"", status=500)
    feed = follow(web, fetch_pages=False)
    opened = night(feed)
    serve(web, item("http://ledger.example/1"))
    Job.objects.update(due_at=timezone.now(), run=opened)
    Host.objects.update(paused_until=None)
    drain(opened)
    report = runs.report(opened)
    assert (report.feeds_by_outcome, report.feeds_failed, report.new_items) == ({"ok": 1}, 0, 1)
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("due", "asked"),
    [
        pytest.param(timedelta(minutes=15), timedelta(minutes=15), id="before the night"),
        pytest.param(timedelta(hours=24), timedelta(hours=15), id="the night takes it along"),
        pytest.param(timedelta(days=7), timedelta(days=7), id="rarer than the nights"),
    ],
)
def test_a_feed_is_asked_by_the_night_before_it_is_due(settings, due, asked):
    settings.NIGHTLY_HOUR_UTC, settings.NIGHTLY_MINUTE_UTC = 7, 30
    now = datetime(2026, 3, 9, 16, 30, tzinfo=UTC)
    assert runs.asked_at(now + due, now) == now + asked
