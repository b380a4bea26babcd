"""When the next job may be claimed, and which of the workers wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


def next_due(kinds: tuple[str, ...], run: int | None = None) -> float | None:
    """Seconds until a job of these kinds may be claimed, hosts' gates counted; None when none.

    Args:
        run: only jobs this run waits for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT extract(epoch FROM min(greatest(
                j.due_at, j.lease_until,
                CASE WHEN j.kind IN ('feed', 'page')
                  THEN greatest(h.next_request_at, h.paused_until) END
              )) - statement_timestamp())
            FROM sources_job j JOIN sources_host h ON h.authority = j.host_id
            WHERE j.kind = ANY(%s) AND j.claims <= %s AND (%s::bigint IS NULL OR j.run_id = %s)
            """,
            [list(kinds), settings.INGEST["max_claims"], run, run],
        )
        (seconds,) = cursor.fetchone()
    return None if seconds is None else max(0.0, float(seconds))


def hosts_ahead(kind: str, within: float) -> int:
    """How many hosts have a job of this kind that may be claimed within so many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT j.host_id)
            FROM sources_job j JOIN sources_host h ON h.authority = j.host_id
            WHERE j.kind = %(kind)s AND j.claims <= %(max_claims)s
              AND greatest(j.due_at, j.lease_until, h.next_request_at, h.paused_until)
                <= statement_timestamp() + make_interval(secs => %(within)s)
            """,
            {"kind": kind, "within": within, "max_claims": settings.INGEST["max_claims"]},
        )
        (count,) = cursor.fetchone()
    return int(count)


@contextmanager
def seat(kind: str, seats: int) -> Iterator[bool]:
    """Take one of so many places for workers that wait for this kind of job.

    A place belongs to a session of the database, so that a worker that is killed leaves it.

    Yields:
        False when all places are taken.
    """
    taken = next(
        (number for number in range(seats) if _lock("pg_try_advisory_lock", kind, number)), None
    )
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _lock("pg_advisory_unlock", kind, taken)


def _lock(function: str, kind: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext(%s), %s)", [f"waiting for a {kind}", number])
        (done,) = cursor.fetchone()
    return bool(done)
