"""The ingest as administrators see it: the words, the sums, the acts, and what they cost."""

import re
from datetime import timedelta
from itertools import count

import pytest
from celery import current_app
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu import pools

from sources.ingest import runs
from sources.ingest.paste import open_run
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Article, Feed, FeedItem, Fetch, Heartbeat, Job, Run, Version
from tests.factories import make_article, make_claim, make_story, make_suggestion
from tests.sources.newsroom import RSS, poll, rss
from tests.sources.newsroom import item as item_of
from tests.web.fixtures import web
from tracker.inbox import decisions
from tracker.models import StoryArticle, User
from tracker.operations.night import night as figures
from tracker.passages.linking import Reading

__all__ = ["web"]

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)
_number = count(1)


def follow(name="", url="", **facts):
    """A feed that has delivered an hour ago, unless `facts` say otherwise."""
    n = next(_number)
    url = url or f"https://post-{n}.example/feed.xml"
    feed, _ = subscribe(Subscription(url, name or f"Harbour Post {n}"))
    now = timezone.now()
    seen = {"last_attempt_at": now, "last_ok_at": now - HOUR, "last_new_at": now - HOUR}
    Feed.objects.filter(pk=feed.pk).update(**{"last_outcome": "ok", **seen, **facts})
    Job.objects.filter(feed=feed).update(due_at=now + 20 * HOUR)
    return Feed.objects.select_related("source").get(pk=feed.pk)


def night(feeds, *, finished=True, kind="nightly", **values):
    now = timezone.now()
    return Run.objects.create(
        kind=kind,
        slot=f"slot {next(_number)}",
        feeds=len(feeds),
        started_at=now - HOUR,
        deadline_at=now + 3 * HOUR,
        finished_at=now if finished else None,
        **values,
    )


def answered(run, feed, outcome="ok", **values):
    at = timezone.now() - HOUR / 2
    values = {"status": 200, "at": at, **values}
    return Fetch.objects.create(
        feed=feed, run=run, outcome=outcome, url=feed.url, host="h", **values
    )


def item(feed, article=None, ago=HOUR / 2):
    key = next(_number).to_bytes(32, "big")
    return FeedItem.objects.create(
        feed=feed,
        guid_key=key,
        alt_key=key,
        guid=str(key),
        item_hash=key,
        article=article,
        first_seen=timezone.now() - ago,
        title="",
    )


def brought(feed, **values):
    """An article the feed showed half an hour ago."""
    article = make_article(source=feed.source, first_seen_at=timezone.now() - HOUR / 2, **values)
    item(feed, article)
    return article


def without_text(feed, state):
    article = brought(feed)
    type(article).objects.filter(pk=article.pk).update(text_state=state, current_version=None)
    return article


