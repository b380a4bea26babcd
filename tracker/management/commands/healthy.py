"""manage.py healthy web|worker|beat: whether the program of this container does its work."""

import http.client
import socket
import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import BaseCommand, CommandError

BEAT_SILENCE = 600  # seconds; beat writes its schedule down every three minutes


class Command(BaseCommand):
    """The health check of docker-compose.yml: exit code 0, or one line that says what is wrong."""

    help = "Say whether web, worker or beat of this machine works."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program", choices=sorted(_CHECKS))

    def handle(self, *args: object, **options: object) -> None:
        trouble = _CHECKS[str(options["program"])]()
        if trouble:
            raise CommandError(trouble)


def _web() -> str:
    """Ask as a proxy would; any answer but a server error will do."""
    client = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    host = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    try:
        client.request("GET", "/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = client.getresponse().status
    except OSError as error:
        return f"No answer on port 8000: {error}."
    return f"The site answers {status}." if status >= 500 else ""


def _worker() -> str:
    """Ask this machine's worker through the broker."""
    from tracker.celery import app

    name = f"celery@{socket.gethostname()}"
    return "" if app.control.ping([name], timeout=5) else f"No answer from {name}."


def _beat() -> str:
    schedule = settings.VAR / "beat.db"
    try:
        silent = time.time() - schedule.stat().st_mtime
    except FileNotFoundError:
        return f"There is no {schedule}."
    return f"{schedule} has not changed for {silent:.0f} s." if silent > BEAT_SILENCE else ""


_CHECKS = {"web": _web, "worker": _worker, "beat": _beat}
