"""Run the next sample night: the outlets move on, everything is a day older, the ingest runs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from tracker.samples import night as nights


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sync", action="store_true", help="do the work here, with no broker and no worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Sample nights are for a demo: they need DEBUG.")
        before = nights.current(settings.VAR)
        night = nights.advance(settings.VAR)
        if night == before:
            self.stdout.write(f"Night {night} was the last; the outlets publish nothing more.")
        else:
            self.stdout.write(f"Night {night} of {nights.LAST}.")
        call_command("age", days=1, stdout=self.stdout)
        call_command("ingest", sync=options["sync"], stdout=self.stdout)