def seen(client, address="/ingest/", **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def head(client, address="/ingest/"):
    return re.search(r"<h1[^>]*>(.*?)</h1>", client.get(address).content.decode(), re.S)[1].strip()


def test_a_run_counts_what_was_suggested_of_its_own_texts_however_old_it_is(desk):
    feed = follow()
    run = night([feed])
    article = brought(feed)
    fetch = Fetch.objects.create(article=article, run=run, outcome="ok", url=article.url, host="h")
    Version.objects.filter(pk=article.current_version_id).update(fetch=fetch)
    make_suggestion(article=article)
    make_suggestion(article=brought(feed))
    Run.objects.update(
        started_at=run.started_at - 24 * HOUR, finished_at=run.finished_at - 24 * HOUR
    )
    assert desk.get("/ingest/").context["suggested"] == 1


# --- last night in one sentence ---------------------------------------------------------------


def test_the_night_is_one_sentence(desk):
    feeds = [follow() for _ in range(5)]
    run = night(feeds)
    answered(run, feeds[0], new=2)
    answered(run, feeds[1], "unchanged")
    answered(run, feeds[2], new=1, bad=3)
    answered(run, feeds[3], "http_500", status=500)
    answered(run, feeds[4], "timeout", status=None)
    first = brought(feeds[0])
    brought(feeds[2], cluster=first.cluster)
    assert head(desk) == (
        "3 of 5 feeds answered; 2 failed, 1 partial; 2 new articles, 1 of them a copy"
    )


def test_a_night_without_trouble_says_so(desk):
    feed = follow()
    answered(night([feed]), feed, new=1)
    brought(feed)
    assert head(desk) == "1 of 1 feed answered; none failed; 1 new article"


def test_a_feed_that_delivered_in_part_has_not_failed(desk):
    feed = follow(gap_seen_at=timezone.now() - HOUR / 2)
    answered(night([feed]), feed, new=4)
    assert head(desk).startswith("1 of 1 feed answered; 1 partial;")


def test_the_last_word_of_a_feed_counts_not_its_first(desk):
    feed = follow()
    run = night([feed])
    answered(run, feed, "timeout", status=None)
    answered(run, feed, new=1)
    assert head(desk).startswith("1 of 1 feed answered; none failed;")
    assert "Asked 2 times." in seen(desk, f"/ingest/runs/{run.pk}/")


def test_a_feed_far_below_its_weeks_is_unusually_quiet(desk):
    feed = follow("The Quiet Herald", last_new_at=timezone.now() - 9 * 24 * HOUR)
    for week in range(1, 7):
        for n in range(12):
            item(feed, ago=timedelta(days=7 * week, hours=n + 1))
    Feed.objects.update(created_at=timezone.now() - timedelta(days=90))
    answered(night([feed]), feed, "unchanged")
    assert head(desk).startswith("1 of 1 feed answered; 1 unusually quiet;")
    page = seen(desk)
    assert "usually brings about 12 articles a week; in the last seven days: 0." in page
    assert "0 of 12 expected" in page


def test_a_feed_that_was_just_taken_up_has_no_usual_pace(desk):
    feed = follow()
    for _ in range(30):
        item(feed)
    assert "30 too new to tell" in seen(desk)


def test_feeds_a_finished_run_never_came_to_are_named(desk):
    feeds = [follow(), follow()]
    answered(night(feeds, partial=True), feeds[0], "unchanged")
    assert "1 of 2 feeds answered; 1 not asked in time" in head(desk)


def test_new_articles_are_full_texts_copies_and_the_rest_by_reason_and_nothing_else(desk):
    feed = follow()
    answered(night([feed]), feed, new=7)
    first = brought(feed)
    brought(feed, cluster=first.cluster)
    for state in ("paywalled", "paywalled", "teaser", "pending"):
        without_text(feed, state)
    assert (
        "6 new = 1 with their full text + 1 copies + 2 behind a paywall"
        " + 1 not fetched yet + 1 teaser only" in seen(desk)
    )


def test_articles_that_came_otherwise_are_not_the_feeds(desk):
    feed = follow()
    answered(night([feed]), feed)
    brought(feed, arrival="paste")
    assert "0 new articles" in head(desk)


def test_what_no_story_wanted_is_counted(desk):
    feed = follow()
    answered(night([feed]), feed, new=3)
    wanted, _other = brought(feed), brought(feed)
    StoryArticle.objects.create(story=make_story(), article=wanted)
    without_text(feed, "paywalled")
    assert "Of the 2 new texts that could be read 1 passed no story’s filter." in seen(desk)


def test_a_confidential_story_is_no_story_to_who_may_not_know_of_it(desk):
    feed = follow()
    answered(night([feed]), feed, new=1)
    StoryArticle.objects.create(story=make_story(confidential=True), article=brought(feed))
    assert "Of the 1 new texts that could be read 1 passed" in seen(desk)


def test_a_run_over_one_feed_does_not_hide_last_night(desk):
    feed = follow()
    answered(night([feed, follow()]), feed, new=1)
    answered(night([feed], kind="manual", scope="Harbour Post"), feed, "http_500")
    assert head(desk).startswith("1 of 2 feeds answered")


# --- a run that is on -------------------------------------------------------------------------


def test_a_run_that_is_on_is_asked_for_every_two_seconds_until_it_is_finished(desk):
    feeds = [follow(), follow()]
    run = night(feeds, finished=False)
    answered(run, feeds[0], new=1)
    page = desk.get("/ingest/").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert head(desk) == "A run is on: 1 feed to go"
    part = desk.get(f"/ingest/runs/{run.pk}/", headers={**HTMX, "HX-Target": "div#run"})
    assert part.content.decode().lstrip().startswith('<div id="run"')
    Run.objects.update(finished_at=timezone.now())
    part = desk.get(f"/ingest/runs/{run.pk}/", headers={**HTMX, "HX-Target": "div#run"})
    assert part["HX-Refresh"] == "true"
    assert "hx-trigger" not in part.content.decode()


def test_without_a_script_a_run_that_is_on_is_a_page_to_load_again(desk):
    feed = follow()
    run = night([feed], finished=False)
    page = seen(desk, f"/ingest/runs/{run.pk}/")
    assert "A run is on: 1 feed to go" in page
    assert f'href="/ingest/runs/{run.pk}/">Look again' in desk.get("/ingest/").content.decode()


def test_pages_that_wait_are_part_of_a_run_that_is_on(desk):
    feed = follow()
    run = night([feed], finished=False)
    answered(run, feed, new=1)
    article = brought(feed)
    Job.objects.create(kind="page", article=article, host=feed.job.host, run=run)
    assert head(desk) == "A run is on: every feed was asked, 1 page to go"


# --- what needs attention ---------------------------------------------------------------------


def test_a_feed_that_is_gone_says_so_and_has_no_button_to_ask_again(client, ada):
    client.force_login(ada)
    feed = follow(
        last_outcome="http_410", failures=1, failing_since=timezone.now(), last_detail="410 Gone"
    )
    page = client.get("/ingest/").content.decode()
    assert "says that it is gone for good" in page
    assert f"/ingest/feeds/{feed.pk}/retry/" not in page


def test_the_raw_error_is_folded_away(desk):
    follow(last_outcome="http_500", failures=6, last_detail="The site answered 500.")
    page = desk.get("/ingest/").content.decode()
    folded = re.search(r"<details.*?</details>", page, re.S)[0]
    assert "http_500 The site answered 500." in folded


def test_a_failing_feed_says_since_when_and_when_it_last_delivered(desk):
    long_ago = timezone.now() - timedelta(days=5)
    follow(last_outcome="http_500", failures=6, failing_since=long_ago)
    page = seen(desk)
    assert "The site has a fault of its own." in page
    assert "So it has been since" in page
    assert "it last delivered" in page
    assert "Ask again now" in page


def test_a_blocked_feed_is_told_to_write_to_the_publisher(desk):
    follow(last_outcome="http_403", failures=1, failing_since=timezone.now())
    page = seen(desk)
    assert "Blocked" in page
    assert "Write to the publisher" in page


def test_a_feed_that_moved_offers_its_new_address_as_the_first_button(client, ada):
    client.force_login(ada)
    feed = follow(moved_to="https://new.example/f", moved_since=timezone.now())
    page = client.get("/ingest/").content.decode()
    assert "Use the new address" in page
    assert f"/ingest/feeds/{feed.pk}/address/" in page


def test_a_page_instead_of_a_feed_offers_the_feeds_it_links_to(client, ada):
    client.force_login(ada)
    follow(
        last_outcome="not_a_feed",
        failures=1,
        last_detail="a web page: News; it offers https://a.example/1; it offers https://a.example/2",
    )
    page = seen(client)
    assert "Use https://a.example/1" in page
    assert "Use https://a.example/2" in page


def test_a_gap_says_that_articles_may_be_missing(desk):
    follow(gap_seen_at=timezone.now())
    assert "articles in between may be missing" in seen(desk)


def test_a_feed_that_is_mostly_behind_a_paywall_says_so(desk):
    feed = follow()
    for _ in range(6):
        without_text(feed, "paywalled")
    assert "most can't be read in full (behind a paywall: 6)" in seen(desk).replace("&#x27;", "'")
    User.objects.update(language="fr")
    assert "\u00a0: 6)" in desk.get("/ingest/").content.decode()


def test_a_stuck_feed_and_a_stuck_page_can_be_let_go(desk):
    feed = follow()
    article = brought(feed)
    Job.objects.filter(feed=feed).update(claims=4)
    Job.objects.create(kind="extract", article=article, host=feed.job.host, claims=4)
    page = seen(desk)
    assert "Let it go again" in page
    assert "1 page is stuck" in page
    desk.post(f"/ingest/feeds/{feed.pk}/release/")
    desk.post(f"/ingest/articles/{article.pk}/retry/")
    assert not Job.objects.filter(claims__gte=3).exists()


def test_the_claims_that_rest_on_a_failing_source_are_named(desk, nora):
    feed = follow(last_outcome="http_500", failures=6, failing_since=timezone.now())
    claim = make_claim()
    decisions.accept(make_suggestion(claim, brought(feed)), Reading("reports"), nora)
    page = desk.get("/ingest/").content.decode()
    assert "1 claim rests on this source:" in seen(desk)
    assert f"/stories/{claim.story.slug}/claims/1/" in page


def test_claims_of_a_confidential_story_are_not_named(desk, ada):
    feed = follow(last_outcome="http_500", failures=6, failing_since=timezone.now())
    story = make_story(confidential=True)
    decisions.accept(make_suggestion(make_claim(story), brought(feed)), Reading("reports"), ada)
    assert story.slug not in desk.get("/ingest/").content.decode()
    assert "rests on this source" not in seen(desk)


def test_a_newsroom_without_trouble_is_told_so(desk):
    follow()
    assert "Every feed does what it should." in seen(desk)


# --- every feed -------------------------------------------------------------------------------


def test_what_needs_a_human_stands_first(desk):
    names = {
        "Alpha Works": {},
        "Beta Quiet": {"last_new_at": timezone.now() - timedelta(days=20)},
        "Gamma Paused": {"enabled": False, "paused_because": "On strike."},
        "Delta Unsteady": {"failures": 0.5, "last_outcome": "timeout"},
        "Epsilon Gone": {"enabled": False, "gone_since": timezone.now()},
        "Zeta Blocked": {"failures": 1, "last_outcome": "http_403"},
    }
    for name, facts in names.items():
        follow(name, **facts)
    page = desk.get("/ingest/").content.decode()
    table = page[page.index('id="feeds"') :]
    order = sorted(names, key=table.index)
    assert order == [
        "Epsilon Gone",
        "Zeta Blocked",
        "Delta Unsteady",
        "Gamma Paused",
        "Beta Quiet",
        "Alpha Works",
    ]


def test_a_paused_feed_shows_why_and_until_when_and_no_next_try(desk):
    until = timezone.now() + timedelta(days=3)
    follow(enabled=False, paused_because="On strike.", paused_until=until)
    page = seen(desk)
    assert "On strike. Until" in page
    assert "not asked" in page


def test_the_feeds_can_be_narrowed_to_those_that_need_attention(desk):
    follow("Alpha Works")
    follow("Zeta Blocked", failures=1, last_outcome="http_403")
    page = desk.get("/ingest/", {"show": "attention"}).content.decode()
    table = page[page.index('id="feeds"') :]
    assert "Zeta Blocked" in table
    assert "Alpha Works" not in table


def test_every_feed_is_on_some_page_of_the_table(desk):
    names = [follow().source.name for _ in range(60)]
    pages = seen(desk) + seen(desk, page="2")
    assert all(f"{name} " in pages for name in names)


@pytest.mark.parametrize("address", ["/ingest/", "/ingest/runs/{run}/", "/ingest/feeds/{feed}/"])
def test_a_page_costs_the_same_queries_with_5_feeds_and_with_200(desk, nora, address):
    def grow(number):
        feeds = [follow(last_outcome="http_500", failures=n % 3) for n in range(number)]
        run = night(feeds)
        for n, feed in enumerate(feeds):
            answered(run, feed, ("ok", "http_500")[n % 2], new=1)
            item(feed)
        decisions.accept(make_suggestion(make_claim(), brought(feeds[0])), Reading("reports"), nora)
        return address.format(run=run.pk, feed=feeds[0].pk)

    def cost(page):
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page).status_code == 200
        return len(captured)

    few = cost(grow(5))
    many = cost(grow(200))
    assert many <= few
    assert few <= 34


