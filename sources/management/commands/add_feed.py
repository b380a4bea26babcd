"""Follow a feed: add its address, ask it once, and say what it is."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from sources.ingest import lease, run
from sources.ingest.subscribe import Subscription, UnusableAddressError, subscribe
from sources.models import Feed, Source


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")
        parser.add_argument("--source", metavar="SLUG", help="whose feed it is")
        parser.add_argument("--name", default="", help="the name of a new source")

    def handle(self, *args: Any, **options: Any) -> None:
        source = None
        if options["source"]:
            source = Source.objects.filter(slug=options["source"]).first()
            if source is None:
                raise CommandError(f"There is no source {options['source']!r}.")
        try:
            feed, new = subscribe(Subscription(options["url"], name=options["name"]), source)
        except UnusableAddressError as error:
            raise CommandError(str(error)) from error
        if not new:
            self.stdout.write(f"Already followed: feed {feed.pk} of {feed.source}.")
            return
        claimed = lease.claim("feed", feed=feed.pk)
        if claimed is not None:
            run.work(claimed)
        feed = Feed.objects.get(pk=feed.pk)
        items = feed.items.count()
        self.stdout.write(
            f"Feed {feed.pk} of {feed.source}: {feed.last_outcome or 'will be asked'}."
        )
        if feed.last_detail:
            self.stdout.write(feed.last_detail)
        self.stdout.write(f"{items} items; their pages are fetched by the next run.")
