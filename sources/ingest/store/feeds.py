"""Writes the outcome of a poll: items, the articles they lead to, validators, the next poll."""

from __future__ import annotations

import hashlib
import random
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import decide, lease, polling
from sources.ingest.decide import LATER, OK, UNCHANGED, FeedFacts, Outcome
from sources.ingest.feedparse import ParsedFeed
from sources.ingest.fetch import Hop, Response
from sources.ingest.lease import Claimed
from sources.ingest.polling import LOCAL_OUTAGE
from sources.ingest.store import articles, items, log, moves, outage
from sources.ingest.store.items import Counts
from sources.models import Feed

# After these the next poll asks for the whole feed: a 304 would only repeat what we cannot read.
UNREADABLE = frozenset(["not_a_feed", "too_large", "bad_encoding", "empty_body"])


def feed_polled(
    claimed: Claimed,
    feed: Feed,
    outcome: Outcome,
    response: Response | None,
    parsed: ParsedFeed | None,
    *,
    hops: tuple[Hop, ...] = (),
    raw_sha256: str = "",
) -> Outcome:
    """Write everything one poll brought and give the job back, in one transaction.

    Args:
        parsed: the feed's content; None when it failed or did not change.
        hops: redirects of an attempt that failed on the way.
        raw_sha256: the hash the body is kept under; empty when there is none.

    Raises:
        LostLeaseError: another worker took the feed over; nothing was written.
    """
    now = timezone.now()
    counts = Counts(bad=parsed.bad if parsed else 0)
    with transaction.atomic():
        if not _still_polled(feed):
            outcome, response, parsed = Outcome(LATER, "Paused meanwhile."), None, None
        outcome = outage.judged(claimed, outcome, now)
        _store_items(claimed, feed, outcome, parsed, counts, now)
        log.fetched(
            claimed,
            outcome,
            feed.url,
            response,
            hops=hops,
            raw_sha256=raw_sha256 if parsed is not None else "",
            **asdict(counts),
        )
        moved = _note_poll(feed, outcome, response, parsed, counts, now)
        _give_back(claimed, feed, outcome, now, moved)
        lease.release_host(
            claimed, response.elapsed if response else 0, decide.pause_seconds(outcome)
        )
    return outcome


def feed_rests(claimed: Claimed, feed: Feed) -> Outcome:
    """Let a paused feed rest for a day."""
    due = timezone.now() + timedelta(days=1)
    with transaction.atomic():
        lease.finish(claimed, run_id=None, due_at=due, tries=0, **moves.home(feed.url))
        lease.release_host(claimed)
    return Outcome(LATER, "The feed is paused.")


def _store_items(
    claimed: Claimed,
    feed: Feed,
    outcome: Outcome,
    parsed: ParsedFeed | None,
    counts: Counts,
    now: datetime,
) -> None:
    """Store what came, or open what waited where nothing did."""
    if parsed is not None:
        articles.lock_making()
        items.take_in(feed, parsed, claimed.run, now, counts)
    elif outcome.kind == UNCHANGED and feed.items.filter(waiting=True).exists():
        articles.lock_making()
        items.open_waiting(feed, claimed.run, now)


def _still_polled(feed: Feed) -> bool:
    """Whether nobody paused the feed while it was asked. It is held, so that nobody does now."""
    return Feed.objects.select_for_update(no_key=True).filter(pk=feed.pk, enabled=True).exists()


