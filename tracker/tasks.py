"""The doorbells of the site."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tracker import morning
from tracker.digests import windows


@shared_task(name="tracker.morning", soft_time_limit=100, time_limit=120)
def morning_report() -> None:
    """Mail the report of the night that has closed, once."""
    morning.send_untold(timezone.now())


@shared_task(name="tracker.tell", soft_time_limit=100, time_limit=120)
def tell_followers() -> None:
    """Mail to followers what is due to them; safe to run at any time, and twice."""
    windows.send_due(timezone.now())


@shared_task(name="tracker.prune")
def prune() -> None:
    """Drop the record of digests sent long ago."""
    windows.forget_old(timezone.now())
