"""Schedulers that are two, late, or were away for days: a night is one run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.models import Article, Run
from tests.system.newsroom import wait_until
from tests.system.press import publish

pytestmark = pytest.mark.slow


def finished():
    return Run.objects.filter(finished_at__isnull=False, kind="nightly").count()


def night(days_ago):
    """A nightly run that ended some nights ago."""
    then = timezone.now() - timedelta(days=days_ago)
    return Run.objects.create(
        kind="nightly",
        slot=then.date().isoformat(),
        started_at=then,
        deadline_at=then,
        finished_at=then,
    )


def hour(hours_ago):
    """The environment of a newsroom whose night began so many hours ago."""
    then = timezone.now() - timedelta(hours=hours_ago)
    return {"NIGHTLY_HOUR_UTC": str(then.hour), "NIGHTLY_MINUTE_UTC": str(then.minute)}


def test_case_84_two_beats_and_a_night_sent_twice_make_one_run(newsroom, web):
    publish(web, "quay", articles=2)
    newsroom.ready_worker(processes=2)
    for _ in range(2):
        newsroom.beat(SWEEP_EVERY="0.5", NIGHTLY_EVERY="0.5")
        newsroom.send("sources.nightly")
        newsroom.send("sources.sweep")
    wait_until(finished, "the end of the run")
    beats = [program for program in newsroom.programs if "beat" in program.log.name]
    wait_until(
        lambda: all(beat.log.read_text().count("nightly") > 2 for beat in beats), "both beats"
    )
    assert Run.objects.count() == 1
    assert Article.objects.count() == 2
    assert sorted(web.paths()) == ["/0.html", "/1.html", "/feed.xml", "/robots.txt"]


def test_case_85_a_night_the_beat_missed_is_opened_by_a_later_sweep(newsroom, web):
    night(days_ago=1)
    publish(web, "quay")
    newsroom.ready_worker(**hour(3))
    with newsroom.minutes():
        wait_until(lambda: finished() == 2, "the missed night")
    assert Article.objects.count() == 1


def test_case_85_days_without_a_beat_make_one_run_not_one_for_each(newsroom, web):
    night(days_ago=4)
    publish(web, "quay")
    newsroom.ready_worker(processes=2, **hour(3))
    with newsroom.minutes(every=0.1):
        wait_until(lambda: finished() == 2, "tonight's run")
    assert Run.objects.count() == 2
    assert web.paths().count("/feed.xml") == 1


def test_a_night_missed_by_almost_a_day_waits_for_the_next(newsroom, web):
    night(days_ago=3)
    publish(web, "quay")
    worker = newsroom.ready_worker(**hour(22))
    newsroom.send("sources.sweep")
    wait_until(lambda: worker.said("sources.sweep") and worker.said("succeeded"), "the sweep")
    assert Run.objects.count() == 1
