"""A doorbell through the real broker to a real worker: what the tasks do when they are called."""

import threading

import pytest
from celery.contrib.testing.worker import start_worker
from django.utils import timezone

from sources import tasks
from sources.ingest import runs
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Feed, FeedItem, Job, Run
from tests.web.fixtures import web
from tracker.celery import app

__all__ = ["web"]
QUEUES = ("ctl", "io", "cpu")
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Quay Gazette</title>
<item><guid>quay-1</guid><title>A crane was moved</title><link>%s</link></item></channel></rss>"""


@pytest.fixture
def worker(transactional_db):
    """A worker on the test database, listening to the queues of this test process."""
    with app.connection_for_write() as broker:
        for queue in QUEUES:
            broker.default_channel.queue_purge(queue)
    with start_worker(
        app, pool="threads", concurrency=1, queues=",".join(QUEUES), perform_ping_check=False
    ):
        yield


@pytest.fixture
def feed(transactional_db, web):
    """A feed that is due, whose items are kept without their pages."""
    web.page("/feed.xml", FEED % web.url("/crane").encode())
    made, _ = subscribe(Subscription(web.url("/feed.xml"), name="The Quay Gazette"))
    Feed.objects.update(fetch_pages=False)
    return made


def becomes_true(fact, seconds=20):
    """Whether `fact()` is true within so many seconds; the worker tells nobody when it is done."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if fact():
            return True
        pause.wait(0.05)
    return False


def test_a_doorbell_makes_the_worker_poll_what_is_due_and_store_it(feed, worker, web):
    tasks.ring()
    assert becomes_true(lambda: FeedItem.objects.filter(title="A crane was moved").exists())
    assert becomes_true(lambda: Job.objects.filter(lease_until=None).count() == 1)
    assert web.paths() == ["/feed.xml"]


def test_a_sweep_finds_what_no_doorbell_told_of_and_closes_the_run(feed, worker):
    opened = runs.open_manual(Feed.objects.all(), timezone.now())
    tasks.sweep.apply_async()
    assert becomes_true(lambda: FeedItem.objects.exists())
    assert becomes_true(lambda: Job.objects.filter(run=opened).count() == 0)
    tasks.sweep.apply_async()
    assert becomes_true(lambda: Run.objects.get(pk=opened.pk).finished_at is not None)