# --- one run, one feed ------------------------------------------------------------------------


def test_a_run_lists_its_feeds_the_failed_ones_first(desk):
    good, bad, part = follow("Alpha Works"), follow("Beta Broken"), follow("Gamma Half")
    run = night([good, bad, part])
    answered(run, good, new=2)
    answered(run, bad, "http_404", status=404)
    answered(run, part, bad=2)
    page = seen(desk, f"/ingest/runs/{run.pk}/")
    assert page.index("Beta Broken") < page.index("Gamma Half") < page.index("Alpha Works")
    assert "There is nothing at this address." in page
    assert "2 entries could not be read." in page


def test_a_run_lists_the_articles_without_a_text_and_offers_to_try_them_again(desk):
    feed = follow()
    run = night([feed])
    answered(run, feed, new=1)
    article = without_text(feed, "paywalled")
    page = desk.get(f"/ingest/runs/{run.pk}/").content.decode()
    assert f"/ingest/articles/{article.pk}/retry/" in page


def test_a_feeds_page_has_every_answer_it_gave_a_page_at_a_time(desk):
    feed = follow()
    for n in range(55):
        answered(None, feed, "ok", new=n + 1000)
    first = desk.get(f"/ingest/feeds/{feed.pk}/").content.decode()
    assert ">1054<" in first
    assert ">1000<" not in first
    before = re.search(r"\?before=(\d+)", first)[1]
    assert ">1000<" in desk.get(f"/ingest/feeds/{feed.pk}/", {"before": before}).content.decode()


