"""manage.py reset: forget everything the data folder of this checkout holds."""

import shutil
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from tracker.embedded import EngineError, Postgres, Valkey
from tracker.embedded.leftovers import AlreadyRunsError, end_leftovers, only_one


class Command(BaseCommand):
    """Removes the embedded engines' data, the raw files and the logs."""

    help = "Remove all data of this checkout: articles, claims, people, logs. Asks first."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: object, **options: object) -> None:
        if not (settings.EMBEDDED and settings.DEBUG):
            raise CommandError("Only the data of a local demo can be reset.")
        var = settings.VAR.resolve()
        if not var.exists():
            self.stdout.write(f"Nothing to remove: there is no {var}.")
            return
        if not options["yes"] and input(f"Remove everything in {var}? Type yes: ") != "yes":
            raise CommandError("Nothing was removed.")
        try:
            with only_one(var):
                end_leftovers(str(var))
                for engine in (Postgres(var), Valkey(var)):
                    if not engine.halt():
                        raise CommandError(f"Somebody uses {engine.name}: end that first.")
                shutil.rmtree(var)
        except (EngineError, AlreadyRunsError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Removed {var}.")
