"""Remembers when somebody last read a story, so that what is new can be told."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

ONE_VISIT = timedelta(minutes=30)


def last_visit(memory: MutableMapping[str, Any], story: int, now: datetime) -> datetime | None:
    """When the visit before this one ended; None on the first.

    Pages read within half an hour of each other belong to one visit, so that what is new stays new
    while somebody reads.

    Args:
        memory: what lasts between the requests of one person; changed in place.
    """
    key = f"visit:{story}"
    before, latest = memory.get(key, (None, None))
    if latest is None or now - datetime.fromisoformat(latest) > ONE_VISIT:
        before = latest
    memory[key] = [before, now.isoformat()]
    return datetime.fromisoformat(before) if before else None