def test_a_feeds_page_tells_what_was_done_to_it_and_by_whom(client, ada):
    client.force_login(ada)
    feed = follow()
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    client.post(
        f"/ingest/feeds/{feed.pk}/pause/", {"because": "They are moving house.", "until": day}
    )
    client.post(f"/ingest/feeds/{feed.pk}/resume/")
    client.post(f"/ingest/feeds/{feed.pk}/address/", {"url": "https://new.example/f"})
    page = seen(client, f"/ingest/feeds/{feed.pk}/")
    acts = page[page.index("What was done to it") :]
    assert "Paused: They are moving house. (until " in acts
    assert "Resumed." in acts
    assert f"The address was changed from {feed.url} to https://new.example/f." in acts
    assert f"Taken up at {feed.url}." in acts
    assert acts.count("ada") >= 3


def test_a_pause_that_ended_by_itself_says_so_in_the_history(desk):
    from sources import tasks

    feed = follow(enabled=False, paused_because="On strike.", paused_until=timezone.now() - HOUR)
    tasks.sweep()
    assert "Resumed: the pause had ended." in seen(desk, f"/ingest/feeds/{feed.pk}/")


# --- acts -------------------------------------------------------------------------------------


ACTS = [
    ("/ingest/start/", "sources.start_run"),
    ("/ingest/feeds/{feed}/retry/", "sources.start_run"),
    ("/ingest/feeds/{feed}/release/", "sources.start_run"),
    ("/ingest/articles/{article}/retry/", "sources.start_run"),
    ("/ingest/feeds/{feed}/pause/", "sources.change_feed"),
    ("/ingest/feeds/{feed}/resume/", "sources.change_feed"),
    ("/ingest/feeds/{feed}/address/", "sources.change_feed"),
    ("/ingest/feeds/{feed}/pace/", "sources.change_feed"),
]


