"""Says where the ingest's time goes: the dearest functions, and the statements an article takes."""

from __future__ import annotations

import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType

TOP = 60
EVERY = 0.001  # seconds of CPU between two looks, at the least: the kernel's tick is coarser

_OURS = re.compile(r"\b(?:sources|tracker|ingest)/")

Place = tuple[str, str]  # the end of a file's path, and a function


class Sampler:
    """Looks at the main thread's stack every now and then of this process's CPU time: a tracer
    would make short functions seem dear.

    What other threads spend while the main one waits for them is counted as theirs.
    """

    def __init__(self) -> None:
        self.stacks: Counter[tuple[Place, ...]] = Counter()  # the innermost call first
        self.seconds = 0.0
        self._main = threading.main_thread().ident

    def __enter__(self) -> Sampler:
        self.seconds = -time.process_time()
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        return self

    def __exit__(self, *error: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.seconds += time.process_time()
        signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def _look(self, signum: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename.endswith("threading.py"):
            frame = self._other() or frame
        stack = [_place(frame)] if frame is not None else []
        while frame is not None and (frame := frame.f_back) is not None:
            stack.append(_place(frame))
        self.stacks[tuple(stack)] += 1

    def _other(self) -> FrameType | None:
        """A thread that does something."""
        others = (frame for key, frame in sys._current_frames().items() if key != self._main)
        busy = (one for one in others if _place(one)[1] not in ("_worker", "wait", "_run_once"))
        return next(busy, None)


def _place(frame: FrameType) -> Place:
    code = frame.f_code
    return "/".join(code.co_filename.split("/")[-3:]), code.co_qualname


def profile(work: Callable[[], object], unit: str, made: int) -> None:
    """Run `work` and look at it; print what each of the `made` units (an article) took."""
    from django.db import connection

    counted: Counter[str] = Counter()
    seconds: Counter[str] = Counter()

    def count(execute, sql, params, many, context):
        name = _named(sql)
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            counted[name] += 1
            seconds[name] += time.perf_counter() - started

    with connection.execute_wrapper(count), Sampler() as sampled:
        work()
    print(f"\nstatements {unit}: {sum(counted.values()) / made:.1f}")
    for name, number in counted.most_common(TOP):
        print(f"  {number / made:5.2f}  {1000 * seconds[name] / made:6.2f} ms wall  {name}")
    a_look = 1000 * sampled.seconds / max(sampled.stacks.total(), 1) / made
    within: Counter[Place] = Counter()
    own: Counter[Place] = Counter()
    for stack, looks in sampled.stacks.items():
        own[stack[0]] += looks
        within.update(dict.fromkeys((one for one in stack if _OURS.search(one[0])), looks))
    for title, found in (("within", within), ("own", own)):
        print(f"\nCPU {title}, ms {unit}")
        for (path, name), looks in found.most_common(TOP):
            print(f"  {a_look * looks:7.2f}  {path} {name}")


def _named(sql: str) -> str:
    """What a statement does to which table."""
    words = " ".join(sql.split())
    table = re.search(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', words)
    if words.startswith(("WITH pick", "WITH mine")):
        return "claim a job"
    return f"{words.split(' ', 1)[0]} {table[1] if table else words[:40]}"
