"""Opens and closes runs, and counts their report from the rows of their fetches."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Now

from sources.ingest import lease
from sources.models import Feed, Fetch, Job, Run

if TYPE_CHECKING:
    from tracker.models import User

MISSED_FOR = timedelta(hours=20)
# A night asks what would be due by the next one; feeds that failed for long are due more rarely.
A_NIGHT = timedelta(hours=27)


def open_nightly(now: datetime, *, by: User | None = None) -> Run | None:
    """Open tonight's run. None when it was opened already, by whomever."""
    return _open("nightly", now.date().isoformat(), Feed.objects.polled(), now, by=by)


def next_night(now: datetime) -> datetime:
    """When the next nightly run opens."""
    hour = _hour(now)
    return hour if hour > now else hour + timedelta(days=1)


def asked_at(due: datetime, now: datetime) -> datetime:
    """When a feed that is due then is asked: by the night before, where that takes it along."""
    night = next_night(now)
    return night if night < due <= night + A_NIGHT else due


def _hour(now: datetime) -> datetime:
    """The hour of the night on this day."""
    return now.replace(
        hour=settings.NIGHTLY_HOUR_UTC, minute=settings.NIGHTLY_MINUTE_UTC, second=0, microsecond=0
    )


def open_missed(now: datetime) -> Run | None:
    """Open the nightly run whose hour passed while nobody was there to open it.

    Only the latest one, and only within 20 hours: two days away make one run, not two. A newsroom
    that never had a nightly run is not missing one.
    """
    hour = _hour(now)
    slot = hour if hour <= now else hour - timedelta(days=1)
    first = Run.objects.order_by("started_at").first()
    if first is None or first.started_at > slot or now - slot > MISSED_FOR:
        return None
    return _open("nightly", slot.date().isoformat(), Feed.objects.polled(), now)


def open_manual(
    feeds: QuerySet[Feed], now: datetime, *, by: User | None = None, scope: str = ""
) -> Run:
    """Open a run over some feeds, now. One that was given up as gone is asked again from now on.

    Args:
        by: who asked; None for the command line.
        scope: which feeds, in words.
    """
    given_up = Feed.objects.filter(enabled=False, last_outcome="http_410", paused_because="")
    given_up.filter(pk__in=feeds.values("pk")).update(enabled=True)
    run = _open("manual", uuid.uuid4().hex, feeds, now, by=by, scope=scope, priority=10)
    assert run is not None  # the slot is a fresh word
    return run


@transaction.atomic
def _open(
    kind: str,
    slot: str,
    feeds: QuerySet[Feed],
    now: datetime,
    *,
    by: User | None = None,
    scope: str = "",
    priority: int = 0,
) -> Run | None:
    deadline = now + timedelta(hours=settings.INGEST["run_hours"])
    run, made = Run.objects.get_or_create(
        kind=kind,
        slot=slot,
        defaults={"deadline_at": deadline, "requested_by": by, "scope": scope},
    )
    if not made:
        return None
    jobs = Job.objects.filter(kind="feed", feed__in=feeds)
    if kind == "nightly":
        jobs = jobs.filter(due_at__lte=now + A_NIGHT)
    held = Job.objects.filter(pk__in=lease.lock(jobs))
    _leave_others(held)
    run.feeds = held.update(due_at=now, run=run, priority=priority, tries=0)
    run.save(update_fields=["feeds"])
    # re-checks that fall due tonight belong to the night
    if kind == "nightly":
        due = Job.objects.filter(kind="page", due_at__lte=now, run=None)
        Job.objects.filter(pk__in=lease.lock(due)).update(run=run)
    return run


def _leave_others(jobs: QuerySet[Job]) -> None:
    """Take feeds that are about to belong to another run out of the count of those that were to
    ask them and have not: whoever asks a feed reports it."""
    asked = Fetch.objects.filter(run=OuterRef("run"), feed=OuterRef("feed"))
    left = jobs.filter(run__finished_at=None, run__isnull=False).exclude(Exists(asked))
    for run, number in left.values_list("run").annotate(n=Count("pk")):
        Run.objects.filter(pk=run).update(feeds=F("feeds") - number)


def close_finished(now: datetime) -> list[Run]:
    """Close every run that waits for nothing more, and those past their deadline."""
    closed = []
    for run in Run.objects.filter(finished_at=None):
        waiting = Job.objects.alive().filter(run=run).exists()
        if waiting and now < run.deadline_at:
            continue
        closed.append(close(run, now, partial=waiting))
    return closed


@transaction.atomic
def close(run: Run, now: datetime, *, partial: bool = False) -> Run:
    """Close a run; what it still waits for stays due and belongs to no run."""
    Job.objects.filter(pk__in=lease.lock(Job.objects.filter(run=run))).update(run=None)
    Run.objects.filter(pk=run.pk, finished_at=None).update(finished_at=now, partial=partial)
    run.refresh_from_db()
    return run


@dataclass(slots=True)
class Report:
    """What a run brought, counted from its fetches; and which of its hosts are left alone, the
    first and the last of them until when."""

    feeds: int = 0
    feeds_done: int = 0
    feeds_by_outcome: dict[str, int] = field(default_factory=dict)
    pages_by_outcome: dict[str, int] = field(default_factory=dict)
    new_items: int = 0
    updated_items: int = 0
    bad_items: int = 0
    versions: int = 0
    edits: int = 0
    waiting: int = 0
    paused_hosts: int = 0
    paused_until: datetime | None = None
    paused_until_last: datetime | None = None

    @property
    def feeds_failed(self) -> int:
        """Feeds whose last word in this run was a failure."""
        good = ("ok", "unchanged", "later")
        return sum(n for kind, n in self.feeds_by_outcome.items() if kind not in good)


def report(run: Run) -> Report:
    """Count what a run has brought so far, in a constant number of queries."""
    fetches = run.fetches
    last_words = (
        fetches.filter(feed__isnull=False).order_by("feed_id", "-at", "-pk").distinct("feed_id")
    ).values_list("outcome", flat=True)
    by_outcome: dict[str, int] = {}
    for outcome in last_words:
        by_outcome[outcome] = by_outcome.get(outcome, 0) + 1
    sums = fetches.aggregate(new=Sum("new"), updated=Sum("updated"), bad=Sum("bad"))
    pages = fetches.filter(article__isnull=False).values_list("outcome").annotate(n=Count("pk"))
    kinds = dict(
        fetches.filter(versions__isnull=False)
        .values_list("versions__kind")
        .annotate(n=Count("versions"))
    )
    asleep = Q(kind__in=["feed", "page"], host__paused_until__gt=Now())
    left = run.jobs.aggregate(
        waiting=Count("pk"),
        paused_hosts=Count("host", distinct=True, filter=asleep),
        paused_until=Min("host__paused_until", filter=asleep),
        paused_until_last=Max("host__paused_until", filter=asleep),
    )
    return Report(
        feeds=run.feeds,
        feeds_done=sum(by_outcome.values()),
        feeds_by_outcome=by_outcome,
        pages_by_outcome=dict(pages.order_by()),
        new_items=sums["new"] or 0,
        updated_items=sums["updated"] or 0,
        bad_items=sums["bad"] or 0,
        versions=sum(kinds.values()),
        edits=kinds.get("publisher_edit", 0),
        **left,
    )
