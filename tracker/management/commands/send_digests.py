"""manage.py send_digests: the digests that are due, mailed or printed."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone, translation

from tracker.digests import mail, windows
from tracker.models import Digest, Follow, User


class Command(BaseCommand):
    """Mails every digest that is due, as the scheduler does; or prints somebody's next one."""

    help = "Mail the digests that are due, or print what somebody would be told now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print", metavar="USER", help="print this person's, and mail nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["print"]:
            self.stdout.write(f"Mailed {windows.send_due(timezone.now())}.")
            return
        user = User.objects.filter(username=options["print"]).first()
        if user is None:
            raise CommandError(f"There is nobody called {options['print']}.")
        until = windows.settled_until()
        rates = Follow.objects.filter(user=user).order_by().values_list("rate", flat=True)
        for rate in sorted(set(rates) - {"none"}):
            with translation.override(user.language or settings.LANGUAGE_CODE):
                found = windows.told_of(user, rate, until)
                sent = mail.message(user, Digest(user=user, rate=rate, until=until), found)
                self.stdout.write(f"{sent.subject}\n\n{sent.body}" if found else f"{rate}: -")
