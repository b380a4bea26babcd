"""Whether Claimline does its work, and its figures for a monitoring system."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import Error
from django.db.models import Count, Min, Q, QuerySet
from kombu.exceptions import OperationalError

from sources.models import Article, Feed, Fetch, Heartbeat, Job, Version
from tracker.models import Suggestion
from tracker.operations.exposition import Metric
from tracker.operations.wording import HEALTH, feed_state

SWEPT_WITHIN = timedelta(minutes=3)  # it sweeps once a minute
STANDS_STILL_AFTER = timedelta(hours=1)
BROKER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Condition:
    """How the parts do. Times are seconds; None where nothing is known."""

    database: bool
    swept_ago: float | None = None
    oldest_due: float | None = None
    stands_still: bool = False
    broker: bool | None = None

    @property
    def sweeps(self) -> bool:
        """Whether the scheduler and a worker have swept within the last minutes."""
        return self.swept_ago is not None and self.swept_ago <= SWEPT_WITHIN.total_seconds()

    @property
    def healthy(self) -> bool:
        """Whether work is done. Without the broker it is, only later: that is a warning."""
        return self.database and self.sweeps and not self.stands_still


def _swept() -> datetime | None:
    return Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()


def idle_since(now: datetime) -> datetime | None:
    """Since when nobody has looked at the queue, where that is too long; None while somebody does
    or nobody ever did."""
    swept = _swept()
    return swept if swept is not None and now - swept > SWEPT_WITHIN else None


def condition(now: datetime) -> Condition:
    """Look at the database, the last sweep, the queue and the broker."""
    try:
        swept = _swept()
        oldest = _due(now).aggregate(at=Min("due_at"))["at"]
        fetched = Fetch.objects.order_by("-pk").values_list("at", flat=True).first()
    except Error:
        return Condition(database=False, broker=broker_answers())
    waiting = oldest is not None and now - oldest > STANDS_STILL_AFTER
    working = fetched is not None and now - fetched <= STANDS_STILL_AFTER
    return Condition(
        database=True,
        swept_ago=_seconds(now, swept),
        oldest_due=_seconds(now, oldest),
        stands_still=waiting and not working,
        broker=broker_answers(),
    )


def _due(now: datetime) -> QuerySet[Job]:
    """Jobs that could be taken up: not stuck, in nobody's hands, their host not to be spared."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    host = Q(host__paused_until=None) | Q(host__paused_until__lte=now)
    return Job.objects.alive().filter(free, host, due_at__lte=now)


def being_read() -> int:
    """How many pages of the runs under way are still to be read."""
    reading = {"run__finished_at": None, "run__isnull": False, "article__isnull": False}
    return Job.objects.alive().filter(**reading).count()


def _seconds(now: datetime, then: datetime | None) -> float | None:
    return None if then is None else round((now - then).total_seconds(), 1)


def broker_answers() -> bool:
    """Whether the broker takes a connection within a second."""
    with current_app.connection_for_write() as connection:
        connection.transport_options = {
            **(connection.transport_options or {}),
            "socket_connect_timeout": BROKER_SECONDS,
            "socket_timeout": BROKER_SECONDS,
        }
        try:
            connection.ensure_connection(
                max_retries=1, interval_start=0, interval_step=0, timeout=1
            )
        except (OperationalError, OSError):
            return False
    return True


def metrics(now: datetime) -> list[Metric]:
    """The figures of `/metrics`, from seven queries."""
    jobs = list(Job.objects.values_list("kind").annotate(n=Count("pk")).order_by())
    stuck = Job.objects.stuck().count()
    oldest = _due(now).aggregate(at=Min("due_at"))["at"]
    swept = _swept()
    fetches = (
        Fetch.objects.filter(at__gte=now - timedelta(days=1))
        .values_list("outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    waiting = Suggestion.objects.waiting().count()
    return [
        Metric("claimline_feeds", "gauge", "Feeds by health.", _healths(now), "health"),
        Metric("claimline_jobs", "gauge", "Jobs in the queue by kind.", dict(jobs), "kind"),
        Metric("claimline_jobs_stuck", "gauge", "Jobs that were never finished.", {"": stuck}),
        Metric(
            "claimline_oldest_due_seconds",
            "gauge",
            "How long the oldest job that could be taken up has been due.",
            {"": _seconds(now, oldest) or 0},
        ),
        Metric(
            "claimline_last_sweep_seconds",
            "gauge",
            "Seconds since the last sweep; no figure before the first.",
            {} if swept is None else {"": _seconds(now, swept) or 0},
        ),
        Metric(
            "claimline_fetches_24h",
            "gauge",
            "Fetches of feeds and pages in the last 24 hours by outcome.",
            dict(fetches),
            "outcome",
        ),
        Metric("claimline_articles", "gauge", "Articles held.", {"": Article.objects.count()}),
        Metric("claimline_versions", "gauge", "Versions held.", {"": Version.objects.count()}),
        Metric(
            "claimline_suggestions_waiting",
            "gauge",
            "Suggestions nobody has decided.",
            {"": waiting},
        ),
    ]


def _healths(now: datetime) -> dict[str, float]:
    found = Counter(feed_state(one, now).health.word for one in Feed.objects.select_related("job"))
    return {word: found.get(word, 0) for word in {*HEALTH, *found}}
