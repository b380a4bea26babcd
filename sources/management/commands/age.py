"""Make everything N days older, to replay nights: re-checks fall due, each night gets its run."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import models, transaction
from django.db.models import F

from sources.management.counting import counted
from sources.models import (
    Article,
    ArticleUrl,
    Feed,
    FeedItem,
    Fetch,
    Host,
    Job,
    Run,
    Sketch,
    Version,
)

# What the world dated stays; only our own clocks move.
OURS: dict[type[models.Model], tuple[str, ...]] = {
    Host: ("next_request_at", "paused_until", "robots_until", "robots_failing_since"),
    Run: ("started_at", "deadline_at", "finished_at", "reported_at"),
    Job: ("due_at", "lease_until"),
    Fetch: ("at",),
    Feed: (
        "last_full_at",
        "failing_since",
        "last_attempt_at",
        "last_ok_at",
        "last_new_at",
        "gone_since",
        "gap_seen_at",
        "moved_since",
        "paused_until",
        "created_at",
    ),
    FeedItem: ("first_seen", "last_seen"),
    Article: ("first_seen_at", "withdrawn_at"),
    ArticleUrl: ("first_seen",),
    Version: ("at",),
    Sketch: ("at",),
}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Stored times are only ever shifted with DEBUG on.")
        days = timedelta(days=options["days"])
        with transaction.atomic():
            for model, columns in OURS.items():
                model._default_manager.update(**{name: F(name) - days for name in columns})
            # oldest first, so that no slot meets the one it moves to
            for run in Run.objects.filter(kind="nightly").order_by("slot"):
                run.slot = (date.fromisoformat(run.slot) - days).isoformat()
                run.save(update_fields=["slot"])
        self.stdout.write(f"Everything is {counted(options['days'], 'day')} older.")
