"""Claims ready jobs with a lease each, and gives them back: the statements of the queue."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.db.models.lookups import IsNull

from sources.ingest.rows import as_json
from sources.models import Host, Job

AT_HOST = frozenset(["feed", "page"])
# The host's row is the gate: it is locked while claiming, held for the length of the lease, and
# set to the end of the gap when the job is finished. So a host never has two requests at a time
# and never two closer than its gap, whoever works and whoever died. The gap runs from the moment
# the request was sent, not from the claim: a busy worker sends it a good while later.
_READY = """
  j.kind = %(kind)s AND j.due_at <= statement_timestamp() AND j.claims <= %(claims)s
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
  ORDER BY ready.priority DESC, ready.due_at, ready.id LIMIT %(limit)s
  FOR UPDATE OF h SKIP LOCKED
), mine AS (
  SELECT j.id, pick.authority FROM sources_job j JOIN pick ON j.id = pick.id
  FOR UPDATE OF j SKIP LOCKED
), held AS (
  UPDATE sources_host SET next_request_at = statement_timestamp() + make_interval(secs => %(lease)s)
  FROM mine WHERE sources_host.authority = mine.authority
)
"""
_CLAIM_ANYWHERE = f"""
WITH mine AS (
  SELECT j.id FROM sources_job j WHERE {_READY}
  ORDER BY j.priority DESC, j.due_at, j.id LIMIT %(limit)s
  FOR UPDATE SKIP LOCKED
)
"""
_TAKE = """
UPDATE sources_job SET lease_token = gen_random_uuid(), claims = claims + 1,
  lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
FROM mine WHERE sources_job.id = mine.id
  AND (lease_until IS NULL OR lease_until < statement_timestamp())
RETURNING sources_job.id, kind, feed_id, article_id, host_id, run_id, fetch_id, tries,
  statement_timestamp(), claims, lease_token, priority
"""
# Whoever changes many jobs locks them in one order first, see `lock`; whoever claims passes over
# what is locked. So nobody waits for somebody who waits for him. Those held here are of one kind.
_HOLD = """
SELECT j.id FROM sources_job j
JOIN unnest(%s::bigint[], %s::uuid[]) AS mine(id, token)
  ON j.id = mine.id AND j.lease_token = mine.token
ORDER BY j.id FOR UPDATE OF j
"""
# A feed that a run was opened for meanwhile stays due: the run waits for an answer to a question
# that was asked after it began.
_FINISH = """
UPDATE sources_job j SET lease_token = NULL, lease_until = NULL, claims = 0, ({columns}) = (
  SELECT {values} FROM jsonb_populate_record(j, CASE
    WHEN j.kind = 'feed' AND j.run_id IS NOT NULL AND j.run_id IS DISTINCT FROM given.run
    THEN '{{}}' ELSE given.changes END) changed)
FROM jsonb_to_recordset(%s) AS given(job bigint, token uuid, run bigint, changes jsonb)
WHERE j.id = given.job AND j.lease_token = given.token
RETURNING j.id
"""
_RELEASE_HOST = """
UPDATE sources_host h SET next_request_at = statement_timestamp() + make_interval(
    secs => greatest(coalesce(h.min_gap, %(gap)s), coalesce(h.crawl_delay, 0),
      asked.seconds * (asked.seconds > 1)::int)),
  paused_until = CASE WHEN asked.pause IS NULL THEN h.paused_until
    ELSE greatest(h.paused_until,
      statement_timestamp() + make_interval(secs => asked.pause)) END
FROM unnest(%(hosts)s::text[], %(seconds)s::float8[], %(pauses)s::float8[])
  AS asked(host, seconds, pause)
WHERE h.authority = asked.host
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
    claims: int  # in a row that were never finished, with this one
    token: uuid.UUID
    priority: int  # ahead of others where it is higher; 0 again when the job is done

    @property
    def claimed(self) -> Claimed:
        """Itself: a job of which nothing is known yet is a whole piece of work."""
        return self

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
    found = _claim(kind, 1, settings.INGEST["max_claims"], feed=feed, article=article)
    return found[0] if found else None