@pytest.mark.parametrize(("address", "permission"), ACTS)
def test_who_may_not_act_is_refused(client, tom, nora, address, permission):
    feed = follow()
    address = address.format(feed=feed.pk, article=brought(feed).pk)
    client.force_login(tom)
    assert client.post(address).status_code == 403
    client.force_login(nora)  # an editor may start runs, and leaves feeds as they are
    refused = client.post(address).status_code == 403
    assert refused == (permission == "sources.change_feed")


@pytest.mark.parametrize("address", [address for address, _ in ACTS])
def test_no_act_is_done_by_following_a_link(client, ada, address):
    client.force_login(ada)
    feed = follow()
    assert client.get(address.format(feed=feed.pk, article=brought(feed).pk)).status_code == 405


def test_who_may_not_act_sees_no_buttons(client, tom):
    follow(last_outcome="http_500", failures=6, moved_to="https://new.example/f")
    client.force_login(tom)
    page = client.get("/ingest/").content.decode()
    assert "/retry/" not in page
    assert "/address/" not in page
    assert "Ask all" not in page


def test_every_feed_is_asked_now_and_a_second_press_asks_nobody_twice(desk):
    follow(), follow()
    first = desk.post("/ingest/start/")
    second = desk.post("/ingest/start/")
    run = Run.objects.get()
    assert first.url == second.url == f"/ingest/runs/{run.pk}/"
    assert run.feeds == 2


def test_the_feeds_of_one_source_are_asked_now(desk):
    feed = follow("Harbour Post")
    follow("Invented Times")
    desk.post("/ingest/start/", {"source": feed.source.slug})
    run = Run.objects.get()
    assert (run.feeds, run.scope) == (1, "Harbour Post")
    assert Job.objects.get(feed=feed).due_at <= timezone.now()


