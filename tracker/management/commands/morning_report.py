"""manage.py morning_report: the report of the night, mailed to the administrators or printed."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from sources.models import Run
from tracker.operations import morning


class Command(BaseCommand):
    """Mails the report of the newest finished night, unless it was mailed before."""

    help = "Mail the morning report to the administrators, or print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print", action="store_true", help="print it and mail nobody")
        parser.add_argument("--again", action="store_true", help="mail it although it was mailed")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, help="of what is printed")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        run = Run.objects.filter(kind="nightly", finished_at__isnull=False).first()
        if run is None:
            raise CommandError("No nightly run has finished yet.")
        if options["print"]:
            subject, body = morning.text(morning.morning(run, now), options["language"])
            self.stdout.write(f"{subject}\n\n{body}")
            return
        if run.reported_at is not None and not options["again"]:
            self.stdout.write("It was mailed before; --again mails it once more.")
            return
        self.stdout.write(f"Mailed to {morning.send(run, now)}.")
