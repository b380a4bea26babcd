"""What machines ask: is it well, and what are its figures."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sources import tasks
from sources.models import Feed, Heartbeat, Host, Job
from tests.factories import make_article, make_suggestion
from tests.tracker.test_ingest_pages import answered, follow, night

ROOT = Path(__file__).resolve().parent.parent.parent
HOUR = timedelta(hours=1)


def swept(ago=timedelta(0)):
    Heartbeat.objects.create(name="sweep", at=timezone.now() - ago)


@pytest.mark.django_db
def test_all_is_well_after_a_sweep(client):
    tasks.sweep()
    answer = client.get("/healthz")
    said = answer.json()
    assert answer.status_code == 200
    assert (said["healthy"], said["database"], said["queue_stands_still"]) == (True, True, False)
    assert said["last_sweep_seconds"] < 60


@pytest.mark.django_db
@pytest.mark.parametrize("ago", [None, timedelta(minutes=4)])
def test_without_a_sweep_in_three_minutes_it_is_not_well(client, ago):
    if ago:
        swept(ago)
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_load_balancer_keeps_readers_on_a_site_whose_ingest_stands_still(client):
    said = client.get("/healthz?part=web")
    assert (said.status_code, said.json()["healthy"]) == (200, False)


@pytest.mark.django_db
def test_a_queue_that_nobody_works_on_is_not_well(client):
    swept()
    feed = follow()
    Job.objects.filter(feed=feed).update(due_at=timezone.now() - 2 * HOUR)
    said = client.get("/healthz")
    assert (said.status_code, said.json()["queue_stands_still"]) == (503, True)
    assert said.json()["oldest_due_seconds"] >= 7200
    answered(None, feed)  # somebody works, there is only much of it
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("spared", ["stuck", "leased", "host"])
def test_what_may_not_be_taken_up_is_not_waiting(client, spared):
    swept()
    feed = follow()
    now = timezone.now()
    values = {"stuck": {"claims": 4}, "leased": {"lease_until": now + HOUR}}.get(spared, {})
    Job.objects.filter(feed=feed).update(due_at=now - 2 * HOUR, **values)
    if spared == "host":
        Host.objects.update(paused_until=now + HOUR)
    said = client.get("/healthz")
    assert (said.status_code, said.json()["oldest_due_seconds"]) == (200, None)


@pytest.mark.django_db
def test_it_says_nothing_of_what_is_held(client):
    swept()
    make_suggestion()
    assert set(client.get("/healthz").json()) == {
        "healthy",
        "database",
        "last_sweep_seconds",
        "oldest_due_seconds",
        "queue_stands_still",
        "warnings",
    }


def test_without_database_and_broker_it_answers_503_and_names_both():
    code = (
        "import django; django.setup();"
        "from django.test import Client; answer = Client().get('/healthz?part=web');"
        "print(answer.status_code, answer.content.decode())"
    )
    away = {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": "postgresql:///nobody?host=/tmp/nobody-listens",
        "REDIS_URL": "redis+socket:///tmp/nobody/listens.sock",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "CRITICAL",
    }
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **away},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.stdout.startswith("503 "), said.stderr
    assert '"database": false' in said.stdout
    assert "the broker does not answer" in said.stdout


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_figures_are_counted_from_the_rows(client):
    good, _paused = follow(), follow(enabled=False, paused_because="On strike.")
    follow(last_outcome="http_403", failures=1)
    run = night([good])
    answered(run, good)
    answered(run, good, "http_500")
    answered(run, good, "http_500", at=timezone.now() - 30 * HOUR)
    Job.objects.filter(feed=good).update(due_at=timezone.now() - HOUR)
    make_suggestion(article=make_article())
    page = client.get("/metrics").content.decode()
    for line in (
        'claimline_feeds{health="working"} 1',
        'claimline_feeds{health="paused"} 1',
        'claimline_feeds{health="blocked"} 1',
        'claimline_feeds{health="stuck"} 0',
        'claimline_jobs{kind="feed"} 3',
        'claimline_fetches_24h{outcome="http_500"} 1',
        'claimline_fetches_24h{outcome="ok"} 1',
        "claimline_articles 1",
        "claimline_versions 1",
        "claimline_suggestions_waiting 1",
    ):
        assert line in page.splitlines()
    oldest = next(line for line in page.splitlines() if line.startswith("claimline_oldest_due_s"))
    assert 3600 <= float(oldest.split()[1]) < 3700


@pytest.mark.django_db
def test_the_figures_cost_the_same_with_5_feeds_and_with_200(client):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/metrics").status_code == 200
        return len(captured)

    for _ in range(5):
        follow()
    few = cost()
    for _ in range(195):
        follow()
    assert Feed.objects.count() == 200
    assert cost() == few <= 10


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "extra", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 403),
        ("203.0.113.9", {"Authorization": "Bearer a long word"}, 200),
        ("203.0.113.9", {"Authorization": "Bearer another word"}, 403),
        ("203.0.113.9", {"Authorization": "Bearer "}, 403),
    ],
)
def test_only_this_machine_and_the_token_read_the_figures(client, settings, address, extra, status):
    settings.METRICS_TOKEN = "a long word"
    assert client.get("/metrics", REMOTE_ADDR=address, headers=extra).status_code == status


@pytest.mark.django_db
def test_without_a_token_set_no_token_opens_the_figures(client, settings):
    settings.METRICS_TOKEN = ""
    for sent in ("Bearer ", "Bearer None", "Bearer"):
        headers = {"Authorization": sent}
        answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=headers)
        assert answer.status_code == 403
