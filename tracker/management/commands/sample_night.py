"""Run the next sample night: the outlets move on, everything is a day older, the ingest runs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from tracker.samples import samplenights
from tracker.samples.control import SilentError


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sync", action="store_true", help="do the work here, with no broker and no worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Sample nights are for a demo: they need DEBUG.")
        try:
            night = samplenights.move_on()
        except SilentError:
            raise CommandError(
                "The sample publishers are not running: start them with make up."
            ) from None
        except samplenights.LastNightError:
            self.stdout.write("That was the last night; the outlets publish nothing more.")
            return
        self.stdout.write(f"Night {night.number} of {night.last}; everything is a day older.")
        call_command("ingest", sync=options["sync"], stdout=self.stdout)
