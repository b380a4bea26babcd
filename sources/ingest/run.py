"""Claim, load, do, write: the loop that drains the queue."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from sources.ingest import batch, lease, reading, stages, waiting
from sources.ingest.abreast import Abreast
from sources.ingest.batch import Words
from sources.ingest.lease import Claimed
from sources.models import Run

KINDS = ("feed", "page", "extract", "tell")


@dataclass(frozen=True, slots=True)
class Stage:
    """How jobs of one kind are done: what they are about is loaded, each is worked on, and what
    came of it is written, many by one statement."""

    load: Callable[[Sequence[Claimed]], Sequence[Any]]
    do: Callable[[Any], Any]
    write: Callable[[Sequence[Any]], Words]
    size: Callable[[Any], int] = lambda _: 0  # characters held until what was done is written


STAGES = {
    "feed": Stage(stages.load_feeds, stages.ask_feed, stages.write_feeds),
    "page": Stage(stages.load_pages, stages.ask_page, stages.write_pages),
    "extract": Stage(reading.load_pages, reading.read, reading.write_texts, reading.size),
    "tell": Stage(reading.load_news, reading.as_it_is, reading.tell),
}
AT_ONCE = 32  # jobs that are claimed, and their results written, together


def drain(kind: str, seconds: float) -> bool:
    """Work on ready jobs of one kind until none can be claimed or the time is up.

    Waits through short gaps between requests to a host, with one worker for each such host at
    most: a host that is slow, or asks for long gaps, does not keep all the workers.

    Returns:
        Whether the time was up before the work.
    """
    end = time.monotonic() + seconds
    with _at_work(kind) as step:
        while (left := end - time.monotonic()) > 0:
            if not step() and not _wait(kind, left):
                return False
    return True


def _wait(kind: str, patience: float) -> bool:
    """Sleep until a host's gap is over. False when none ends in time or others wait for it."""
    wait = waiting.next_due((kind,))
    if wait is None or wait > patience:
        return False
    with waiting.seat(kind, waiting.hosts_ahead(kind, patience)) as seated:
        if seated:
            time.sleep(max(wait, 0.05))
    return seated


def drain_here(
    run: Run, patience: float, tell: Callable[[], None], seconds: float = math.inf
) -> None:
    """Work in this process until nothing of a run can be done within `patience` seconds.

    Args:
        run: the run that is waited for; other jobs that are ready are done as well.
        tell: called after every job and while waiting, for a progress display.
        seconds: give up after so long.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if any(_drain_ready(kind, end, tell) for kind in KINDS):
            continue
        wait = waiting.next_due(KINDS, run.pk)
        if wait is None or wait > patience:
            break
        time.sleep(min(max(wait, 0.05), 1))
        tell()


def _drain_ready(kind: str, end: float, tell: Callable[[], None]) -> bool:
    """Work on the jobs of one kind that are ready now. True when there were any."""
    worked = False
    with _at_work(kind) as step:
        while time.monotonic() < end and step():
            worked = True
            tell()
    return worked


def work(claimed: Claimed) -> str:
    """Do one claimed job. Whatever goes wrong is logged and named; nothing is raised.

    Returns:
        The outcome class, such as "ok", "unchanged", "http_404" or "bug".
    """
    return work_all([claimed])[claimed.job]


def work_all(claims: Sequence[Claimed]) -> Words:
    """Do claimed jobs of one kind. Whatever goes wrong is logged and named; nothing is raised."""
    return batch.attempt(_worked, claims)


def _worked(claims: Sequence[Claimed]) -> Words:
    stage = STAGES[claims[0].kind]
    gone = dict.fromkeys((claimed.job for claimed in claims), "lost_lease")
    seconds = settings.INGEST["drain_seconds"]
    done, others = batch.each(stage.do, stage.load(claims), seconds, stage.size)
    return gone | others | stage.write(done)


@contextmanager
def _at_work(kind: str) -> Iterator[Callable[[], bool]]:
    """Whoever works on jobs of this kind, as a function that takes the next step."""
    if kind in lease.AT_HOST:
        stage = STAGES[kind]
        with Abreast(kind, stage.load, stage.do, stage.write) as asking:
            yield asking.step
    else:
        yield lambda: bool((claims := lease.claim_some(kind, AT_ONCE)) and work_all(claims))
