"""The source desk and the ingest pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.models import Feed, Fetch, Host, Job, Run, Tag
from tests.factories import make_article, make_source
from tests.tracker.test_pages import queries

pytestmark = pytest.mark.django_db


def make_tag(slug="quebec", label="Quebec", **values):
    return Tag.objects.create(slug=slug, label_en=label, **values)


def make_feed(source=None, **values):
    source = source or make_source()
    key = Feed.objects.count().to_bytes(32, "big")
    feed = Feed.objects.create(
        source=source, url=f"https://outlet.example/{key.hex()}", url_key=key, **values
    )
    host, _ = Host.objects.get_or_create(authority="outlet.example")
    Job.objects.create(kind="feed", feed=feed, host=host)
    return feed


def make_run(**values):
    now = timezone.now()
    values = {
        "kind": "nightly",
        "slot": str(Run.objects.count()),
        "deadline_at": now,
        "finished_at": now,
        **values,
    }
    return Run.objects.create(**values)


# --- the table --------------------------------------------------------------------------------


def names(answer):
    return [row["source"].name for row in answer.context["rows"]]


def test_sources_are_found_by_name_without_their_accents(desk):
    make_source("La Dépêche inventée")
    make_source("Something else")
    assert names(desk.get("/sources/", {"q": "depeche"})) == ["La Dépêche inventée"]


def test_sources_are_narrowed_by_tag_and_type(desk, nora):
    wire, daily = make_source("Wire", kind="agency"), make_source("Daily")
    daily.tag(make_tag(), nora)
    assert names(desk.get("/sources/", {"tag": "quebec"})) == [daily.name]
    assert names(desk.get("/sources/", {"kind": "agency"})) == [wire.name]


def test_sources_whose_feed_fails_can_be_picked_out(desk):
    make_feed(make_source("Well"))
    make_feed(
        make_source("Unwell"),
        failures=6,
        failing_since=timezone.now(),
        last_outcome="http_404",
        last_attempt_at=timezone.now(),
    )
    assert names(desk.get("/sources/", {"health": "failing"})) == ["Unwell"]


def test_pages_of_sources_follow_each_other(desk):
    for n in range(53):
        make_source(f"Outlet {n:03}")
    first = desk.get("/sources/")
    second = desk.get("/sources/", {"after": first.context["after"]})
    assert len({*names(first), *names(second)}) == 53


def test_the_table_costs_the_same_queries_whatever_its_size(desk, nora):
    tag = make_tag()
    make_feed().source.tag(tag, nora)
    few = queries(desk, "/sources/")
    for _ in range(10):
        make_feed().source.tag(tag, nora)
    assert queries(desk, "/sources/") == few


def test_the_months_of_a_source_are_counted_with_this_month_last(desk):
    source = make_source()
    make_article(source=source, sort_at=timezone.now())
    (row,) = desk.get("/sources/").context["rows"]
    assert (row["months"]["total"], row["months"]["this"]) == (1, 1)


def test_what_is_noted_about_a_source_can_be_changed(desk):
    source = make_source()
    desk.post(
        f"/sources/{source.slug}/edit/",
        {
            "name": "A better name",
            "kind": "agency",
            "owner": "A trust",
            "country": "CA",
            "languages": "en, fr",
            "community": "",
        },
    )
    source.refresh_from_db()
    assert (source.name, source.languages) == ("A better name", ["en", "fr"])


@pytest.mark.parametrize("sent", [{"because": " ", "until": "2099-04-17"}, {"because": "Asked."}])
def test_a_pause_needs_a_reason_and_an_end(desk, sent):
    feed = make_feed()
    desk.post(f"/sources/feeds/{feed.pk}/pause/", sent)
    feed.refresh_from_db()
    assert feed.enabled


def test_a_pause_on_the_page_of_a_source_ends_on_the_day_that_was_given(desk):
    feed = make_feed()
    sent = {"because": "They asked us to.", "until": "2099-04-17"}
    desk.post(f"/sources/feeds/{feed.pk}/pause/", sent)
    feed.refresh_from_db()
    assert (feed.enabled, feed.paused_because) == (False, "They asked us to.")
    page = desk.get(f"/sources/{feed.source.slug}/").content.decode()
    assert "It is asked again on 17 Apr 2099." in page


def test_the_page_of_a_source_says_which_clock_each_count_goes_by(desk):
    page = desk.get(f"/sources/{make_feed().source.slug}/").content.decode()
    assert "0 first seen in the last seven days" in page
    assert "0 articles published in 52 weeks." in page
    assert "0 published since Monday" in page


# --- the ingest ---------------------------------------------------------------------------------


def test_before_the_first_run_the_page_says_so(desk):
    assert "No run yet" in desk.get("/ingest/").content.decode()


def test_the_title_of_a_run_is_its_result(desk):
    run, feed, failed = make_run(feeds=2), make_feed(), make_feed()
    Fetch.objects.create(
        run=run, feed=feed, host="outlet.example", outcome="ok", url=feed.url, new=3
    )
    Fetch.objects.create(
        run=run, feed=failed, host="outlet.example", outcome="http_404", url=failed.url
    )
    shown = desk.get("/ingest/").content.decode()
    assert "1 of 2 feeds answered; 1 failed; 0 new articles" in shown


def test_a_feed_that_delivered_after_a_retry_has_not_failed(desk):
    run, feed = make_run(feeds=1), make_feed()
    earlier = timezone.now() - timedelta(minutes=5)
    Fetch.objects.create(
        run=run, feed=feed, host="outlet.example", outcome="timeout", url=feed.url, at=earlier
    )
    Fetch.objects.create(
        run=run, feed=feed, host="outlet.example", outcome="ok", url=feed.url, new=1
    )
    assert "none failed" in desk.get("/ingest/").content.decode()


def test_trouble_is_told_in_plain_words_with_the_detail_folded(desk):
    now = timezone.now()
    make_feed(
        failures=6,
        failing_since=now,
        last_outcome="tls",
        last_detail="expired",
        last_attempt_at=now,
    )
    shown = desk.get("/ingest/").content.decode()
    assert "certificate is not valid" in shown
    assert "Technical detail" in shown


def test_there_is_no_asking_again_at_an_address_that_is_gone(desk):
    now = timezone.now()
    gone = make_feed(
        enabled=False, gone_since=now, failures=6, last_outcome="http_410", last_attempt_at=now
    )
    shown = desk.get("/ingest/").content.decode()
    assert "gone for good" in shown
    assert f"/ingest/feeds/{gone.pk}/retry/" not in shown


def test_an_editor_asks_every_feed_now(desk, nora):
    make_feed()
    answer = desk.post("/ingest/start/")
    run = Run.objects.get()
    assert answer.url == f"/ingest/runs/{run.pk}/"
    assert (run.kind, run.requested_by, run.feeds) == ("manual", nora, 1)


def test_an_editor_asks_one_feed_again(desk):
    feed, _other = make_feed(), make_feed()
    desk.post(f"/ingest/feeds/{feed.pk}/retry/")
    assert Run.objects.get().feeds == 1


def test_a_viewer_starts_no_run(client, tom):
    client.force_login(tom)
    assert client.post("/ingest/start/").status_code == 403


def test_a_run_that_is_on_fills_its_bar_by_itself(desk):
    run = make_run(feeds=2, finished_at=None)
    assert 'hx-trigger="every 2s"' in desk.get("/ingest/").content.decode()
    run.finished_at = timezone.now()
    run.save()
    part = desk.get(
        f"/ingest/runs/{run.pk}/", headers={"HX-Request": "true", "HX-Target": "div#run"}
    )
    assert part["HX-Refresh"] == "true"


def test_the_ingest_page_costs_the_same_queries_whatever_the_number_of_feeds(desk):
    run = make_run(feeds=1)

    def asked():
        feed = make_feed(failures=6, last_outcome="timeout", last_attempt_at=timezone.now())
        Fetch.objects.create(
            run=run, feed=feed, host="outlet.example", outcome="timeout", url=feed.url
        )

    asked()
    few = queries(desk, "/ingest/")
    for _ in range(9):
        asked()
    assert queries(desk, "/ingest/") == few
