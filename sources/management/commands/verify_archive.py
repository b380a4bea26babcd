"""Hash everything stored again: say what is missing, damaged or altered, and what no row names."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from itertools import chain
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from sources.ingest import verify
from sources.models import Version

EPILOG = """
exit status: 0 nothing was lost (orphans are harmless); 1 something is missing, damaged or altered.
Nothing is changed or deleted.
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, epilog=EPILOG, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--orphans-older-than",
            type=float,
            default=24,
            metavar="HOURS",
            help="leave younger files alone: their rows may be about to come (default 24)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - timedelta(hours=options["orphans_older_than"])
        digests = verify.named()
        found: Counter[str] = Counter()
        harmed = False
        for finding in chain(
            verify.files(digests), verify.texts(), verify.orphans(digests, before)
        ):
            self.stdout.write(f"{finding.kind}: {finding.what}")
            found[finding.kind] += 1
            harmed |= finding.harms
        kinds = ", ".join(f"{found[kind]} {kind}" for kind in sorted(found)) or "all sound"
        self.stdout.write(f"{len(digests)} files, {Version.objects.count()} texts: {kinds}.")
        if harmed:
            raise CommandError("Something was lost or changed: see the lines above.", returncode=1)
