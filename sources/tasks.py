"""The doorbells of the ingest: a lost, doubled or late one changes nothing but the minute."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import Signature, shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from sources.ingest import expunge, run, runs, upkeep
from sources.ingest.store import copies
from sources.models import Fetch, Heartbeat, Job

logger = logging.getLogger(__name__)

QUEUES = {"feed": "io", "page": "io", "extract": "cpu", "tell": "cpu"}
FOLLOWING = {"feed": ("page",), "page": ("extract",), "extract": (), "tell": ()}


def knock(*bells: Signature) -> bool:
    """Send messages after commit. A broker that is down is only logged.

    Returns:
        False when the broker is known to be down; the next sweep finds the work then.
    """
    heard = True

    def send() -> None:
        nonlocal heard
        try:
            for bell in bells:
                bell.apply_async()
        except OperationalError as error:
            heard = False
            logger.warning("the broker is down, the sweep will find the work: %s", error)

    transaction.on_commit(send)
    return heard


def ring(kinds: tuple[str, ...] = run.KINDS, times: int = 1) -> bool:
    """Ask the workers to look at the queue, after commit.

    Args:
        times: how many workers may look at each kind at the same time.

    Returns:
        False when the broker is known to be down; the next sweep finds the work then.
    """
    return knock(*(drain.s(kind).set(queue=QUEUES[kind], expires=55) for kind in kinds * times))


@shared_task(name="sources.nightly", soft_time_limit=60, time_limit=90)
def nightly() -> None:
    """Open tonight's run and ring for it."""
    runs.open_nightly(timezone.now())
    ring(times=settings.INGEST["side_by_side"])


@shared_task(name="sources.sweep", soft_time_limit=30, time_limit=45)
def sweep() -> None:
    """Once a minute: open a missed night, end pauses, close runs, delete what has to go, ring."""
    now = timezone.now()
    upkeep.resume_due(now)
    runs.open_missed(now)
    runs.close_finished(now)
    expunge.delete_files()
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": now})
    ring(times=settings.INGEST["side_by_side"])


@shared_task(name="sources.drain")
def drain(kind: str) -> None:
    """Work on ready jobs of one kind for a while, then ring for the stage that follows."""
    more = run.drain(kind, settings.INGEST["drain_seconds"])
    ring((kind, *FOLLOWING[kind]) if more else FOLLOWING[kind])


@shared_task(name="sources.prune")
def prune() -> None:
    """Drop sketches past their use, and old log rows that no version rests on."""
    now = timezone.now()
    copies.forget_old(now)
    old = now - timedelta(days=settings.INGEST["log_days"])
    in_hand = Job.objects.exclude(fetch=None).values("fetch")
    Fetch.objects.filter(at__lt=old, versions=None).exclude(pk__in=in_hand).delete()
