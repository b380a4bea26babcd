"""Notices that our own network is down, and takes back what feeds and hosts were charged for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Greatest

from sources.ingest import lease
from sources.ingest.decide import Outcome
from sources.ingest.lease import Claimed
from sources.ingest.polling import LOCAL_OUTAGE, NETWORK, OUTAGE_WINDOW, Attempt, network_down
from sources.models import Article, Feed, Fetch, Host, Job, Run

PROBE = timedelta(minutes=1)
_LATEST = 200  # attempts that are looked at


def judged(claimed: Claimed, outcome: Outcome, now: datetime) -> Outcome:
    """The outcome, or `local_outage` when it says more about our network than about the site.

    Then everything that waits for a host waits a minute for the next probe, and what was charged
    since the network went down is taken back. Call inside the transaction that logs the outcome.
    """
    if outcome.kind not in NETWORK:
        return outcome
    recent = [
        fetch
        for fetch in Fetch.objects.defer("headers", "hops").order_by("-pk")[:_LATEST]
        if fetch.at >= now - OUTAGE_WINDOW and fetch.outcome != "robots_denied"  # asks nobody
    ]
    attempts = [Attempt(fetch.host, _kind(fetch), fetch.status is not None) for fetch in recent]
    if not network_down([Attempt(claimed.host, outcome.kind, False), *attempts]):
        return outcome
    _take_back([fetch for fetch in recent if _kind(fetch) in NETWORK], now)
    ready = Job.objects.filter(kind__in=lease.AT_HOST, lease_token=None, due_at__lt=now + PROBE)
    ready.update(due_at=now + PROBE)
    return replace(outcome, kind=LOCAL_OUTAGE, detail=f"Our network is down: {outcome.detail}")


def again(now: datetime) -> datetime:
    """When what failed by the outage is asked again: after others, lest one dead site is the
    only probe."""
    return now + 2 * PROBE


def _kind(fetch: Fetch) -> str:
    """The class of an attempt; that of a robots.txt stands before its words."""
    if fetch.outcome == "robots_unreachable":
        return fetch.detail.partition(":")[0]
    return fetch.outcome


def _take_back(failed: Sequence[Fetch], now: datetime) -> None:
    points: defaultdict[int, float] = defaultdict(float)
    for fetch in failed:
        if fetch.feed_id is not None:
            points[fetch.feed_id] += Outcome(fetch.outcome).points
    for feed, charged in points.items():
        Feed.objects.filter(pk=feed).update(
            failures=Greatest(F("failures") - charged, 0.0), last_outcome=LOCAL_OUTAGE
        )
    Feed.objects.filter(pk__in=points, failures=0).update(failing_since=None)
    articles = {fetch.article_id for fetch in failed if fetch.article_id is not None}
    Article.objects.filter(pk__in=articles, text_state="failed").update(text_state="pending")
    Host.objects.filter(pk__in={fetch.host for fetch in failed}).update(paused_until=None)
    for run in Run.objects.filter(pk__in={fetch.run_id for fetch in failed}, finished_at=None):
        of_run = [fetch for fetch in failed if fetch.run_id == run.pk]
        feeds = Q(feed__in={fetch.feed_id for fetch in of_run})
        pages = Q(kind="page", article__in={fetch.article_id for fetch in of_run})
        jobs = lease.lock(Job.objects.filter(feeds | pages, lease_token=None))
        Job.objects.filter(pk__in=jobs).update(due_at=again(now), run=run, tries=0)
    Fetch.objects.filter(pk__in=[fetch.pk for fetch in failed]).update(outcome=LOCAL_OUTAGE)
