"""Follow every feed of an OPML list, from a file or an address; what is there already stays."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from sources.ingest import opml
from sources.ingest.fetch import FetchError, Limits, fetch
from sources.ingest.subscribe import Subscription, UnusableAddressError, subscribe
from sources.management.counting import counted


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", metavar="FILE|URL")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outlines = opml.parse(self._read(options["list"]))
        except opml.NotOpmlError as error:
            raise CommandError(str(error)) from error
        added = held = 0
        for outline in outlines:
            wanted = Subscription(
                outline.url,
                outline.name,
                outline.site_url,
                outline.language,
                outline.categories,
                outline.paused,
            )
            try:
                new = subscribe(wanted)[1]
            except UnusableAddressError as error:
                self.stderr.write(f"Refused: {error}")
                continue
            added, held = added + new, held + (not new)
        refused = len(outlines) - added - held
        self.stdout.write(
            f"{counted(added, 'feed')} added, {held} already there, {refused} refused."
        )

    def _read(self, place: str) -> bytes:
        if not place.startswith(("http://", "https://")):
            try:
                return Path(place).read_bytes()
            except OSError as error:
                raise CommandError(f"Can't read {place}: {error.strerror}.") from error
        limits = Limits(
            max_bytes=opml.MOST_BYTES,
            user_agent=settings.INGEST["user_agent"],
            allow_networks=tuple(settings.INGEST["allow_networks"]),
        )
        try:
            response = fetch(place, limits)
        except FetchError as error:
            raise CommandError(f"Can't fetch {place}: {error.detail}") from error
        if response.status != 200:
            raise CommandError(f"Can't fetch {place}: it answered {response.status}.")
        return response.body
