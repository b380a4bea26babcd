"""Claims one ready job at a time with a lease, and gives it back: the queue's two statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from sources.models import Host, Job

AT_HOST = frozenset(["feed", "page"])
# The host's row is the gate: it is locked while claiming, held for the length of the lease, and
# set to the end of the gap when the job is finished. So a host never has two requests at a time
# and never two closer than its gap, whoever works and whoever died. The gap runs from the moment
# the request was sent, not from the claim: a busy worker sends it a good while later.
_READY = """
  j.kind = %(kind)s AND j.due_at <= statement_timestamp() AND j.claims < %(max_claims)s
  AND (j.lease_until IS NULL OR j.lease_until < statement_timestamp())
  AND (%(feed)s::bigint IS NULL OR j.feed_id = %(feed)s)
  AND (%(article)s::bigint IS NULL OR j.article_id = %(article)s)
"""
_CLAIM_AT_HOST = f"""
WITH pick AS (
  SELECT ready.id, h.authority
  FROM sources_host h
  CROSS JOIN LATERAL (
    SELECT j.id, j.priority, j.due_at FROM sources_job j
    WHERE j.host_id = h.authority AND {_READY}
    ORDER BY j.priority DESC, j.due_at, j.id LIMIT 1
  ) ready
  WHERE h.next_request_at <= statement_timestamp()
    AND (h.paused_until IS NULL OR h.paused_until <= statement_timestamp())
  ORDER BY ready.priority DESC, ready.due_at, ready.id LIMIT 1
  FOR UPDATE OF h SKIP LOCKED
), held AS (
  UPDATE sources_host SET next_request_at = statement_timestamp() + make_interval(secs => %(lease)s)
  FROM pick WHERE sources_host.authority = pick.authority
)
"""
_CLAIM_ANYWHERE = f"""
WITH pick AS (
  SELECT j.id FROM sources_job j WHERE {_READY}
  ORDER BY j.priority DESC, j.due_at, j.id LIMIT 1
  FOR UPDATE SKIP LOCKED
)
"""
_TAKE = """
UPDATE sources_job SET lease_token = %(token)s, claims = claims + 1,
  lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
FROM pick WHERE sources_job.id = pick.id
  AND (lease_until IS NULL OR lease_until < statement_timestamp())
RETURNING sources_job.id, kind, feed_id, article_id, host_id, run_id, fetch_id, tries,
  statement_timestamp()
"""
_RELEASE_HOST = """
UPDATE sources_host h SET next_request_at = greatest(
  statement_timestamp(),
  statement_timestamp() - make_interval(secs => %(seconds)s::float8) + make_interval(
    secs => greatest(coalesce(h.min_gap, %(gap)s), coalesce(h.crawl_delay, 0),
      2 * %(seconds)s::float8 * (%(seconds)s::float8 > 1)::int))),
  paused_until = CASE WHEN %(pause)s::float8 IS NULL THEN h.paused_until
    ELSE greatest(h.paused_until,
      statement_timestamp() + make_interval(secs => %(pause)s::float8)) END
WHERE authority = %(host)s
"""


class LostLeaseError(Exception):
    """Somebody else took the job over; everything of this piece of work is rolled back."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in our hands until its lease ends."""

    job: int
    kind: str
    feed: int | None
    article: int | None
    host: str
    run: int | None
    fetch: int | None
    tries: int
    at: datetime
    token: uuid.UUID

    @property
    def target(self) -> int:
        """The primary key of the feed or article it is about."""
        return self.feed or self.article or 0


def claim(kind: str, *, feed: int | None = None, article: int | None = None) -> Claimed | None:
    """Take the most urgent ready job of a kind, or None when there is none to take now.

    Args:
        kind: "feed" and "page" pass the gate of their host; "extract" and "tell" have none.
        feed: only this feed's job.
        article: only this article's job.
    """
    token = uuid.uuid4()
    values: dict[str, Any] = {
        "kind": kind,
        "feed": feed,
        "article": article,
        "token": token,
        "lease": settings.INGEST["lease"],
        "max_claims": settings.INGEST["max_claims"],
    }
    start = _CLAIM_AT_HOST if kind in AT_HOST else _CLAIM_ANYWHERE
    with connection.cursor() as cursor:
        cursor.execute(start + _TAKE, values)
        row = cursor.fetchone()
    if row is None:
        return None
    taken: tuple[Any, ...] = (*row, token)
    return Claimed(*taken)


def finish(claimed: Claimed, **changes: Any) -> None:
    """Give the job back changed, inside the transaction that writes what it brought.

    A feed that a run was opened for meanwhile stays due: the run waits for an answer to a question
    that was asked after it began.

    Args:
        changes: columns of the job, such as due_at, kind, run_id, tries, fetch_id.

    Raises:
        LostLeaseError: the lease ended and the job has another holder, or is gone.
    """
    mine = Job.objects.filter(pk=claimed.job, lease_token=claimed.token)
    free: dict[str, Any] = {"lease_token": None, "lease_until": None, "claims": 0}
    wanted = mine.filter(kind="feed", run__isnull=False).exclude(run=claimed.run)
    if not wanted.update(**free) and not mine.update(**free, priority=0, **changes):
        raise LostLeaseError(claimed.job)


def move_on(claimed: Claimed, kind: str) -> None:
    """Let the job stand at its next stage and keep it in hand.

    Raises:
        LostLeaseError: the lease ended and the job has another holder, or is gone.
    """
    if not Job.objects.filter(pk=claimed.job, lease_token=claimed.token).update(kind=kind):
        raise LostLeaseError(claimed.job)


def retire(claimed: Claimed) -> None:
    """Take the job off the queue: nothing is ahead of its article.

    Raises:
        LostLeaseError: the lease ended and the job has another holder, or is gone.
    """
    if not Job.objects.filter(pk=claimed.job, lease_token=claimed.token).delete()[0]:
        raise LostLeaseError(claimed.job)


def release_host(claimed: Claimed, seconds: float = 0, pause: float | None = None) -> None:
    """Open the host's gate again after its gap, later when it answered slowly or asked for it.

    Args:
        seconds: how long the request took, which has just ended; 0 when that is not known. A slow
            host is left alone for twice that long.
        pause: seconds for which nothing at all is asked of the host.
    """
    values: dict[str, Any] = {
        "host": claimed.host,
        "gap": settings.INGEST["host_gap"],
        "seconds": seconds,
        "pause": pause,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE_HOST, values)


def enter(authority: str) -> bool:
    """Take the gate of one more host, for a request that was redirected there in the middle.

    `release_host` opens it again; where nobody does, the end of the lease does.

    Returns:
        False while the host is being asked, in its gap or paused.
    """
    Host.objects.get_or_create(authority=authority)
    rests = Q(next_request_at__gt=Now()) | Q(paused_until__gt=Now())
    held = Now() + timedelta(seconds=settings.INGEST["lease"])
    return bool(Host.objects.exclude(rests).filter(pk=authority).update(next_request_at=held))


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
            WHERE j.kind = ANY(%s) AND j.claims < %s AND (%s::bigint IS NULL OR j.run_id = %s)
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
            WHERE j.kind = %(kind)s AND j.claims < %(max_claims)s
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
