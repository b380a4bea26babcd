"""Workers that die, stall or outlive their lease: everything is stored once all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.models import Article, FeedItem, Fetch, Host, Job, Run, Version
from tests.system.newsroom import wait_until
from tests.system.press import publish

pytestmark = pytest.mark.slow


def told(n):
    """Whether so many articles have been read and told of, and wait for their next look."""
    later = timezone.now() + timedelta(hours=1)
    return lambda: Job.objects.filter(kind="page", due_at__gt=later).count() == n


def expire_leases():
    """Let the time pass that a dead worker's leases take to end."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(lease_until__isnull=False).update(lease_until=past)
    Host.objects.update(next_request_at=past)


def test_case_77_a_worker_killed_while_it_fetches_costs_a_lease_and_no_article(
    newsroom, web, minutes
):
    feed = publish(web, "quay", hold=True)
    first = newsroom.ready_worker()
    newsroom.ring("feed")
    wait_until(lambda: feed.asked == 1, "the first request")
    first.kill()
    assert Job.objects.get().claims == 1
    feed.let_go()
    newsroom.ready_worker()
    wait_until(told(1), "the article")
    assert feed.asked == 2
    assert (FeedItem.objects.count(), Article.objects.count()) == (1, 1)
    assert Fetch.objects.filter(feed__isnull=False).count() == 1


def test_case_78_a_doorbell_rung_again_after_a_kill_redoes_nothing_that_is_stored(newsroom, web):
    publish(web, "quay")
    slow = publish(web, "pier", hold=True)
    first = newsroom.ready_worker()
    newsroom.ring("feed")
    wait_until(lambda: slow.asked == 1 and FeedItem.objects.exists(), "the first feed's items")
    first.kill()
    slow.let_go()
    newsroom.ready_worker(processes=2)
    with newsroom.minutes():
        newsroom.ring("feed")
        newsroom.ring("feed")
        wait_until(told(2), "both articles")
    assert slow.asked == 2
    assert web.paths("quay.localhost").count("/feed.xml") == 1
    assert FeedItem.objects.count() == 2


def test_case_79_an_article_that_kills_its_worker_is_left_alone_after_three_times_by_itself(
    newsroom, web, minutes
):
    publish(web, "quay", titles=["calm", "DEADLY", "mild"])
    newsroom.ready_worker()
    newsroom.send("sources.nightly")
    wait_until(lambda: Job.objects.stuck().filter(kind="tell").exists(), "three lone deaths")
    wait_until(told(2), "the other two articles")
    wait_until(lambda: Run.objects.filter(finished_at__isnull=False).exists(), "the run's end")
    assert sorted(Version.objects.values_list("title", flat=True)) == ["DEADLY", "calm", "mild"]
    assert Job.objects.stuck().get().article.title == "DEADLY"


def test_a_job_that_died_once_beside_others_and_twice_alone_is_still_worked_on(newsroom, web):
    feeds = [publish(web, name, hold=True) for name in ("quay", "pier", "mole")]

    def asked():
        return sum(feed.asked for feed in feeds)

    for requests in (3, 4, 5):  # all three side by side, then twice one of them alone
        worker = newsroom.ready_worker(JOB_LEASE="60")
        newsroom.ring("feed")
        wait_until(lambda n=requests: asked() == n, f"request {requests}")
        worker.kill()
        expire_leases()
    assert sorted(feed.asked for feed in feeds) == [1, 1, 3]
    for feed in feeds:
        feed.let_go()
    newsroom.ready_worker()
    with newsroom.minutes():
        wait_until(told(3), "all three articles")


def test_case_80_a_worker_that_outlives_its_lease_writes_nothing(newsroom, web, minutes):
    feed = publish(web, "quay", hold=True)
    slow = newsroom.ready_worker()
    newsroom.ring("feed")
    wait_until(lambda: feed.asked == 1, "the first request")
    slow.pause()
    newsroom.ready_worker()
    wait_until(lambda: feed.asked == 2, "another worker's request")
    feed.let_go()
    wait_until(told(1), "the article")
    slow.resume()
    wait_until(lambda: slow.said("its late result is dropped"), "the late worker's word")
    assert (FeedItem.objects.count(), Article.objects.count()) == (1, 1)
    assert Version.objects.count() == 1
    assert Fetch.objects.filter(feed__isnull=False).count() == 1