def test_one_feed_is_asked_now_and_htmx_gets_the_part(desk):
    feed = follow()
    answer = desk.post(f"/ingest/feeds/{feed.pk}/retry/", headers=HTMX)
    assert "It is being asked now." in answer.content.decode()
    assert Job.objects.get(feed=feed).run_id == Run.objects.get().pk


def test_a_feed_that_is_paused_is_not_asked_by_the_way(desk):
    feed = follow(enabled=False, paused_because="On strike.")
    answer = desk.post(f"/ingest/feeds/{feed.pk}/retry/", headers=HTMX)
    assert answer.status_code == 422
    assert "Resume it first." in answer.content.decode()
    assert not Run.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_a_run_is_opened_and_the_sweep_is_named(desk, dead_broker):
    feed = follow()
    answer = desk.post(f"/ingest/feeds/{feed.pk}/retry/", headers=HTMX)
    assert answer.status_code == 200
    assert "The broker is down. Nothing is lost: the next sweep does it" in answer.content.decode()
    assert Job.objects.get(feed=feed).run_id == Run.objects.get().pk


@pytest.fixture
def dead_broker():
    """The broker's address leads nowhere."""
    conf = current_app.conf
    before = conf.broker_read_url, conf.broker_write_url
    conf.broker_read_url = conf.broker_write_url = "redis+socket:///tmp/nobody/listens.sock"
    _forget_connections()
    yield
    conf.broker_read_url, conf.broker_write_url = before
    _forget_connections()


def _forget_connections():
    pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


def test_a_pause_needs_a_reason_and_a_day_to_come(client, ada):
    client.force_login(ada)
    feed = follow()
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    address = f"/ingest/feeds/{feed.pk}/pause/"
    for wrong in (
        {"because": " ", "until": day},
        {"because": "On strike.", "until": ""},
        {"because": "On strike.", "until": "2026-02-31"},
        {"because": "On strike.", "until": "2020-01-01"},
    ):
        assert client.post(address, wrong, headers=HTMX).status_code == 422
        assert Feed.objects.get(pk=feed.pk).enabled
    client.post(address, {"because": "On strike.", "until": day})
    paused = Feed.objects.get(pk=feed.pk)
    assert (paused.enabled, paused.paused_because) == (False, "On strike.")
    assert timezone.localdate(paused.paused_until).isoformat() == day


def undo(client, answer):
    """Press the undo button of an answer."""
    return client.post(
        re.search(r'action="([^"]+)"', answer.content.decode())[1].replace("&amp;", "&")
    )


def test_a_pause_is_undone_and_so_is_its_undoing(client, ada):
    client.force_login(ada)
    feed = follow()
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    data = {"because": "On strike & away.", "until": day}
    answer = client.post(f"/ingest/feeds/{feed.pk}/pause/", data, headers=HTMX)
    undo(client, answer)
    assert Feed.objects.get(pk=feed.pk).enabled
    client.post(f"/ingest/feeds/{feed.pk}/pause/", data)
    undo(client, client.post(f"/ingest/feeds/{feed.pk}/resume/", headers=HTMX))
    paused = Feed.objects.get(pk=feed.pk)
    assert (paused.enabled, paused.paused_because) == (False, "On strike & away.")


def test_a_redirect_is_accepted_and_taken_back(client, ada):
    client.force_login(ada)
    feed = follow(moved_to="https://new.example/f?a=1&b=2", moved_since=timezone.now())
    answer = client.post(f"/ingest/feeds/{feed.pk}/address/", {"url": feed.moved_to}, headers=HTMX)
    assert Feed.objects.get(pk=feed.pk).url == "https://new.example/f?a=1&b=2"
    undo(client, answer)
    assert Feed.objects.get(pk=feed.pk).url == feed.url


def test_an_address_another_feed_is_polled_at_is_refused_by_its_name(client, ada):
    client.force_login(ada)
    feed, other = follow(), follow("Invented Times")
    answer = client.post(f"/ingest/feeds/{feed.pk}/address/", {"url": other.url}, headers=HTMX)
    assert answer.status_code == 422
    assert "Invented Times" in answer.content.decode()


