"""Lets Ctrl-C end work between two jobs, so that none is left half done."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_STATUS = 130  # as a shell says of a program that Ctrl-C ended
SAID = "Stopped; what is left stays due."


class Stop:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Call between two jobs. Raises KeyboardInterrupt when somebody asked to stop."""
        if self.asked:
            raise KeyboardInterrupt

    def note(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal: the first one waits for `check`, the second one does not."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        sys.stderr.write("\nStopping after what is in hand; once more stops at once.\n")


@contextmanager
def stoppable() -> Iterator[Stop]:
    """While entered, Ctrl-C raises only where `check` is called.

    An interrupt inside a request would be swallowed by the client, and leave a job that nobody
    may take up before its lease ends.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # signals are none of its business
        return
    before = signal.signal(signal.SIGINT, stop.note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
