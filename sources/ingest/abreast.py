"""Asks several hosts at once: each request in a thread, everything else in the worker's own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from sources.ingest import batch, lease
from sources.ingest.batch import Words
from sources.ingest.body import Places
from sources.ingest.lease import Claimed
from sources.ingest.polling import LOCAL_OUTAGE, NETWORK

MOST = 32  # requests in flight
# Answers that come within so many seconds of each other are written together.
# A silence of a moment ends them.
_TOGETHER, _LULL, _PATIENCE = 0.2, 0.05, 1.0

Load = Callable[[Sequence[Claimed]], Sequence[Any]]
Ask = Callable[[Any], Any]
Write = Callable[[Sequence[Any]], Words]


class Abreast:
    """Requests to several hosts, one to each, and what is claimed, loaded and written for them.

    A host that is slow holds up nobody: the others' answers are written and others are asked
    beside it. It begins with one request and asks twice as many with every answer, one more with
    every second of silence. Where an error looks like our own network's it begins again, so that a
    dead line is probed once and not thirty times. As a block it ends when everything that was
    asked has been written.

    Args:
        load: what is asked for by some jobs; in the worker's thread.
        ask: asks for one of those and gives back what came; in a thread, without the database.
        write: writes what came; in the worker's thread.
    """

    def __init__(self, kind: str, load: Load, ask: Ask, write: Write) -> None:
        self._kind, self._load, self._ask, self._write = kind, load, ask, write
        self._width = 1
        self._asked: dict[Future[Any], Claimed] = {}
        self._places = Places()

    def __enter__(self) -> Abreast:
        return self

    def __exit__(self, *error: object) -> None:
        while self._asked:
            self._write_down()

    def step(self) -> bool:
        """Ask what may be asked now, write down what has come. False when there is neither."""
        self._take()
        if not self._asked:
            return False
        self._write_down()
        return True

    def _take(self) -> None:
        free = self._width - len(self._asked)
        alone = any(claimed.claims > 1 for claimed in self._asked.values())
        if free < 1 or alone:
            return
        claims = lease.claim_some(self._kind, free, suspects=not self._asked)
        if claims:
            batch.attempt(self._ask_for, claims)

    def _ask_for(self, claims: Sequence[Claimed]) -> Words:
        for piece in self._load(claims):
            self._asked[_threads().submit(self._answer, piece)] = piece.claimed
        return {}

    def _answer(self, piece: Any) -> tuple[Any, list[Places]]:
        """What came, in a thread, with the place it keeps until it is written if it is large."""
        with self._places.asking() as taken:
            try:
                return self._ask(piece), taken
            except BaseException:
                _leave(taken)
                raise

    def _write_down(self) -> None:
        done = self._come()
        came, held, words = [], [], {}
        for future in done:
            claimed = self._asked.pop(future)
            error = future.exception()
            if isinstance(error, Exception):
                words[claimed.job] = batch.failed(claimed, error)
            else:
                answer, taken = future.result()
                came.append(answer)
                held += taken
        try:
            words |= self._write(came) if came else {}
        finally:
            _leave(held)
        if any(word in NETWORK or word == LOCAL_OUTAGE for word in words.values()):
            self._width = 1
        else:
            self._width = min(2 * self._width if words else self._width + 1, MOST)

    def _come(self) -> set[Future[Any]]:
        """Those that have been answered: the first, and what comes close behind it. Whoever is
        slow is not waited for."""
        done = wait(self._asked, _PATIENCE, FIRST_COMPLETED).done
        end = time.monotonic() + _TOGETHER
        while done and len(done) < len(self._asked) and time.monotonic() < end:
            more = wait(self._asked, _LULL).done
            if len(more) == len(done):
                break
            done = more
        return done


def _leave(places: Sequence[Places]) -> None:
    for place in places:
        place.leave()


_pool: tuple[int, ThreadPoolExecutor] | None = None


def _threads() -> ThreadPoolExecutor:
    """This process's threads, kept for their open connections; a forked process has its own."""
    global _pool  # noqa: PLW0603
    if _pool is None or _pool[0] != os.getpid():
        _pool = os.getpid(), ThreadPoolExecutor(MOST, thread_name_prefix="asks")
    return _pool[1]