def test_how_often_a_feed_is_asked_is_set_and_taken_back(client, ada):
    client.force_login(ada)
    feed = follow()
    answer = client.post(f"/ingest/feeds/{feed.pk}/pace/", {"minutes": "60"}, headers=HTMX)
    assert Feed.objects.get(pk=feed.pk).poll_minutes == 60
    undo(client, answer)
    assert Feed.objects.get(pk=feed.pk).poll_minutes is None
    assert client.post(f"/ingest/feeds/{feed.pk}/pace/", {"minutes": "1"}).status_code == 302
    assert Feed.objects.get(pk=feed.pk).poll_minutes is None


def test_without_a_script_an_act_goes_back_to_its_page_with_a_message_and_the_way_back(client, ada):
    client.force_login(ada)
    feed = follow()
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = client.post(f"/ingest/feeds/{feed.pk}/pause/", {"because": "On strike.", "until": day})
    assert answer.url == f"/ingest/feeds/{feed.pk}/"
    (message,) = get_messages(answer.wsgi_request)
    assert str(message).startswith("Paused until")
    assert message.extra_tags.startswith(f"/ingest/feeds/{feed.pk}/resume/")


def test_nobody_is_sent_off_to_another_site(client, ada):
    client.force_login(ada)
    feed = follow()
    answer = client.post(
        f"/ingest/feeds/{feed.pk}/resume/", headers={"Referer": "https://evil.example/"}
    )
    assert answer.url == f"/ingest/feeds/{feed.pk}/"


def test_what_a_publisher_sends_is_never_markup(desk):
    feed = follow(
        title="<script>alert(1)</script>",
        last_outcome="http_500",
        failures=6,
        last_detail="<img src=x onerror=alert(2)>",
    )
    for address in ("/ingest/", f"/ingest/feeds/{feed.pk}/"):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_newsroom_without_feeds_has_a_page(desk):
    assert "No run yet" in seen(desk)
    assert "No feed is followed yet." in seen(desk)


def test_a_feed_that_was_moved_is_new_until_it_was_asked_there(client, ada):
    client.force_login(ada)
    feed = follow(last_outcome="http_404", failures=2, failing_since=timezone.now())
    client.post(reverse("move-feed", args=[feed.pk]), {"url": "https://moved.example/feed"})
    shown = seen(client, f"/ingest/feeds/{feed.pk}/")
    assert "Next try now" in shown
    assert "Not asked yet at this address." in seen(client)


def test_a_feed_asked_by_day_says_how_often_in_the_list(desk):
    follow(poll_minutes=15)
    assert "at least every 15 minutes" in seen(desk)


def test_a_run_of_pasted_addresses_does_not_stand_for_the_night(desk, nora):
    run = night([feed := follow()])
    answered(run, feed)
    open_run("https://quay.example/1", nora)
    assert desk.get("/ingest/").context["run"] == run


def test_a_run_of_pasted_addresses_counts_what_was_taken_in_and_speaks_of_no_feeds(desk, nora):
    run = open_run("https://quay.example/1 https://quay.example/2", nora)
    for state in ("ok", "gone"):
        article = make_article(arrival="url")
        Article.objects.filter(pk=article.pk).update(text_state=state, first_seen_at=run.started_at)
        Fetch.objects.create(run=run, article=article, url=article.url, host="quay", outcome="ok")
    assert "A run is on: every page was asked for" in seen(desk, reverse("run", args=[run.pk]))
    runs.close(run, timezone.now())
    page = seen(desk, reverse("run", args=[run.pk]))
    assert "2 new articles" in page
    assert "1 with their full text + 0 copies + 1 not found at its address" in page
    assert "feeds answered" not in page
    assert "with nothing new" not in page


def test_a_run_that_ended_before_its_deadline_is_not_said_to_be_cut_off_by_it(desk):
    run = night([follow()], partial=True)
    assert "ended before everything was read" in seen(desk, reverse("run", args=[run.pk]))
    Run.objects.update(deadline_at=run.finished_at)
    assert "cut off by its deadline" in seen(desk, reverse("run", args=[run.pk]))


def test_a_run_that_only_waits_to_ask_once_more_says_from_when(desk):
    failed = follow()
    run = night([failed], finished=False)
    answered(run, failed, "timeout")
    Job.objects.filter(feed=failed).update(run=run, due_at=timezone.now() + HOUR)
    assert "They were asked; those that failed are asked once more, from" in seen(desk)


