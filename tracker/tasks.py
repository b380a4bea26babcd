"""The doorbells of the site."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tracker import morning


@shared_task(name="tracker.morning", soft_time_limit=100, time_limit=120)
def morning_report() -> None:
    """Mail the report of the night that has closed, once."""
    morning.send_untold(timezone.now())
