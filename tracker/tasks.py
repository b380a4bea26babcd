"""The doorbells of the site."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from sources.tasks import knock
from tracker.digests import windows
from tracker.operations import morning
from tracker.suggesting import trawls


@shared_task(name="tracker.morning", soft_time_limit=100, time_limit=120)
def morning_report() -> None:
    """Mail the report of the night that has closed, once."""
    morning.send_untold(timezone.now())


@shared_task(name="tracker.tell", soft_time_limit=100, time_limit=120)
def tell_followers() -> None:
    """Mail to followers what is due to them; safe to run at any time, and twice."""
    windows.send_due(timezone.now())


def ring_for_trawls() -> bool:
    """Ask a worker to read on for the claims that are run over everything held.

    Returns:
        False when the broker is known to be down; the next sweep finds the work then.
    """
    return knock(trawl.s().set(queue="cpu", expires=55))


@shared_task(name="tracker.trawl")
def trawl() -> None:
    """Read on for a while, then ring for the rest; safe to run at any time, and twice."""
    if trawls.carry_on(settings.INGEST["drain_seconds"]):
        ring_for_trawls()


@shared_task(name="tracker.prune")
def prune() -> None:
    """Drop the record of digests sent long ago."""
    windows.forget_old(timezone.now())
