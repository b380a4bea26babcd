"""What a killed `up` leaves behind, and the lock that says whether one still runs."""

import contextlib
import ctypes
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

MARK = "CLAIMLINE_SUPERVISED"  # in the environment of every process below a supervisor
_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True)


class AlreadyRunsError(RuntimeError):
    """Another process holds this data folder; the message names it."""


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the lock of the data folder, or raise AlreadyRunsError naming the process that does."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunsError(
                f"Claimline already runs from this folder (process {lock.read().strip()})."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the process that started this one ends (Linux)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans() -> None:
    """Become the parent of our children's orphans (Linux), to be able to reap them."""
    _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def reap(pids: list[int]) -> None:
    """Take the exit codes of those that are our children and have ended or are about to."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def marked(mark: str) -> list[int]:
    """The ids of all processes, but this one, that descend from a supervisor with this mark."""
    wanted = os.fsencode(f"{MARK}={mark}")
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return [pid for pid in found if pid != os.getpid()]


def end_leftovers(mark: str, patience: float = 3) -> int:
    """End what a killed supervisor with this mark left behind; return how many there were.

    They get `patience` seconds after SIGTERM. The caller makes sure that no such supervisor runs.
    """
    left = first = marked(mark)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = marked(mark)
    return len(first)
