"""Claim, work, finish: the loop that drains the queue."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from sources.ingest import lease, stages
from sources.ingest.lease import Claimed, LostLeaseError
from sources.models import Job, Run

logger = logging.getLogger(__name__)

KINDS = ("feed", "page", "extract", "tell")
STAGES = {
    "feed": stages.poll_feed,
    "page": stages.fetch_page,
    "extract": stages.read_page,
    "tell": stages.tell_of_version,
}

# What a database or a disk raises that is away, full or too slow; it says nothing of the job. A
# file that is missing does.
_STORAGE_ERRORS = (OperationalError, InterfaceError, OSError)


def drain(kind: str, seconds: float) -> bool:
    """Work on ready jobs of one kind until none can be claimed or the time is up.

    Waits through short gaps between requests to a host, with one worker for each such host at
    most: a host that is slow, or asks for long gaps, does not keep all the workers.

    Returns:
        Whether the time was up before the work.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        claimed = lease.claim(kind)
        if claimed is not None:
            work(claimed)
        elif not _wait(kind, left):
            return False
    return True


def _wait(kind: str, patience: float) -> bool:
    """Sleep until a host's gap is over. False when none ends in time or others wait for it."""
    wait = lease.next_due((kind,))
    if wait is None or wait > patience:
        return False
    with lease.seat(kind, lease.hosts_ahead(kind, patience)) as seated:
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
        wait = lease.next_due(KINDS, run.pk)
        if wait is None or wait > patience:
            break
        time.sleep(min(max(wait, 0.05), 1))
        tell()


def _drain_ready(kind: str, end: float, tell: Callable[[], None]) -> bool:
    """Work on the jobs of one kind that are ready now. True when there were any."""
    worked = False
    while time.monotonic() < end and (claimed := lease.claim(kind)):
        work(claimed)
        worked = True
        tell()
    return worked


def work(claimed: Claimed) -> str:
    """Do one claimed job. Whatever goes wrong is logged and named; nothing is raised.

    Returns:
        The outcome class, such as "ok", "unchanged", "http_404" or "bug".
    """
    try:
        return STAGES[claimed.kind](claimed).kind
    except LostLeaseError:
        logger.warning("job %s was taken over; its late result is dropped", claimed.job)
        return "lost_lease"
    except FileNotFoundError:
        logger.exception("job %s: what was kept of it is missing", claimed.job)
        _put_back(claimed)
        return "bug"
    except _STORAGE_ERRORS as error:
        logger.error("job %s: the database or the storage failed: %s", claimed.job, error)
        _wait_for_storage(claimed)
        return "db_error"
    except Exception:
        logger.exception("job %s failed in a way nobody foresaw", claimed.job)
        _put_back(claimed)
        return "bug"


def _wait_for_storage(claimed: Claimed) -> None:
    """Free the job as if it had not been claimed: a full disk must not make every job stuck.

    Where the database is away too, the lease brings the job back when it returns.
    """
    connection.close()
    with suppress(*_STORAGE_ERRORS):
        _put_back(claimed, settings.INGEST["lease"], claims=Greatest(F("claims") - 1, 0))


def _put_back(claimed: Claimed, seconds: float = 300, **changes: Any) -> None:
    """Free the job for another try soon. Its claims stay counted, so that it ends stuck."""
    Job.objects.filter(pk=claimed.job, lease_token=claimed.token).update(
        lease_token=None,
        lease_until=None,
        due_at=timezone.now() + timedelta(seconds=seconds),
        **changes,
    )
    if claimed.kind in lease.AT_HOST:
        lease.release_host(claimed)
