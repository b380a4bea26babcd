"""Keeps the programs of one Claimline running together, and ends them together."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from tracker.embedded.identity import EngineError
from tracker.embedded.leftovers import (
    MARK,
    adopt_orphans,
    end_leftovers,
    end_with_parent,
    marked,
    reap,
)
from tracker.embedded.service import Service

STOP_SECONDS = 15  # a worker ends the task it is at; the row's lease covers what is cut off
SETTLED_SECONDS = 30  # a program that ran this long has recovered from its earlier failures
GIVE_UP_AFTER = 4
_TICK = 0.1
_LINE_BYTES = 65_536
_COLOURS = (36, 33, 35, 32, 34)


@dataclass(frozen=True, slots=True)
class Program:
    """One program to keep running: a short name for its log lines, and its words."""

    name: str
    words: tuple[str, ...]


@dataclass(slots=True)
class _Child:
    program: Program
    colour: int
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    restart_at: float | None = None
    rest: bytes = field(default=b"")


class StopRequests:
    """Counts SIGINT, SIGTERM and SIGHUP while it is entered.

    Until a supervisor runs, the first one interrupts whatever is being prepared; later ones do
    not interrupt the tidying up. `first` is the name of the first one, such as "SIGINT".
    """

    def __init__(self) -> None:
        self.count = 0
        self.first = ""
        self.supervised = False
        self._handlers: dict[int, signal.Handlers | Callable[..., object] | int | None] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        self.first = self.first or signal.Signals(number).name
        if self.count == 1 and not self.supervised:
            raise KeyboardInterrupt


class Supervisor:
    """Runs programs as children, prefixes their lines, restarts what ends by itself: them, and the
    engines under them.

    The first request asks everything to stop, a second one kills. The children get SIGTERM from
    the kernel when the supervisor itself is killed.
    """

    def __init__(
        self,
        requests: StopRequests,
        folder: Path,
        mark: str,
        environment: Mapping[str, str],
        engines: Sequence[Service] = (),
    ) -> None:
        """`folder`: where programs start. `mark`: what `end_leftovers` knows them by. `engines`:
        those in use, whose beginning and end are somebody else's."""
        self.requests = requests
        self.folder = folder
        self.mark = mark
        self.environment = {**environment, MARK: mark, "PYTHONUNBUFFERED": "1"}
        self.failed = False
        self._engines = dict.fromkeys(engines, 0)  # with how often in a row one did not start
        self._parent = os.getpid()
        self._children: dict[str, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._paint = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def __enter__(self) -> Self:
        self.requests.supervised = True
        adopt_orphans()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stopping(self) -> bool:
        """Whether somebody asked to stop, or something cannot be kept running."""
        return self.requests.count > 0 or self.failed

    def start(self, program: Program) -> None:
        """Start a program and keep it running until `stop`."""
        colour = _COLOURS[len(self._children) % len(_COLOURS)]
        self._children[program.name] = self._launch(program, colour)

    def run(self, words: tuple[str, ...]) -> int:
        """Run one command to its end on our own terminal; return its exit code.

        A request to stop ends it too.
        """
        command = self._popen(words)
        while command.poll() is None and not self.stopping():
            self.tick()
        self._end([command])
        return command.returncode

    def tick(self) -> None:
        """Pass on what the programs wrote, and restart what ended; takes a tenth of a second."""
        self._pump(_TICK)
        for engine in self._engines:
            if engine.pid() is None:
                self._revive(engine)
        for child in self._children.values():
            if child.restart_at is None and child.process.poll() is not None:
                self._note_end(child)
            if child.restart_at is not None and time.monotonic() >= child.restart_at:
                fresh = self._launch(child.program, child.colour)
                fresh.failures = child.failures
                self._children[child.program.name] = fresh

    def watch(self) -> int:
        """Stay until asked to stop; return 0, or 1 when a program could not be kept running."""
        while not self.stopping():
            self.tick()
        return int(self.failed)

    def stop(self) -> None:
        """Ask every program to end, wait, kill what remains."""
        family = marked(self.mark)
        self._end([child.process for child in self._children.values()])
        end_leftovers(self.mark, patience=1)
        reap(family)  # process 1 of a small container never would
        self._pump(0)
        self._children.clear()

    def say(self, name: str, text: str, colour: int = 37) -> None:
        """Print one line with the name of who says it; a closed terminal is no reason to fail."""
        tag = f"{name:<10}|"
        with contextlib.suppress(OSError, ValueError):
            print(f"\033[{colour}m{tag}\033[0m" if self._paint else tag, text, flush=True)

    def _end(self, processes: list[subprocess.Popen[bytes]]) -> None:
        """SIGTERM, then patience until a second request, then SIGKILL to the whole group."""
        deadline = time.monotonic() + STOP_SECONDS
        for process in processes:
            if process.poll() is None:
                process.terminate()
        while any(process.poll() is None for process in processes):
            if self.requests.count > 1 or time.monotonic() > deadline:
                break
            self._pump(_TICK)
        for process in processes:
            _kill_group(process)

    def _tie(self) -> None:
        """In the child, before its program: end with the supervisor, even if it is gone already."""
        end_with_parent()
        if os.getppid() != self._parent:
            os._exit(1)

    def _popen(self, words: tuple[str, ...], output: int | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            words,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,  # a terminal's Ctrl-C reaches the supervisor alone
            preexec_fn=self._tie,
        )

    def _launch(self, program: Program, colour: int) -> _Child:
        process = self._popen(program.words, output=subprocess.PIPE)
        child = _Child(program, colour, process, time.monotonic())
        assert process.stdout is not None
        self._selector.register(process.stdout, selectors.EVENT_READ, child)
        return child

    def _note_end(self, child: _Child) -> None:
        _kill_group(child.process)
        settled = time.monotonic() - child.started > SETTLED_SECONDS
        child.failures = 1 if settled else child.failures + 1
        how = f"ended with code {child.process.returncode}"
        if child.failures >= GIVE_UP_AFTER:
            self.say(child.program.name, f"{how} {GIVE_UP_AFTER} times; giving up", child.colour)
            self.failed = True
        wait = 2.0 ** (child.failures - 2)  # 0.5 s, 1 s, 2 s
        child.restart_at = time.monotonic() + wait
        if not self.failed:
            self.say(child.program.name, f"{how}; again in {wait:g} s", child.colour)

    def _revive(self, engine: Service) -> None:
        """Start an engine that is gone; the programs find it again by themselves."""
        self.say(engine.name, "ended by itself; starting it again")
        try:
            engine.revive()
            self._engines[engine] = 0
        except EngineError as error:
            self._engines[engine] += 1
            self.failed = self._engines[engine] >= GIVE_UP_AFTER
            self.say(engine.name, f"{error}\ngiving up" if self.failed else str(error))

    def _pump(self, patience: float) -> None:
        if not self._selector.get_map():
            time.sleep(patience)
        for key, _ in self._selector.select(patience):
            child: _Child = key.data
            chunk = os.read(key.fd, _LINE_BYTES)
            for line in self._lines(child, chunk):
                self.say(child.program.name, line, child.colour)
            if not chunk:
                self._selector.unregister(key.fileobj)
                child.process.stdout.close()  # type: ignore[union-attr]

    @staticmethod
    def _lines(child: _Child, chunk: bytes) -> Iterator[str]:
        """Whole lines of what a program wrote; at its end, or when too long, also the rest."""
        *whole, child.rest = (child.rest + chunk).split(b"\n")
        if child.rest and (not chunk or len(child.rest) > _LINE_BYTES):
            whole.append(child.rest)
            child.rest = b""
        for line in whole:
            yield line.decode(errors="replace").rstrip("\r")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a program, whether or not its first process still runs."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
