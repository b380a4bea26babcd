"""Notices that this process stood still while it waited for an answer.

A paused container, a machine that swaps, a debugger: a limit that ran out meanwhile says nothing
about the site that was asked.
"""

import time

_LONGEST = 3.0  # seconds between beats; curl speaks to us about once in one


class Pulse:
    """The beats of one wait; `still` are the seconds this process stood still in it."""

    def __init__(self) -> None:
        self.still = 0.0
        self._last = time.perf_counter()

    def beat(self) -> float:
        """Tell that we are awake. The time now."""
        now = time.perf_counter()
        if now - self._last > _LONGEST:
            self.still += now - self._last
        self._last = now
        return now

    def skip(self) -> None:
        """Leave out what passed since the last beat: something else was done meanwhile."""
        self._last = time.perf_counter()
