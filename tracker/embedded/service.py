"""One embedded engine shared by several processes: the first user starts it, the last stops it."""

import contextlib
import fcntl
import importlib.util
import os
import signal
import stat
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

from tracker.embedded.identity import EngineError, Identity
from tracker.embedded.paths import socket_dir

START_SECONDS = 60  # a crash recovery of a bigger database takes a while
STOP_SECONDS = 30
_LOG_BYTES = 5_000_000

__all__ = ["EngineError", "Service", "wheel_folder"]


def wheel_folder(package: str) -> Path | None:
    """The folder of an installed package, found without importing it, or None."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


class Service(ABC):
    """An engine on a data folder.

    Users are counted with a shared lock on a file, which the kernel drops even when a user is
    killed; whoever can make it exclusive is the last one and stops the engine.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        """`var`: the data folder. `durable=False` trades safety for speed, for tests."""
        self.var = var.resolve()
        self.data = self.var / self.name
        self.sockets = socket_dir(self.var)
        self.durable = durable
        self._users: IO[str] | None = None

    def acquire(self) -> Self:
        """Become a user of the engine; start it if it does not answer. Raises EngineError."""
        if self._users is None:
            self.var.mkdir(parents=True, exist_ok=True)
            with self._gate():
                self._make_sockets_private()
                self._users = self._open(f"{self.name}.users")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                try:
                    self._ensure()
                except BaseException:
                    self._leave()
                    raise
        return self

    def release(self) -> None:
        """Stop being a user; the last one stops the engine and waits for its end."""
        if self._users is None:
            return
        with self._gate():
            self._leave()

    def revive(self) -> None:
        """Start the engine again if it ended under its users. Raises EngineError."""
        with self._gate():
            self._ensure()  # whoever was first at the gate may have done it

    def halt(self) -> bool:
        """Stop an engine that nobody uses any more; return False when somebody does."""
        self.var.mkdir(parents=True, exist_ok=True)
        with self._gate():
            self._users = self._open(f"{self.name}.users")
            return self._leave()

    def _leave(self) -> bool:
        """Give up our place among the users; stop the engine and return True after the last."""
        users, self._users = self._users, None
        assert users is not None
        with users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._stop()
            with contextlib.suppress(OSError):  # the other engine's socket may be in it
                self.sockets.rmdir()
            return True

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    @abstractmethod
    def ping(self) -> bool:
        """Whether the engine answers now."""

    @abstractmethod
    def pidfile(self) -> Path:
        """The file whose first word is the engine's process id."""

    @abstractmethod
    def _start(self) -> None:
        """Prepare the data folder and call `_spawn`."""

    def pid(self) -> int | None:
        """The process id of the running engine, or None. A zombie does not run."""
        pid = self._recorded_pid()
        return pid if pid and process_state(pid) not in {None, "Z"} and self._is_ours(pid) else None

    def _recorded_pid(self) -> int | None:
        try:
            return int(self.pidfile().read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """Whether `pid` still is our engine: after a reboot the number may be anybody's."""
        with contextlib.suppress(OSError):
            return os.fsencode(self.data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return False

    def _make_sockets_private(self) -> None:
        """Make the sockets' folder: they let in anybody who can reach them."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if not private or (os.geteuid() != 0 and found.st_uid != os.geteuid()):
            raise EngineError(f"{self.sockets} is not a private folder of this user: remove it.")

    def _open(self, name: str) -> IO[str]:
        path = self.var / name
        try:
            return path.open("a")
        except PermissionError:
            raise EngineError(
                f"{path} belongs to another user: start Claimline as that user, or set"
                " CLAIMLINE_VAR to a folder of your own."
            ) from None

    @contextlib.contextmanager
    def _gate(self) -> Iterator[None]:
        """One process at a time starts or stops an engine of this data folder."""
        with self._open("engines.lock") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _ensure(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.ping():
            if self.pid() is None:
                self._start()
                return
            if time.monotonic() > deadline:  # somebody's start was killed: it may be recovering
                raise EngineError(f"{self.name} runs but does not answer; see {self._log()}.")
            time.sleep(0.05)

    def _log(self) -> Path:
        return self.var / f"{self.name}.log"

    def _spawn(self, words: Sequence[str | Path], identity: Identity) -> None:
        """Start the engine and wait until it answers. Raises EngineError with its last lines."""
        log = self._log()
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as out:
            engine = subprocess.Popen(
                [str(word) for word in words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.data,
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=True,  # a terminal's Ctrl-C must not reach it before its users
                user=identity.user,
                group=identity.group,
                extra_groups=identity.extra_groups,
            )
        # A zombie still owns its pid file, and PostgreSQL would not start over it.
        threading.Thread(target=engine.wait, daemon=True).start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline and engine.returncode is None:
                if self.ping():
                    return
                time.sleep(0.02)
        except BaseException:  # it may not have written its pid file yet
            engine.send_signal(self.stop_signal)
            raise
        tail = log.read_text(errors="replace")[-1500:]
        raise EngineError(f"{self.name} did not start. The end of {log}:\n{tail}")

    def _stop(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, self.stop_signal)
        deadline = time.monotonic() + STOP_SECONDS
        while self.pid() == pid:
            if time.monotonic() > deadline:
                raise EngineError(f"{self.name} (process {pid}) did not stop; see {self._log()}.")
            time.sleep(0.02)


def process_state(pid: int) -> str | None:
    """The state letter of a process as in proc_pid_stat(5), or None when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return None
