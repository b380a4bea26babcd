"""Write the captured articles behind a story's evidence as one WACZ file."""

from __future__ import annotations

import logging
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db.models import Max

from tracker.exports import wacz
from tracker.models import Story

access = logging.getLogger("claimline.access")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--story", required=True, metavar="SLUG", help="which story")
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="where to (default SLUG.wacz, here)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        story = Story.objects.filter(slug=options["story"]).first()
        if story is None:
            raise CommandError(f"There is no story {options['story']}.")
        path: Path = options["output"] or Path(f"{story.slug}.wacz")
        if path.suffix != ".wacz":
            raise CommandError("The name of a WACZ file has to end in .wacz.")
        versions = wacz.versions_of(story)
        newest = versions.order_by().aggregate(at=Max("at"))["at"]
        if newest is None:
            raise CommandError(f"No evidence stands in the story {story.slug}: nothing to write.")
        sample = "Sample, everything in it is invented. " if story.sample else ""
        heading = wacz.Heading(
            title=story.title,
            description=f"{sample}The versions of articles that evidence in the story"
            f" {story.slug} cites, and the newest version of each of these articles.",
            at=newest,
        )
        lost = self._write(path, heading, versions)
        access.info("web archive of story %s written by the command line", story.slug)
        for line in lost:
            self.stderr.write(line)
        self.stdout.write(f"{path}: {versions.count()} versions, {path.stat().st_size} bytes.")

    def _write(self, path: Path, heading: wacz.Heading, versions: Any) -> list[str]:
        """Write beside the file and put it in place when it is whole."""
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("wb") as out:
                lost = wacz.write(out, heading, wacz.captures(versions))
            os.replace(part, path)
        except OSError as error:
            raise CommandError(f"Can't write {path}: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)
        return lost
