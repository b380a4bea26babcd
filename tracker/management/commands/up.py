"""manage.py up: the engines, the sample newsroom, web, worker and beat, until Ctrl-C."""

import contextlib
import http.client
import io
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from tracker.embedded import EngineError, Postgres, Service, Valkey, require_version
from tracker.embedded.leftovers import AlreadyRunsError, end_leftovers, end_with_parent, only_one
from tracker.embedded.paths import DATABASE
from tracker.embedded.supervisor import Program, StopRequests, Supervisor
from tracker.samples import port as sample
from tracker.samples.addresses import CONTROL

SAMPLE_STORY = "overseas-police-stations"
_HERE = "127.0.0.1"
_SOME_FAILED = 3  # exit code of `ingest`: one outlet being down is a normal night
_PYTHON = (sys.executable, "-u")
_MANAGE = (*_PYTHON, "manage.py")
_CELERY = (*_PYTHON, "-m", "celery", "--quiet", "-A", "tracker")


class Command(BaseCommand):
    """Brings the whole of Claimline up on this machine and keeps it up."""

    help = "Start the engines, the sample newsroom, web, worker and beat; Ctrl-C ends them all."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port",
            default=os.environ.get("PORT") or "8000",
            help="where the site listens, on this machine only (default: $PORT, or 8000)",
        )
        parser.add_argument(
            "--empty",
            action="store_true",
            default=bool(os.environ.get("EMPTY")),
            help="begin with no story and no sample outlets (default: whether $EMPTY is set)",
        )
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="stop when the process that started this one ends",
        )

    def handle(self, *args: object, **options: object) -> None:
        port = _port("PORT", options["port"])
        _port("SAMPLE_PORT", settings.SAMPLE_PORT)
        if options["with_parent"]:
            end_with_parent()
        var = settings.VAR.resolve()
        try:
            with StopRequests() as requests, only_one(var):
                end_leftovers(str(var))
                _require_free(_HERE, port, "PORT=8001 make up")
                with _engines(var) as engines:
                    outlets = self._prepare(empty=bool(options["empty"]))
                    environment = _environment(var, port, outlets)
                    with Supervisor(
                        requests, settings.BASE_DIR, str(var), environment, engines
                    ) as supervisor:
                        failed = self._keep_up(supervisor, var, port, outlets)
        except (EngineError, AlreadyRunsError) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write(f"stopping: {requests.first}")
            failed = 0
        self.stdout.write("Claimline has stopped; its data is kept.")
        sys.exit(failed)

    def _prepare(self, *, empty: bool) -> int | None:
        """Bring the tables up to date and, unless asked not to, load the shipped story once.

        Returns:
            The port of the sample outlets; None where there are none.
        """
        if settings.EMBEDDED:
            _create_database()
        require_version(connection.get_database_version()[0])
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Laying the tables ...")
            call_command("migrate", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if empty and not _has_sample():
            return None
        outlets = self._outlets_port()
        if not _has_sample():
            self.stdout.write("Loading the sample story ...")
            call_command("load_story", SAMPLE_STORY, stdout=io.StringIO())
        return outlets

    def _outlets_port(self) -> int:
        """Where the outlets of the sample will be; their addresses are in the data, once loaded."""
        wanted, stored = settings.SAMPLE_PORT, sample.stored()
        if stored in (None, wanted):
            _require_free(CONTROL, wanted, "SAMPLE_PORT=8791 make up")
            return int(wanted)
        assert stored is not None
        self.stdout.write(
            f"The sample was loaded with port {stored}, so that is used and SAMPLE_PORT={wanted}"
            " is not; after `make reset` it would be."
        )
        _require_free(CONTROL, stored, "make reset, then SAMPLE_PORT=8791 make up")
        return stored

    def _keep_up(self, supervisor: Supervisor, var: Path, port: int, outlets: int | None) -> int:
        """Run the programs until asked to stop; return the exit code."""
        programs = _programs(var, port)
        if outlets is None:
            programs.pop("publishers")
        else:
            self._sample(supervisor, programs, outlets)
        # the site first: what people wait for need not share the processor with the rest
        supervisor.start(programs.pop("web"))
        _wait_for(supervisor, _HERE, port)
        if not supervisor.stopping():
            self._welcome(port)
            for program in programs.values():
                supervisor.start(program)
        code = supervisor.watch()
        why = supervisor.requests.first or "a program keeps failing"
        supervisor.say("up", f"stopping: {why}")
        return code

    def _sample(self, supervisor: Supervisor, programs: dict[str, Program], outlets: int) -> None:
        """Have the sample's first night and its evidence, where that is still to come."""
        if _none_yet("sources.Run"):
            supervisor.start(programs.pop("publishers"))
            _wait_for(supervisor, CONTROL, outlets)
            self._first_night(supervisor)
        if _none_yet("tracker.Evidence") and not supervisor.stopping():
            supervisor.run((*_MANAGE, "load_story", SAMPLE_STORY, "--evidence"))

    def _first_night(self, supervisor: Supervisor) -> None:
        """Ingest the sample publishers once, so that the first page shows something."""
        if supervisor.stopping():
            return
        code = supervisor.run((*_MANAGE, "ingest", "--sync"))
        if code not in {0, _SOME_FAILED} and not supervisor.stopping():
            supervisor.say("up", "the first night did not end well; `make ingest` tries it again")
        if not supervisor.stopping():
            supervisor.run((*_MANAGE, "load_story", SAMPLE_STORY, "--evidence"))

    def _welcome(self, port: int) -> None:
        from tracker.management.commands.load_story import CAST, PASSWORD

        lines = ["", f"  Claimline is ready: http://{_HERE}:{port}/"]
        if _none_yet("tracker.User"):
            lines += [
                "  Nobody can sign in yet. In another terminal, make the first administrator:",
                "  .venv/bin/python manage.py createsuperuser",
            ]
        elif settings.DEBUG and _has_sample():
            names = ", ".join(f"{name} ({role})" for name, role in CAST.items())
            lines += [f"  Sign in as {names}; the password is {PASSWORD}."]
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()


def _programs(var: Path, port: int) -> dict[str, Program]:
    """What makes up the site, by name."""
    gunicorn = ("-m", "gunicorn", "tracker.wsgi", "--worker-class", "gthread", "--preload")
    sizes = ("--workers", "2", "--threads", "4", "--graceful-timeout", "5")
    place = ("--bind", f"{_HERE}:{port}", "--no-control-socket", "--log-level", "warning")
    queues = ("-Q", "ctl,io,cpu", "-c", "3", "--without-gossip", "--without-mingle")
    clock = ("-s", str(var / "beat.db"), "--pidfile=")
    words = {
        "web": (*_PYTHON, *gunicorn, *sizes, *place),
        "publishers": (*_MANAGE, "sample_publishers"),
        "worker": (*_CELERY, "worker", *queues),
        "beat": (*_CELERY, "beat", *clock),
    }
    return {name: Program(name, command) for name, command in words.items()}


def _environment(var: Path, port: int, outlets: int | None) -> dict[str, str]:
    """The environment of the programs; the sample publishers live on loopback."""
    environment = {**os.environ, "CLAIMLINE_VAR": str(var)}
    if outlets is not None:
        environment["SAMPLE_PORT"] = str(outlets)
        environment.setdefault("FETCH_ALLOW_NETWORKS", "127.77.0.0/24")
    environment.setdefault("SITE_ADDRESS", f"http://{_HERE}:{port}")
    return environment


def _port(name: str, value: object) -> int:
    """The port a setting names, or CommandError with the setting's name."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise CommandError(f"{name} must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _require_free(host: str, port: int, remedy: str) -> None:
    """Raise CommandError when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise CommandError(f"Port {port}: {why}. Choose another: {remedy}") from None


@contextlib.contextmanager
def _engines(var: Path) -> Iterator[list[Service]]:
    """The embedded engines, where the environment names no servers."""
    engines: list[Service] = [Postgres(var)] if settings.EMBEDDED else []
    if not os.environ.get("REDIS_URL"):
        engines.append(Valkey(var))
    with contextlib.ExitStack() as stack:
        for engine in engines:
            stack.enter_context(engine)
        yield engines


def _create_database() -> None:
    """Make our database on a new embedded cluster."""
    with psycopg.connect(Postgres(settings.VAR).url("postgres"), autocommit=True) as session:
        known = session.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if not known.fetchone():
            session.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _has_sample() -> bool:
    return apps.get_model("tracker.Story")._base_manager.filter(slug=SAMPLE_STORY).exists()


def _none_yet(model: str) -> bool:
    """Whether there is no row yet; leaves no session open, the programs have their own."""
    found = apps.get_model(model)._base_manager.exists()
    connection.close()
    return not found


def _wait_for(supervisor: Supervisor, host: str, port: int) -> None:
    """Return when a web server answers there, or somebody asked to stop."""
    while not supervisor.stopping() and not _answers(host, port):
        supervisor.tick()


def _answers(host: str, port: int) -> bool:
    """Whether a web server on this machine answers anything at all."""
    client = http.client.HTTPConnection(host, port, timeout=0.5)
    try:
        client.request("GET", "/", headers={"Accept": "text/html"})
        client.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
    return True