def test_feeds_of_one_name_are_told_apart_by_their_addresses(desk):
    one, two, other = follow("Quay"), follow("Quay"), follow("Mill")
    Feed.objects.filter(pk=two.pk).update(source=one.source, title=one.title)
    shown = seen(desk)
    assert one.url in shown
    assert two.url in shown
    assert other.url not in shown


def test_an_article_without_a_text_is_tried_again_from_its_own_page(desk):
    article = make_article()
    again = reverse("retry-article", args=[article.pk])
    assert again not in desk.get(f"/articles/{article.pk}/").content.decode()
    Article.objects.update(text_state="gone", current_version=None)
    assert again in desk.get(f"/articles/{article.pk}/").content.decode()


def test_when_nobody_looks_at_the_queue_the_page_says_since_when(desk):
    assert "No worker has looked" not in seen(desk)
    Heartbeat.objects.create(name="sweep", at=timezone.now())
    assert "No worker has looked" not in seen(desk)
    Heartbeat.objects.update(at=timezone.now() - HOUR)
    assert "No worker has looked at the queue since" in seen(desk)


def test_a_feed_named_as_its_source_is_named_once(desk):
    follow("Quay Gazette", last_outcome="http_404", failures=2, failing_since=timezone.now())
    shown = seen(desk)
    assert "Quay Gazette, Quay Gazette" not in shown
    assert "Quay Gazette" in shown


def test_a_source_whose_feeds_all_rest_opens_no_run(desk):
    feed = follow(enabled=False, paused_because="On strike")
    answer = desk.post(reverse("start-run"), {"source": feed.source.slug}, follow=True)
    assert "None of these feeds is asked." in answer.content.decode()
    assert not Run.objects.exists()


def test_a_reason_typed_without_a_full_stop_reads_as_a_sentence(desk):
    later = timezone.now() + 48 * HOUR
    feed = follow(enabled=False, paused_because="On strike", paused_until=later)
    assert "Paused: On strike. It is asked again on" in seen(desk, f"/ingest/feeds/{feed.pk}/")
    assert "On strike. Until" in seen(desk)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("reading took more than 30 s", "Reading it took more than 30 seconds, and was ended."),
        ("The site answered 404.", "There is nothing at this address."),
        ("no such thing", "no such thing."),
    ],
)
def test_a_page_without_a_text_says_why_in_words(desk, detail, said):
    article = brought(follow())
    facts = {"text_state": "failed", "state_detail": detail, "current_version": None}
    type(article).objects.filter(pk=article.pk).update(**facts)
    article.versions.all().delete()
    assert f"No text is held: could not be read. {said}" in seen(desk, f"/articles/{article.pk}/")


def test_a_feed_that_works_says_when_it_answered_last(desk):
    feed = follow()
    assert "Working Last answer" in seen(desk, f"/ingest/feeds/{feed.pk}/")


def test_an_open_run_says_which_feeds_it_asks_once_more_and_when(desk):
    feed, other = follow(), follow()
    run = night([feed, other], finished=False)
    for one in (feed, other):
        answered(run, one, "http_503", status=503)
    Job.objects.filter(feed=feed).update(run=run, due_at=timezone.now() + HOUR)
    assert "1 feed that failed is asked once more, at" in seen(desk)
    assert "0 pages" not in seen(desk)


def test_a_feed_no_claim_relies_on_leaves_its_cell_empty(desk):
    follow()
    assert re.search(r'<td data-name="Claims"></td>', desk.get("/ingest/").content.decode())


def test_what_a_feed_brought_when_it_was_asked_by_hand_meanwhile_is_not_the_nights(desk, web):
    web.page("/feed.xml", rss(item_of("https://quay.example/1")), headers=RSS)
    feed = follow("Quay Gazette", web.url("/feed.xml"), fetch_pages=False)
    nightly = Run.objects.create(
        kind="nightly", slot="x", feeds=1, deadline_at=timezone.now() + HOUR
    )
    Job.objects.filter(feed=feed).update(run=nightly)
    poll(feed)
    web.page("/feed.xml", rss(item_of("https://quay.example/2")), headers=RSS)
    by_hand = runs.open_manual(Feed.objects.filter(pk=feed.pk), timezone.now())
    poll(feed)
    for run in (nightly, by_hand):
        counted = figures(run, timezone.now())
        assert (counted.articles, counted.items) == (1, 1)
