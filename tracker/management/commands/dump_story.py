"""Write a story as a file that load_story reads: to standard output, or to --output."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from tracker.models import Story
from tracker.samples import port
from tracker.storyfile.collect import collect
from tracker.storyfile.dump import dump


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="which story")
        parser.add_argument("--output", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        story = Story.objects.filter(slug=options["slug"]).first()
        if story is None:
            raise CommandError(f"There is no story {options['slug']}.")
        text = dump(collect(story), str(port.in_use()) if story.sample else "")
        if options["output"]:
            options["output"].write_text(text, "utf-8")
        else:
            self.stdout.write(text, ending="")
