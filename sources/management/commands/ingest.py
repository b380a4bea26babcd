"""Run the ingest: by the workers, or with --sync in this process and without a broker."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from sources.ingest import run as stages
from sources.ingest import runs
from sources.models import Feed, Job, Run
from sources.tasks import ring

EPILOG = """
exit status: 0 every feed asked has answered; 1 every feed failed; 3 some feeds failed, or work
is left for later (a host asked us to wait, or the time was up).
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the ingest does not need the pages

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, epilog=EPILOG, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sync", action="store_true", help="do the work here, with no broker")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every feed, due or not")
        which.add_argument("--feed", type=int, metavar="ID", help="one feed only")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument(
            "--patience",
            type=float,
            default=60,
            metavar="SECONDS",
            help="with --sync: leave what can't be done within so long (default 60)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._open(options)
        if not options["sync"]:
            ring()
            self.stdout.write(f"Run {run.pk} is open for {run.feeds} feeds; the workers do it.")
            return
        display = Display(run, quiet=options["json"])
        stages.drain_here(run, options["patience"], display.tell)
        left = run.jobs.count()
        run = runs.close(run, timezone.now(), partial=bool(left))
        display.end()
        self._print(run, left, as_json=options["json"])
        sys.exit(self._status(run, left))

    def _open(self, options: dict[str, Any]) -> Run:
        now = timezone.now()
        if options["feed"] is not None:
            feeds = Feed.objects.filter(pk=options["feed"])
            if not feeds:
                raise CommandError(f"There is no feed {options['feed']}.")
            return runs.open_manual(feeds, now, scope=str(feeds[0]))
        polled = Feed.objects.polled()
        if options["all"]:
            return runs.open_manual(polled, now)
        tonight = runs.open_nightly(now)
        if tonight is not None:
            return tonight
        due = polled.filter(job__in=Job.objects.filter(kind="feed", due_at__lte=now))
        return runs.open_manual(due, now, scope="feeds that were due")

    def _print(self, run: Run, left: int, *, as_json: bool) -> None:
        report = runs.report(run)
        if as_json:
            values = asdict(report) | {"run": run.pk, "left": left, "partial": run.partial}
            self.stdout.write(json.dumps(values))
            return
        for line in lines(report, left):
            self.stdout.write(line)

    def _status(self, run: Run, left: int) -> int:
        report = runs.report(run)
        if report.feeds_failed and report.feeds_failed == report.feeds_done:
            return 1
        return 3 if report.feeds_failed or left else 0


def lines(report: runs.Report, left: int) -> list[str]:
    """The report in a few plain lines."""

    def kinds(counted: dict[str, int]) -> str:
        ordered = sorted(counted.items(), key=lambda pair: -pair[1])
        return ", ".join(f"{count} {kind}" for kind, count in ordered) or "none"

    found = [
        f"Feeds: {report.feeds_done} of {report.feeds} asked ({kinds(report.feeds_by_outcome)}).",
        f"Items: {report.new_items} new, {report.updated_items} changed, {report.bad_items} bad.",
        f"Pages: {kinds(report.pages_by_outcome)}.",
        f"Texts: {report.versions} new versions, {report.edits} of them edits by publishers.",
    ]
    if left:
        found.append(f"Left for later: {left} (hosts asked us to wait, or will be tried again).")
    return found


class Display:
    """Shows the progress of a run: one moving line on a terminal, now and then a line elsewhere."""

    def __init__(self, run: Run, *, quiet: bool) -> None:
        self.run, self.quiet = run, quiet
        self.moving = sys.stderr.isatty()
        self.pause = 0.2 if self.moving else 10.0
        self.shown_at = time.monotonic()

    def tell(self) -> None:
        """Show where the run stands, unless that was just done."""
        if self.quiet or time.monotonic() - self.shown_at < self.pause:
            return
        self.shown_at = time.monotonic()
        report = runs.report(self.run)
        pages = sum(report.pages_by_outcome.values())
        left = report.waiting
        share = report.feeds_done / report.feeds if report.feeds else 1.0
        bar = "█" * int(share * 20) + "·" * (20 - int(share * 20))
        text = (
            f"feeds {bar} {report.feeds_done}/{report.feeds}  pages {pages}  "
            f"texts {report.versions}  waiting {left}"
        )
        sys.stderr.write(f"\r\x1b[2K{text}" if self.moving else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the moving line."""
        if self.moving and not self.quiet:
            sys.stderr.write("\r\x1b[2K")
