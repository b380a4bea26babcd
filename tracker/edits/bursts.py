"""Folds the versions of an article into edits: what was changed within an hour is one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as far as folding goes: `reread` by a newer extractor is no publisher's edit."""

    seq: int
    at: datetime
    reread: bool


@dataclass(frozen=True, slots=True)
class Burst:
    """One edit: the version it began from, and the one it ended in."""

    older: int
    newer: int
    reread: bool


def bursts(versions: Iterable[Stored]) -> list[Burst]:
    """The edits of an article in their order, by the numbers of its versions.

    An edit goes on for an hour from its first new version. A text read again by a newer extractor
    stands alone and ends the edit before it.
    """
    found: list[Burst] = []
    began: datetime | None = None
    before = 0
    for one in sorted(versions, key=lambda version: version.seq):
        if before:
            last = found[-1] if found else None
            goes_on = began is not None and one.at - began <= HOUR and not one.reread
            if last and goes_on and not last.reread:
                found[-1] = Burst(last.older, one.seq, reread=False)
            else:
                found.append(Burst(before, one.seq, one.reread))
                began = None if one.reread else one.at
        before = one.seq
    return found
