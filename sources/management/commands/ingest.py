"""Run the ingest: by the workers, or with --sync in this process and without a broker."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from sources.ingest import heap, runs
from sources.ingest import run as stages
from sources.management.counting import counted
from sources.management.stopping import EXIT_STATUS, SAID, stoppable
from sources.models import Feed, Job, Run
from sources.tasks import ring

EPILOG = """
exit status: 0 every feed asked has answered; 1 every feed failed; 3 some feeds failed, or work
is left for later (a host asked us to wait, or the time was up); 130 it was stopped by Ctrl-C.
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
            feeds = counted(run.feeds, "feed")
            self.stdout.write(f"Run {run.pk} is open for {feeds}; the workers do it.")
            if paused := waiting(runs.report(run), timezone.now()):
                self.stdout.write(f"It is {paused}.")
            return
        heap.keep_small()
        heap.settle()
        display = Display(run, quiet=options["json"])
        stopped = self._drain(run, options["patience"], display)
        report = runs.report(run)
        run = runs.close(run, timezone.now(), partial=stopped or bool(report.waiting))
        display.end()
        self._print(run, report, as_json=options["json"])
        if stopped:
            self.stderr.write(SAID)
        sys.exit(EXIT_STATUS if stopped else self._status(report))

    def _drain(self, run: Run, patience: float, display: Display) -> bool:
        """Do what can be done. True when Ctrl-C ended it."""
        with stoppable() as stop:

            def tell() -> None:
                display.tell()
                stop.check()

            try:
                stages.drain_here(run, patience, tell)
            except KeyboardInterrupt:
                return True
        return stop.asked

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

    def _print(self, run: Run, report: runs.Report, *, as_json: bool) -> None:
        if as_json:
            left = {"left": report.waiting, "partial": run.partial}
            values = asdict(report) | {"run": run.pk} | left
            self.stdout.write(json.dumps(values, default=datetime.isoformat))
            return
        for line in lines(report, timezone.now()):
            self.stdout.write(line)

    def _status(self, report: runs.Report) -> int:
        if report.feeds_failed and report.feeds_failed == report.feeds_done:
            return 1
        return 3 if report.feeds_failed or report.waiting else 0


def lines(report: runs.Report, now: datetime) -> list[str]:
    """The report in a few plain lines."""

    def kinds(counts: dict[str, int]) -> str:
        ordered = sorted(counts.items(), key=lambda pair: -pair[1])
        return ", ".join(f"{count} {kind}" for kind, count in ordered) or "none"

    edits = "edit by its publisher" if report.edits == 1 else "edits by publishers"
    found = [
        f"Feeds: {report.feeds_done} of {report.feeds} asked ({kinds(report.feeds_by_outcome)}).",
        f"Items: {report.new_items} new, {report.updated_items} changed, {report.bad_items} bad.",
        f"Pages: {kinds(report.pages_by_outcome)}.",
        f"Texts: {counted(report.versions, 'new version')}, {report.edits} {edits}.",
    ]
    if report.waiting:
        why = waiting(report, now) or "due again soon"
        found.append(f"Left for later: {counted(report.waiting, 'job')}, {why}.")
    return found


def waiting(report: runs.Report, now: datetime) -> str:
    """Until when hosts of the run are left alone, in words; empty when none is."""
    first, last = report.paused_until, report.paused_until_last
    if first is None or last is None:
        return ""
    until = _clock(first, now)
    if _clock(last, now) != until:
        until += f" (the last until {_clock(last, now)})"
    hosts = counted(report.paused_hosts, "host")
    return f"waiting until {until}: {hosts} asked us to wait or gave no answer"


def _clock(moment: datetime, now: datetime) -> str:
    """The time of day where the newsroom is; with the date when it is another day."""
    here = timezone.localtime(moment)
    same_day = here.date() == timezone.localtime(now).date()
    return here.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")


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
        share = report.feeds_done / report.feeds if report.feeds else 1.0
        bar = "█" * int(share * 20) + "·" * (20 - int(share * 20))
        text = (
            f"feeds {bar} {report.feeds_done}/{report.feeds}  pages {pages}  "
            f"texts {report.versions}  waiting {report.waiting}"
        )
        sys.stderr.write(f"\r\x1b[2K{text}" if self.moving else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the moving line."""
        if self.moving and not self.quiet:
            sys.stderr.write("\r\x1b[2K")
