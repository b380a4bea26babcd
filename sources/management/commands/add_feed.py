"""Follow a feed: add its address, or that of a page that leads to it, and ask it once."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from sources.ingest import lease, run
from sources.ingest.discover import Discovery, UnansweredError, discover
from sources.ingest.identify import repair_url, url_key
from sources.ingest.subscribe import Subscription, UnusableAddressError, subscribe
from sources.models import Feed, Source


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="of the feed, or of a page of the site")
        parser.add_argument("--source", metavar="SLUG", help="whose feed it is")
        parser.add_argument("--name", default="", help="the name of a new source")
        parser.add_argument(
            "--as-is", action="store_true", help="follow this address whatever stands there now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = None
        if options["source"]:
            source = Source.objects.filter(slug=options["source"]).first()
            if source is None:
                raise CommandError(f"There is no source {options['source']!r}.")
        url = options["url"]
        page = ""
        usable = repair_url(url, "")
        if usable and not options["as_is"] and not _is_followed(usable):
            found = self._found(usable)
            if found is not None and not found.is_feed:
                url, page = self._only(found, usable), usable
        try:
            wanted = Subscription(url, name=options["name"], site_url=page)
            feed, new = subscribe(wanted, source)
        except UnusableAddressError as error:
            raise CommandError(str(error)) from error
        if not new:
            self.stdout.write(f"Already followed: feed {feed.pk} of {feed.source}.")
            return
        self._ask_once(feed)

    def _found(self, url: str) -> Discovery | None:
        """What stands at the address; None when it does not answer, which may pass."""
        try:
            found = discover(url)
        except UnansweredError as error:
            self.stderr.write(f"No answer from {url}: {error}. It is followed as it is.")
            return None
        time.sleep(settings.INGEST["host_gap"])  # the host was just asked, and is asked again
        return found

    def _only(self, found: Discovery, url: str) -> str:
        """The one feed that the page leads to.

        Raises:
            CommandError: there is none, or there are several to choose from, which are listed.
        """
        if not found.candidates:
            raise CommandError(f"{url} is {found.what}, and no feed was found from there.")
        if len(found.candidates) == 1:
            self.stdout.write(f"{url} is {found.what}; it leads to {found.candidates[0].url}")
            return found.candidates[0].url
        self.stdout.write(f"{url} is {found.what}; it leads to several feeds:")
        for one in found.candidates:
            self.stdout.write(f"  {one.url}  {one.title} ({one.format}, {one.items} items)")
        raise CommandError("Nothing was added: say add_feed with one of these addresses.")

    def _ask_once(self, feed: Feed) -> None:
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


def _is_followed(url: str) -> bool:
    return Feed.objects.filter(url_key=url_key(url)).exists()
