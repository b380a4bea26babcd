"""Follow a feed: add its address, or that of a page that leads to it, and ask it once."""

from __future__ import annotations

import ipaddress
import sys
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from sources.ingest import destination, lease, run
from sources.ingest.decide import LATER, OK, UNCHANGED
from sources.ingest.discover import Discovery, UnansweredError, discover
from sources.ingest.fetch import FetchError
from sources.ingest.identify import authority, repair_url, url_key
from sources.ingest.subscribe import Subscription, UnusableAddressError, subscribe
from sources.management.counting import counted
from sources.models import Feed, Host, Source

EPILOG = """
exit status: 0 the feed is followed and has answered; 1 nothing was added; 3 the feed is followed,
and has not answered yet.
"""
UNANSWERED = 3
REFUSED = frozenset({"ssrf_blocked", "bad_url"})  # will not answer another day either


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, epilog=EPILOG, **kwargs)

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
        wanted = Subscription(url, name=options["name"], site_url=page)
        before = _Before(repair_url(url, ""))
        try:
            feed, new = subscribe(wanted, source)
        except UnusableAddressError as error:
            raise CommandError(str(error)) from error
        if not new:
            self.stdout.write(f"Already followed: feed {feed.pk} of {feed.source}.")
            return
        self._ask_once(feed, before)

    def _found(self, url: str) -> Discovery | None:
        """What stands at the address; None when it does not answer, which may pass.

        Raises:
            CommandError: the address is one that is never asked.
        """
        try:
            found: Discovery | None = discover(url)
        except UnansweredError as error:
            cause = error.__cause__
            if isinstance(cause, FetchError) and cause.outcome in REFUSED:
                place = cause.hops[-1].location if cause.hops else url
                raise CommandError(refusal(url, cause.outcome, cause.detail, place)) from error
            self.stderr.write(f"No answer from {url}: {error}.")
            found = None
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
            self.stdout.write(f"  {one.url}  {one.title} ({one.format}, {_items(one.items)})")
        raise CommandError("Nothing was added: say add_feed with one of these addresses.")

    def _ask_once(self, feed: Feed, before: _Before) -> None:
        while claimed := lease.claim("feed", feed=feed.pk):  # again at a host it is sent on to
            run.work(claimed)
        feed = Feed.objects.select_related("source").get(pk=feed.pk)
        outcome, detail = feed.last_outcome, feed.last_detail
        if outcome in REFUSED:
            before.restore(feed)
            raise CommandError(refusal(feed.url, outcome, detail))
        items = _items(feed.items.count())
        if outcome in (OK, UNCHANGED):
            self.stdout.write(f"Feed {feed.pk} of {feed.source}: it answered.")
            if detail:
                self.stdout.write(detail)
            self.stdout.write(f"{items}; their pages are fetched by the next run.")
            return
        if outcome in ("", LATER):
            why = "its host was asked a moment ago, or asked us to wait."
        else:
            why = f"it could not be read. {in_words(outcome, detail)}"
        self.stdout.write(f"Feed {feed.pk} of {feed.source}: {why}")
        self.stdout.write("It is followed, and the next run asks it again.")
        sys.exit(UNANSWERED)


class _Before:
    """What was there before the feed was taken up, so that a refused one leaves no trace."""

    def __init__(self, url: str) -> None:
        self._had_host = Host.objects.filter(authority=authority(url)).exists() if url else True
        self._sources = set(Source.objects.values_list("pk", flat=True))

    def restore(self, feed: Feed) -> None:
        """Remove the feed, and its source and host where they came with it."""
        host = authority(feed.url)
        feed.delete()
        if not self._had_host:
            Host.objects.filter(authority=host, jobs=None).delete()
        if feed.source_id not in self._sources:
            Source.objects.filter(pk=feed.source_id).delete()


def refusal(url: str, outcome: str, detail: str, led_to: str = "") -> str:
    """Why an address is never asked, or where it `led_to` is not, and what to do about it."""
    return f"{url} was not added: {detail.rstrip('.')}. {_remedy(led_to or url, outcome)}"


def _remedy(url: str, outcome: str) -> str:
    if outcome == "bad_url":
        return "Check how the address is written."
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return "Only addresses that begin with http or https are followed."
    host, numeric = parts.hostname or "", True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        numeric = False
    networks = "name the network in FETCH_ALLOW_NETWORKS"
    if numeric and destination.is_public(host):
        return f"Give the name of the host instead. If you mean the number, {networks}."
    if not numeric and "." in host and parts.port not in (None, *destination.PORTS):
        return f"If it lies in a private network and you mean it, {networks}."
    return f"This address lies in a private network. If you mean it, {networks}."


def in_words(outcome: str, detail: str) -> str:
    """A failure as a sentence: what the log says of it, or else its class."""
    said = detail.strip() or outcome.replace("_", " ")
    said = said[0].upper() + said[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _items(count: int) -> str:
    return counted(count, "item")


def _is_followed(url: str) -> bool:
    return Feed.objects.filter(url_key=url_key(url)).exists()
