"""How much a feed usually brings, and whether it has become unusually quiet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

WEEKS = 8
# How unlikely the silence has to be. With 268 feeds that is one false alarm in four nights at most.
UNLIKELY = 0.001


def usual(weeks: Sequence[int]) -> float | None:
    """The articles a week expected of a feed: the median of its whole weeks.

    Args:
        weeks: new items in each of the last weeks the feed was followed, at most eight, the
            present one left out.

    Returns:
        None while fewer than two weeks are known: one week is no habit.
    """
    return median(weeks) if len(weeks) >= 2 else None


def unusually_quiet(expected: float | None, got: int) -> bool:
    """Whether so few in seven days would hardly happen to a feed that works as it did.

    Less than half of what is usual, and a chance below one in a thousand if items came evenly
    (the Poisson distribution with that mean). A feed that brings less than seven a week is never
    called so: for it a week of nothing says nothing.
    """
    if not expected or got * 2 >= expected:
        return False
    term = chance = math.exp(-expected)
    for k in range(1, got + 1):
        term *= expected / k
        chance += term
    return chance < UNLIKELY
