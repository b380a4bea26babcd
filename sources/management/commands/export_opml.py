"""Write every feed as an OPML list to standard output."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from sources.ingest import opml
from sources.models import Feed


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def handle(self, *args: Any, **options: Any) -> None:
        feeds = Feed.objects.select_related("source").prefetch_related("source__source_tags__tag")
        outlines = (
            opml.Outline(
                url=feed.url,
                name=feed.source.name,
                site_url=feed.site_url,
                language=feed.language,
                categories=tuple(row.tag.label_en for row in feed.source.source_tags.all()),
                paused=not feed.enabled,
            )
            for feed in feeds
        )
        self.stdout.write(opml.write("Claimline feeds", outlines, timezone.now()).decode())
