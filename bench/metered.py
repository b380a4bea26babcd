"""Ingests feeds, here or by Celery workers, and says what CPU it took and how many texts came."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

from newsroom import ROOT, cpu

CELERY = ("-m", "celery", "--quiet", "-A", "tracker", "worker", "-Q", "ctl,io,cpu", "-c", "2")
Ingest = Callable[[list[int], dict[str, int]], tuple[dict[str, float], int]]


class Meter:
    """CPU seconds spent from its making on: by this process, and by others with their children."""

    def __init__(self, pids: dict[str, int]) -> None:
        self.pids = {name: pid for name, pid in pids.items() if pid}
        self.before = self._now()

    def _now(self) -> dict[str, float]:
        return {"here": time.process_time()} | {n: cpu(pid) for n, pid in self.pids.items()}

    def read(self) -> dict[str, float]:
        return {name: now - self.before[name] for name, now in self._now().items()}


def here(keys: list[int], pids: dict[str, int]) -> tuple[dict[str, float], int]:
    """Ingest these feeds in this process. Returns the CPU seconds, and how many texts came."""
    from django.utils import timezone

    from sources.ingest import run, runs
    from sources.models import Feed, Version

    before = Version.objects.count()
    meter = Meter(pids)
    opened = runs.open_manual(Feed.objects.filter(pk__in=keys), timezone.now())
    run.drain_here(opened, 30, lambda: None)
    runs.close(opened, timezone.now())
    return meter.read(), Version.objects.count() - before


def by_workers(keys: list[int], pids: dict[str, int]) -> tuple[dict[str, float], int]:
    """The same by the workers, who are rung for as the sweep does it, only more often."""
    from django.utils import timezone

    from sources.ingest import runs
    from sources.models import Feed, Version
    from sources.tasks import ring

    before = Version.objects.count()
    meter = Meter(pids)
    opened = runs.open_manual(Feed.objects.filter(pk__in=keys), timezone.now())
    ring()
    looks = 0
    while opened.jobs.exists() and looks < 1200:
        time.sleep(0.5)
        looks += 1
        if looks % 20 == 0:
            ring()
    spent = meter.read()
    runs.close(opened, timezone.now())
    return spent, Version.objects.count() - before


class Workers:
    """Celery workers for the length of a block, where the mode wants any; their process's id."""

    def __init__(self, mode: str) -> None:
        self.process = None
        if mode == "celery":
            words = [sys.executable, *CELERY]
            self.process = subprocess.Popen(words, cwd=ROOT, env=os.environ)

    def __enter__(self) -> int:
        return self.process.pid if self.process else 0

    def __exit__(self, *error: object) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(60)
