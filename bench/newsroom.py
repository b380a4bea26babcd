"""A throw-away newsroom to measure: engines, tables, a story, a replayed web, and CPU by process.

Everything it starts it ends, and what it wrote goes with its folder. It works as in production:
protection against private addresses, deadlines and size limits are on (loopback is allowed by
name), only the politeness gap between requests to a host is zero.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVER_SCRIPT = ROOT.parent / "shared" / "tools" / "replay_server.py"
TICK = os.sysconf("SC_CLK_TCK")
STORY = "overseas-police-stations"
EDITOR = "nora"


@contextlib.contextmanager
def newsroom(*, broker: bool = False) -> Iterator[dict[str, int]]:
    """Set Django up on engines of our own, with tables and a story.

    Args:
        broker: start Valkey too.

    Yields:
        The process ids of the engines by name, for `cpu`.
    """
    var = Path(tempfile.mkdtemp(prefix="claimline-bench-"))
    os.environ |= {
        "CLAIMLINE_VAR": str(var),
        "DEBUG": "0",  # with it on, every statement is kept in memory
        "SECRET_KEY": "a measurement's own",
        "FETCH_ALLOW_NETWORKS": "127.0.0.0/8",
        "FETCH_HOST_GAP": "0",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "LOG_LEVEL": "ERROR",
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from tracker.embedded import Postgres, Valkey

    try:
        with contextlib.ExitStack() as engines:
            postgres = engines.enter_context(Postgres(var))
            pids = {"PostgreSQL": postgres.pid()}
            if broker:
                valkey = engines.enter_context(Valkey(var))
                pids["broker"] = int(valkey.pidfile().read_text())
            _prepare(postgres.url("postgres"))
            yield pids
            _leave()
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _prepare(address: str) -> None:
    """Make the database, the tables and a story whose claims the articles are matched with."""
    import django
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE claimline")
    django.setup()
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    from sources.models import Feed
    from tracker.models import User

    call_command("migrate", verbosity=0, skip_checks=True)
    editor = User.objects.create_user(EDITOR)
    editor.groups.add(*Group.objects.filter(name="editor"))
    with open(os.devnull, "w") as silence:
        call_command("load_story", STORY, by=EDITOR, stdout=silence, skip_checks=True)
    Feed.objects.all().delete()  # those of the sample's own publishers, who are not there


def _leave() -> None:
    from django.db import connections

    connections.close_all()


@contextlib.contextmanager
def replayed(script: Path, *words: str) -> Iterator[str]:
    """Run the replay server; yields its address."""
    command = [sys.executable, str(script), "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[0].rstrip("/")
        finally:
            server.terminate()


def ask(address: str) -> bytes:
    """GET one address of the replayed web."""
    with urllib.request.urlopen(address, timeout=60) as reply:
        body: bytes = reply.read()
    return body


def synthetic(server: str) -> list[str]:
    """The feeds of the synthetic publishers, in their order."""
    listed = json.loads(ask(f"{server}/__publishers"))
    return [one["feed"] for one in listed if one["host"].startswith("scale-")]


def follow(feeds: list[str], **values: object) -> list[int]:
    """Subscribe to these feeds. Returns their keys."""
    from sources.ingest.subscribe import Subscription, subscribe
    from sources.models import Feed

    made = [subscribe(Subscription(url, name=url.rsplit("/", 2)[-2]))[0].pk for url in feeds]
    Feed.objects.filter(pk__in=made).update(**values) if values else None
    return made


def cpu(pid: int) -> float:
    """CPU seconds of a process, of its children, and of those that have ended and were awaited."""
    return sum(map(_own, [pid, *_descendants(pid)]))


def _own(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # it ended; whoever awaited it has its seconds
        return 0.0
    return sum(int(field) for field in text.rsplit(")", 1)[1].split()[11:15]) / TICK


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found = list(parents.get(pid, []))
    for child in found:
        found += parents.get(child, [])
    return found


def memory(name: str, pid: str = "self") -> float:
    """A figure of /proc/PID/status, such as VmHWM, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024
