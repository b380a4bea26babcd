"""Collects the body of an answer as it comes, within its limits and those of all at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sources.ingest import contentcoding
from sources.ingest.transport import FetchError, Limits

LARGE = 1_000_000  # bytes from which an answer needs a place among the large ones
PLACES = 2


class Places:
    """Places for large answers of those who ask side by side: what they hold together is bounded
    by `PLACES` answers of the largest size, and others of less than `LARGE` bytes."""

    def __init__(self, count: int = PLACES) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def asking(self) -> Iterator[list[Places]]:
        """A request of this thread, whose answer takes a place when it grows large.

        Yields:
            What was taken by the end: whoever is done with the answer gives it back by `leave`.
        """
        taken: list[Places] = []
        _here.places, _here.taken = self, taken
        try:
            yield taken
        finally:
            _here.places = None

    def take(self, seconds: float) -> bool:
        """Wait for a place. False when none was free in time."""
        return self._free.acquire(timeout=max(seconds, 0))

    def leave(self) -> None:
        """Give a place back."""
        self._free.release()


_here = threading.local()


def _placed(deadline: float) -> bool:
    """Whether this thread may hold a large answer; where it asks alone it always may."""
    places: Places | None = getattr(_here, "places", None)
    if places is None or _here.taken:
        return True
    if not places.take(deadline - time.perf_counter()):
        return False
    _here.taken.append(places)
    return True


class Body:
    """The bytes of one answer.

    Args:
        limits: how many bytes there may be, and whether more are refused or left out.
        deadline: until when it may wait for a place, by `time.perf_counter`.
    """

    def __init__(self, limits: Limits, deadline: float) -> None:
        self._limits, self._deadline = limits, deadline
        self._chunks: list[bytes] = []
        self._size = 0
        self.cut = False  # all we want of it is here

    @property
    def begun(self) -> bool:
        """Whether any of it has come."""
        return bool(self._chunks)

    def take(self, chunk: bytes) -> bool:
        """Keep what came. False when no more is wanted.

        Raises:
            FetchError: when it is too large, or no place came free for it.
        """
        self._size += len(chunk)
        most = self._limits.max_bytes
        if self._size > most and self._limits.cut:
            self._chunks.append(chunk[: len(chunk) - (self._size - most)])
            self.cut = True
            return False
        if self._size > most:
            raise FetchError("too_large", f"more than {most} bytes")
        if self._size > LARGE:
            self._place()
        self._chunks.append(chunk)
        return True

    def decoded(self, labels: list[str], *, distrust_label: bool) -> bytes:
        """All of it without its compression; what was collected is let go.

        Args:
            labels: its Content-Encoding headers.
            distrust_label: see `contentcoding.decode`.

        Raises:
            contentcoding.Undecodable: when it isn't what its labels say, or too large.
            FetchError: when no place came free for it.
        """
        raw, self._chunks = b"".join(self._chunks), []
        coding = contentcoding.coding(labels)
        most = self._limits.max_bytes
        try:
            return contentcoding.decode(
                raw, coding, min(LARGE, most), distrust_label=distrust_label
            )
        except contentcoding.Undecodable as error:
            if self._limits.cut and (self.cut or error.outcome == "too_large"):
                return contentcoding.beginning(raw, coding, most)
            if error.outcome != "too_large" or most <= LARGE:
                raise
        self._place()
        return contentcoding.decode(raw, coding, most, distrust_label=distrust_label)

    def _place(self) -> None:
        if not _placed(self._deadline):
            raise FetchError("deadline", "too many other large answers came at the same time")
