"""Does pieces of work together, and lets each of them fail by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from sources.ingest import lease
from sources.ingest.decide import LATER
from sources.ingest.lease import Claimed, LostLeaseError
from sources.models import Job

logger = logging.getLogger(__name__)

MOST_HELD = 4_000_000  # characters; what is written of them is held several times for a moment

Words = dict[int, str]  # what came of each job, in one word: its outcome class, "bug", "db_error"

# What a database or a disk raises that is away, full or too slow; it says nothing of the job. A
# file that is missing does.
_STORAGE_ERRORS = (OperationalError, InterfaceError, OSError)


class Piece(Protocol):
    """Whatever belongs to one claimed job."""

    @property
    def claimed(self) -> Claimed: ...


P = TypeVar("P", bound=Piece)
D = TypeVar("D", bound=Piece)


def each(
    do: Callable[[P], D],
    pieces: Iterable[P],
    seconds: float,
    size: Callable[[D], int] = lambda _: 0,
) -> tuple[list[D], Words]:
    """Do one piece after the other; those not begun after so many seconds, or with too much in
    hand by then, are handed back.

    Args:
        size: how many characters something that was done keeps in memory until it is written.

    Returns:
        What was done, and a word for each of the others.
    """
    end = time.monotonic() + seconds
    done: list[D] = []
    others: Words = {}
    held = 0
    for piece in pieces:
        try:
            if time.monotonic() < end and held < MOST_HELD:
                done.append(do(piece))
                held += size(done[-1])
            else:
                _hand_back(piece.claimed)
                others[piece.claimed.job] = LATER
        except Exception as error:  # noqa: BLE001  whatever it is, it is named and logged
            others[piece.claimed.job] = failed(piece.claimed, error)
    return done, others


def attempt(do: Callable[[Sequence[P]], Words], pieces: Sequence[P]) -> Words:
    """Do all pieces at once; where that fails, each by itself, so that one bad piece costs its
    neighbours nothing but the time."""
    if len(pieces) > 1:
        try:
            return do(pieces)
        except Exception as error:  # noqa: BLE001
            logger.info("%d jobs failed together, each is done alone: %s", len(pieces), error)
    words: Words = {}
    for piece in pieces:
        try:
            words |= do([piece])
        except Exception as error:  # noqa: BLE001
            words[piece.claimed.job] = failed(piece.claimed, error)
    return words


def committed(write: Callable[[Sequence[P]], Words], pieces: Sequence[P]) -> Words:
    """Write what pieces of work brought, in one transaction. Those whose lease was lost are left
    out, and the leases of the others can't be lost before it ends."""

    def together(some: Sequence[P]) -> Words:
        with transaction.atomic():
            held = lease.hold([piece.claimed for piece in some])
            mine = [piece for piece in some if piece.claimed.job in held]
            words = write(mine) if mine else {}
        others = (piece.claimed for piece in some if piece.claimed.job not in held)
        return words | {claimed.job: lost(claimed) for claimed in others}

    return attempt(together, pieces)


def failed(claimed: Claimed, error: Exception) -> str:
    """Log why a job failed and give it back. Returns the word for it."""
    if isinstance(error, LostLeaseError):
        return lost(claimed)
    if isinstance(error, _STORAGE_ERRORS) and not isinstance(error, FileNotFoundError):
        logger.error("job %s: the database or the storage failed: %s", claimed.job, error)
        _wait_for_storage(claimed)
        return "db_error"
    said = (
        "what was kept of it is missing" if isinstance(error, FileNotFoundError) else "unforeseen"
    )
    logger.error("job %s failed: %s", claimed.job, said, exc_info=error)
    _put_back(claimed, claims=Greatest(F("claims"), 2))  # it failed by itself: a strike
    return "bug"


def lost(claimed: Claimed) -> str:
    """Log that somebody else has the job. Returns the word for it."""
    logger.warning("job %s was taken over; its late result is dropped", claimed.job)
    return "lost_lease"


def _wait_for_storage(claimed: Claimed) -> None:
    """Free the job uncounted: a full disk must not make every job stuck.

    Where the database is away too, the lease brings the job back when it returns.
    """
    connection.close()
    with suppress(*_STORAGE_ERRORS):
        _hand_back(claimed, settings.INGEST["lease"])


def _hand_back(claimed: Claimed, seconds: float = 0) -> None:
    """Free the job as if it had not been claimed, for a try in so many seconds."""
    _put_back(claimed, seconds, claims=Greatest(F("claims") - 1, 0))


def _put_back(claimed: Claimed, seconds: float = 300, **changes: object) -> None:
    """Free the job for another try soon. Its claims stay counted, so that it ends stuck."""
    Job.objects.filter(pk=claimed.job, lease_token=claimed.token).update(
        lease_token=None,
        lease_until=None,
        due_at=timezone.now() + timedelta(seconds=seconds),
        **changes,
    )
    if claimed.kind in lease.AT_HOST:
        lease.release_host(claimed)
