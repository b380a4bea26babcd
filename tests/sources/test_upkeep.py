"""What people do to feeds and jobs, and what a pause that ends does by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from sources import tasks
from sources.ingest import upkeep
from sources.ingest.identify import url_key
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Feed, Heartbeat, Job
from tests.factories import make_article

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def follow(url="https://post.example/feed.xml", name="Harbour Post"):
    return subscribe(Subscription(url, name))[0]


def fresh(feed):
    return Feed.objects.get(pk=feed.pk)


def test_a_pause_that_has_ended_is_resumed_by_the_sweep_and_asked_at_once():
    feed = follow()
    upkeep.pause(feed, "They are moving house.", timezone.now() - HOUR)
    Job.objects.filter(feed=feed).update(due_at=timezone.now() + HOUR)
    tasks.sweep()
    assert (fresh(feed).enabled, fresh(feed).paused_because) == (True, "")
    assert Job.objects.get(feed=feed).due_at <= timezone.now()


def test_a_pause_that_lasts_is_left_alone_by_the_sweep():
    feed, without_end = follow(), follow("https://times.example/feed", "Invented Times")
    upkeep.pause(feed, "They are moving house.", timezone.now() + HOUR)
    upkeep.pause(without_end, "On strike.", None)
    tasks.sweep()
    assert not fresh(feed).enabled
    assert not fresh(without_end).enabled


def test_the_sweep_leaves_one_trace_of_when_it_was():
    tasks.sweep()
    first = Heartbeat.objects.get().at
    tasks.sweep()
    assert Heartbeat.objects.get().at > first


def test_a_feed_that_moves_forgets_its_failures_and_what_the_old_address_said():
    feed = follow()
    Feed.objects.filter(pk=feed.pk).update(
        failures=7, failing_since=timezone.now(), etag='"a"', moved_to="https://new.example/f"
    )
    upkeep.move(fresh(feed), "https://new.example/f")
    moved = fresh(feed)
    assert (moved.url, bytes(moved.url_key)) == (
        "https://new.example/f",
        url_key("https://new.example/f"),
    )
    assert (moved.failures, moved.failing_since, moved.etag, moved.moved_to) == (0, None, "", "")
    assert Job.objects.get(feed=feed).host_id == "new.example"


def test_a_feed_never_moves_to_where_another_is_polled():
    feed, other = follow(), follow("https://times.example/feed", "Invented Times")
    with pytest.raises(upkeep.AddressTakenError) as refused:
        upkeep.move(feed, other.url)
    assert refused.value.holder == other
    assert fresh(feed).url == "https://post.example/feed.xml"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://10.0.0.7/feed"])
def test_a_feed_never_moves_to_what_is_never_asked(url):
    with pytest.raises(upkeep.UnusableAddressError):
        upkeep.move(follow(), url)


def test_the_addresses_offered_are_those_the_publisher_names():
    feed = follow()
    feed.moved_to = "https://new.example/f"
    feed.last_detail = "a web page: News; it offers https://post.example/rss/a; it offers x:y"
    assert upkeep.offered(feed) == ["https://new.example/f", "https://post.example/rss/a"]


def test_a_released_job_can_be_claimed_again():
    feed = follow()
    Job.objects.filter(feed=feed).update(claims=4, due_at=timezone.now() + HOUR)
    upkeep.release(Job.objects.get(feed=feed))
    job = Job.objects.get(feed=feed)
    assert job.claims == 0
    assert job.due_at <= timezone.now()


def test_an_article_without_a_job_gets_one_when_it_is_asked_again():
    article = make_article()
    upkeep.ask_article(article)
    upkeep.ask_article(article)
    job = Job.objects.get(article=article)
    assert (job.kind, job.host_id) == ("page", "outlet.example")


def test_an_article_in_a_workers_hands_is_left_there():
    article = make_article()
    upkeep.ask_article(article)
    until = timezone.now() + HOUR
    Job.objects.update(kind="extract", lease_until=until, lease_token=uuid4())
    upkeep.ask_article(article)
    assert Job.objects.get(article=article).kind == "extract"


def test_a_feed_that_is_to_be_asked_more_often_is_not_left_alone_until_the_night():
    feed = follow()
    Job.objects.filter(feed=feed).update(due_at=timezone.now() + 20 * HOUR)
    upkeep.pace(fresh(feed), 15)
    assert Job.objects.get(feed=feed).due_at <= timezone.now() + HOUR / 4


def test_a_feed_that_is_due_sooner_than_its_new_pace_stays_due_then():
    feed = follow()
    due = timezone.now() + HOUR / 6
    Job.objects.filter(feed=feed).update(due_at=due)
    upkeep.pace(fresh(feed), 60)
    assert Job.objects.get(feed=feed).due_at == due
