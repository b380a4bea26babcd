"""The broker or PostgreSQL goes away in the middle of a run: the run completes all the same."""

import signal

import pytest
from django.db import close_old_connections, connection

from sources.models import Article, FeedItem, Job, Run, Version
from tests.system.newsroom import wait_until
from tests.system.press import publish

pytestmark = pytest.mark.slow
OUTLETS = ("quay", "pier", "mole", "weir")
PRESS_THE_BUTTON = """
from django.test import Client
from django.urls import reverse
from tracker.models import User
editor, _ = User.objects.get_or_create(username="nora", is_superuser=True)
client = Client(headers={"host": "localhost"})
client.force_login(editor)
print("answered", client.post(reverse("start-run")).status_code)
"""


def finished():
    return Run.objects.filter(finished_at__isnull=False).count() == 1


def everything_is_there_once(articles):
    titles = list(Version.objects.values_list("title", flat=True))
    assert len(titles) == len(set(titles)) == articles
    assert (Article.objects.count(), FeedItem.objects.count()) == (articles, articles)
    assert not Job.objects.filter(lease_until__isnull=False).exists()


def begin(newsroom, web):
    """A run over four outlets that is on, with one of them not answering yet."""
    for name in OUTLETS[1:]:
        publish(web, name, articles=2)
    held = publish(web, OUTLETS[0], articles=2, hold=True)
    newsroom.ready_worker(processes=2)
    newsroom.send("sources.nightly")
    wait_until(lambda: held.asked and Run.objects.exists(), "the run")
    return held


def test_case_81_a_run_asked_for_while_the_broker_is_down_happens_when_a_sweep_finds_it(
    newsroom, web
):
    publish(web, "quay")
    newsroom.kill_broker()
    said = newsroom.manage("shell", "-c", PRESS_THE_BUTTON)
    newsroom.start_broker()
    assert "answered 302" in said.stdout
    assert "the broker is down" in said.stderr
    assert Run.objects.get().finished_at is None
    newsroom.ready_worker()
    with newsroom.minutes():
        wait_until(finished, "the end of the run")
    everything_is_there_once(1)


@pytest.mark.parametrize("harm", ["empty_broker", "kill_broker"])
def test_case_82_a_run_outlives_its_broker(newsroom, web, harm):
    held = begin(newsroom, web)
    getattr(newsroom, harm)()
    held.let_go()
    if harm == "kill_broker":
        newsroom.start_broker()
    with newsroom.minutes():
        wait_until(finished, "the end of the run")
    everything_is_there_once(8)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["restart", "crash"])
def test_case_83_a_run_outlives_its_database(newsroom, web, how):
    held = begin(newsroom, web)
    connection.close()
    newsroom.restart_database(how)
    held.let_go()
    close_old_connections()
    with newsroom.minutes():
        wait_until(finished, "the end of the run")
    everything_is_there_once(8)