def claim_some(kind: str, limit: int, *, suspects: bool = True) -> list[Claimed]:
    """Take up to `limit` ready jobs of a kind, the most urgent ones, at most one of each host.

    A job that was claimed before and never finished may be what its worker died of, or only what
    that worker held beside it. Such a suspect is taken when no other job is ready, and alone, so
    that it takes nobody with it, and so that another death says something: a strike against it.

    Args:
        suspects: whether the worker has nothing else in hand, so that it may take one.
    """
    found = _claim(kind, limit, 0)
    return found or (_claim(kind, 1, settings.INGEST["max_claims"]) if suspects else [])


def _claim(
    kind: str, limit: int, most: int, feed: int | None = None, article: int | None = None
) -> list[Claimed]:
    """Take ready jobs that were claimed at most so often before and never finished."""
    values: dict[str, Any] = {
        "kind": kind,
        "feed": feed,
        "article": article,
        "limit": limit,
        "lease": settings.INGEST["lease"],
        "claims": most,
    }
    start = _CLAIM_AT_HOST if kind in AT_HOST else _CLAIM_ANYWHERE
    with connection.cursor() as cursor:
        cursor.execute(start + _TAKE, values)
        return [Claimed(*row) for row in cursor.fetchall()]


def hold(claims: Sequence[Claimed]) -> set[int]:
    """Keep the leases of these jobs until the transaction ends. Returns the jobs still ours."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [[one.job for one in claims], [one.token for one in claims]])
        return {job for (job,) in cursor.fetchall()}


def lock(jobs: QuerySet[Job]) -> list[int]:
    """Lock jobs until the transaction ends: those of feeds before those of articles, each in the
    order of their keys. Returns their keys in this order."""
    ordered = jobs.select_for_update(of=("self",)).order_by(IsNull(F("feed"), True), "pk")
    return list(ordered.values_list("pk", flat=True))


def finish(claimed: Claimed, **changes: Any) -> None:
    """Give the job back changed, inside the transaction that writes what it brought.

    Args:
        changes: columns of the job, such as due_at, kind, run_id, tries, fetch_id.

    Raises:
        LostLeaseError: the lease ended and the job has another holder, or is gone.
    """
    if not finish_all([(claimed, changes)]):
        raise LostLeaseError(claimed.job)


def finish_all(results: Sequence[tuple[Claimed, dict[str, Any]]]) -> set[int]:
    """Give jobs back, each with changes of its own. Returns the jobs that were still ours."""
    if not results:
        return set()
    columns = sorted({"priority", *(name for _, changes in results for name in changes)})
    named, values = ", ".join(columns), ", ".join(f"changed.{name}" for name in columns)
    given = [
        {
            "job": one.job,
            "token": one.token,
            "run": one.run,
            "changes": {"priority": 0, **changes},
        }
        for one, changes in results
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FINISH.format(columns=named, values=values), [as_json(given)])
        return {job for (job,) in cursor.fetchall()}


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
            host is left alone for as long again. The gap counts from the end: a thread may have
            sent its request later than its clock was started.
        pause: seconds for which nothing at all is asked of the host.
    """
    release_hosts([(claimed, seconds, pause)])


def release_hosts(asked: Iterable[tuple[Claimed, float, float | None]]) -> None:
    """Open the gates of several hosts, see `release_host`."""
    _open_gates([(claimed.host, seconds, pause) for claimed, seconds, pause in asked])


def _open_gates(rows: Sequence[tuple[str, float, float | None]]) -> None:
    values: dict[str, Any] = {
        "hosts": [host for host, _, _ in rows],
        "gap": settings.INGEST["host_gap"],
        "seconds": [seconds for _, seconds, _ in rows],
        "pauses": [pause for _, _, pause in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE_HOST, values)


def enter(authority: str) -> bool:
    """Take the gate of a host for a request that no job stands for, or that was redirected there
    in the middle.

    `leave` opens it again; where nobody does, the end of the lease does.

    Returns:
        False while the host is being asked, in its gap or paused.
    """
    Host.objects.get_or_create(authority=authority)
    rests = Q(next_request_at__gt=Now()) | Q(paused_until__gt=Now())
    held = Now() + timedelta(seconds=settings.INGEST["lease"])
    return bool(Host.objects.exclude(rests).filter(pk=authority).update(next_request_at=held))


def leave(authority: str, seconds: float = 0) -> None:
    """Open a gate that was entered, after the host's gap; see `release_host`."""
    _open_gates([(authority, seconds, None)])
