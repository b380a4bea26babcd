"""Serve the invented outlets of the sample story from the loopback interface, until stopped."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from tracker.samples.addresses import CONTROL
from tracker.samples.server import SamplePublishers


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SAMPLE_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            publishers = SamplePublishers(settings.VAR, options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']}: {error.strerror}.") from None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: publishers.ask_to_stop())
        count = len(publishers.sites) - 1
        self.stdout.write(
            f"{count} sample outlets; all listed at http://{CONTROL}:{publishers.port}/"
        )
        publishers.serve()
        publishers.stop()
