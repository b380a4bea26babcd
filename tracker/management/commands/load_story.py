"""Load a story file: the story, its sources, speakers and claims, then the evidence it quotes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError

from tracker.models import Story, User
from tracker.samples import port
from tracker.storyfile.fields import FieldError
from tracker.storyfile.load import load
from tracker.storyfile.parts import StoryFile
from tracker.storyfile.reading import parse
from tracker.storyfile.seed import seed

SHIPPED = Path(__file__).resolve().parents[2] / "stories"
CAST = {"nora": "editor", "tom": "viewer", "cleo": "contributor", "ada": "administrator"}
PASSWORD = "claimline"
EDITOR = "nora"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        shipped = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.yaml")))
        parser.add_argument("story", help=f"a file, or the slug of a shipped story: {shipped}")
        parser.add_argument(
            "--evidence", action="store_true", help="only the evidence, of articles that came in"
        )
        parser.add_argument(
            "--by", metavar="USERNAME", help="who records it (a sample story: the demo's editor)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file = self._read(options["story"])
        if file.story.sample and settings.DEBUG:
            self._cast()
        by = self._editor(options["by"], file)
        if not options["evidence"]:
            changes = load(file, by)
            for line in changes or ["nothing to change"]:
                self.stdout.write(line)
        elif not Story.objects.filter(slug=file.story.slug).exists():
            raise CommandError(f"There is no story {file.story.slug} yet: load it first.")
        if file.evidence:
            self._evidence(file, by)

    def _read(self, story: str) -> StoryFile:
        path = Path(story)
        if not path.is_file():
            path = SHIPPED / f"{story}.yaml"
        if not path.is_file():
            raise CommandError(f"{story} is neither a file nor the slug of a shipped story.")
        try:
            text = path.read_text("utf-8")
            return parse(text, {"sample_port": str(port.in_use())})
        except (FieldError, UnicodeDecodeError) as error:
            raise CommandError(f"{path.name}: {error}") from None

    def _cast(self) -> None:
        """The demo's people; those who are there keep their passwords."""
        for name, role in CAST.items():
            if User.objects.filter(username=name).exists():
                continue
            chief = role == "administrator"
            # an address that reaches nobody, so that their mail can be read on the console
            user = User.objects.create_user(
                name, f"{name}@newsroom.example", PASSWORD, is_staff=chief, is_superuser=chief
            )
            user.groups.add(Group.objects.get(name=role))
            self.stdout.write(f"user {name} ({role}): made")

    def _editor(self, name: str | None, file: StoryFile) -> User | None:
        wanted = name or (EDITOR if file.story.sample else "")
        user = User.objects.filter(username=wanted).first()
        if name and user is None:
            raise CommandError(f"There is nobody named {name}.")
        return user

    def _evidence(self, file: StoryFile, by: User | None) -> None:
        if by is None:
            self.stdout.write("evidence: left out; say with --by who records it")
            return
        found = seed(file, by)
        for line in found.problems:
            self.stderr.write(line)
        self.stdout.write(
            f"evidence: {found.linked} passages linked, {found.held} were already,"
            f" {found.waiting} wait for their articles"
        )