def _note_poll(
    feed: Feed,
    outcome: Outcome,
    response: Response | None,
    parsed: ParsedFeed | None,
    counts: Counts,
    now: datetime,
) -> dict[str, Any]:
    """Update the facts observed; validators only together with the items they stand for.

    Returns:
        Changes to the feed's job, where the feed has moved to another host.
    """
    if outcome.kind == LATER:
        return {}
    facts: dict[str, Any] = {
        "last_attempt_at": now,
        "last_outcome": outcome.kind,
        "last_detail": outcome.detail[:500],
        "gap_seen_at": feed.gap_seen_at,
    }
    job: dict[str, Any] = {}
    if outcome.points:
        feed.failures += outcome.points
        feed.failing_since = feed.failing_since or now
        facts |= _refused(feed, outcome, now)
    elif outcome.kind in (OK, UNCHANGED) and response is not None:
        feed.failures, feed.failing_since = 0, None
        facts |= {"last_ok_at": now, "gone_since": None}
        facts |= {"last_new_at": now} if counts.new else {}
        facts |= _read(feed, response, parsed, now) if response.body else {}
        facts |= _pace(feed, response, parsed, counts)
        moved, job = moves.note(feed, response, now)
        facts |= moved
    facts |= {"failures": feed.failures, "failing_since": feed.failing_since}
    Feed.objects.filter(pk=feed.pk).update(**facts)
    return job


def _refused(feed: Feed, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """What a failure leaves behind.

    Two answers 'gone' far enough apart end the polling; one alone may be a slip.
    """
    facts: dict[str, Any] = {}
    if outcome.kind in UNREADABLE:
        facts = {"etag": "", "last_modified": "", "body_sha256": None}
    if outcome.kind == "http_410":
        gone = feed.gone_since is not None and now - feed.gone_since >= decide.GONE_TWICE_APART
        facts |= {"enabled": False} if gone else {"gone_since": feed.gone_since or now}
    return facts


def _read(
    feed: Feed, response: Response, parsed: ParsedFeed | None, now: datetime
) -> dict[str, Any]:
    """What a whole body brought, be it the same as before: its validators, and its description."""
    etag, modified = polling.validators(
        response.header("etag"), response.header("last-modified"), now
    )
    facts: dict[str, Any] = {"etag": etag, "last_modified": modified, "last_full_at": now}
    if parsed is not None:
        facts |= {
            "body_sha256": hashlib.sha256(response.body).digest(),
            "title": parsed.title or feed.title,
            "site_url": parsed.site_url or feed.site_url,
            "format": parsed.format,
            "language": parsed.language or feed.language,
        }
    return facts


def _pace(
    feed: Feed, response: Response, parsed: ParsedFeed | None, counts: Counts
) -> dict[str, Any]:
    """How often the feed is asked from now on, by its editor's wish and its publisher's."""
    ttl = parsed.ttl_minutes if parsed else feed.least_minutes
    feed.least_minutes = polling.least_wait(ttl, response.header("cache-control"))
    if feed.poll_minutes is None:
        feed.interval_minutes = None
    else:
        offered = counts.new + counts.updated + counts.same
        feed.interval_minutes = polling.adapted(
            feed.poll_minutes, feed.interval_minutes, counts.new, offered
        )
    return {"least_minutes": feed.least_minutes, "interval_minutes": feed.interval_minutes}


def _give_back(
    claimed: Claimed,
    feed: Feed,
    outcome: Outcome,
    now: datetime,
    moved: dict[str, Any],
) -> None:
    if outcome.kind == LOCAL_OUTAGE:
        lease.finish(claimed, due_at=outage.again(now))
        return
    if outcome.kind == LATER:
        due = now + timedelta(days=1)
        lease.finish(claimed, run_id=None, due_at=due, tries=0, **moves.home(feed.url))
        return
    tries = claimed.tries + 1 if outcome.points else 0
    own = feed.interval_minutes or feed.poll_minutes
    again = decide.next_poll(
        FeedFacts(
            feed.failures,
            feed.failing_since,
            own if feed.poll_minutes is not None else None,
            feed.least_minutes,
        ),
        outcome,
        now,
        base=timedelta(hours=settings.INGEST["poll_hours"]),
        tries=tries,
        retries=settings.INGEST["run_retries"] if claimed.run else (),
        jitter=random.random(),
    )
    lease.finish(
        claimed,
        due_at=again.due_at,
        run_id=claimed.run if again.in_run else None,
        tries=tries if again.in_run else 0,
        **({} if again.in_run else moves.home(feed.url) | moved),
    )
