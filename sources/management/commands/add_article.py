"""Take in articles by their addresses: the workers fetch them, or this process with --sync."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from sources.ingest import run as stages
from sources.ingest import runs
from sources.ingest.paste import forget_if_idle, open_run, take_in_address
from sources.ingest.subscribe import UnusableAddressError
from sources.management.counting import counted
from sources.management.stopping import EXIT_STATUS, SAID, stoppable
from sources.models import Article, Run
from sources.tasks import ring


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("urls", nargs="+", metavar="URL")
        parser.add_argument("--sync", action="store_true", help="do the work here, with no broker")

    def handle(self, *args: Any, **options: Any) -> None:
        run = open_run("addresses from the command line")
        found: list[Article] = []
        refused = 0
        for url in options["urls"]:
            try:
                found.append(take_in_address(url, run=run))
            except UnusableAddressError as error:
                self.stderr.write(str(error))
                refused += 1
        stopped = False
        if forget_if_idle(run):
            pass  # all are held or refused
        elif options["sync"]:
            stopped = self._drain(run)
            runs.close(run, timezone.now(), partial=stopped or run.jobs.exists())
        else:
            ring(("page",))
        for article in Article.objects.filter(pk__in={one.pk for one in found}).order_by("pk"):
            state = article.state_in_words
            self.stdout.write(f"article {article.pk} ({state}): {article.url}")
        if stopped:
            self.stderr.write(SAID)
            sys.exit(EXIT_STATUS)
        if refused:
            of_all = counted(len(options["urls"]), "address", "addresses")
            raise CommandError(f"Refused: {refused} of {of_all}.")

    def _drain(self, run: Run) -> bool:
        """Do what can be done. True when Ctrl-C ended it."""
        with stoppable() as stop:
            try:
                stages.drain_here(run, 60, stop.check)
            except KeyboardInterrupt:
                return True
        return stop.asked
