"""Writes the outcome of a poll: items, the articles they lead to, validators, the next poll."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import decide, lease
from sources.ingest.decide import OK, UNCHANGED, FeedFacts, Outcome
from sources.ingest.feedparse import ParsedFeed
from sources.ingest.fetch import Hop, Response
from sources.ingest.lease import Claimed
from sources.ingest.store import articles, items, log
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
        articles.lock_making()
        if parsed is not None:
            items.take_in(feed, parsed, claimed.run, now, counts)
        elif not outcome.points:
            items.open_waiting(feed, claimed.run, now)
        log.fetched(
            claimed,
            outcome,
            feed.url,
            response,
            hops=hops,
            raw_sha256=raw_sha256,
            new=counts.new,
            updated=counts.updated,
            same=counts.same,
            bad=counts.bad,
        )
        _note_poll(feed, outcome, response, parsed, counts, now)
        _give_back(claimed, feed, outcome, parsed, now)
        pause = decide.host_pause(outcome)
        lease.release_host(
            claimed,
            response.elapsed if response else 0,
            pause.total_seconds() if pause is not None else None,
        )
    return outcome


def _note_poll(
    feed: Feed,
    outcome: Outcome,
    response: Response | None,
    parsed: ParsedFeed | None,
    counts: Counts,
    now: datetime,
) -> None:
    """Update the facts observed; validators only together with the items they stand for."""
    facts: dict[str, Any] = {
        "last_attempt_at": now,
        "last_outcome": outcome.kind,
        "last_detail": outcome.detail[:500],
        "gap_seen_at": feed.gap_seen_at,
    }
    if outcome.points:
        feed.failures += outcome.points
        feed.failing_since = feed.failing_since or now
        if outcome.kind in UNREADABLE:
            facts |= {"etag": "", "last_modified": "", "body_sha256": None}
        if outcome.kind == "http_410":
            facts |= _gone(feed, now)
    elif outcome.kind in (OK, UNCHANGED):
        feed.failures, feed.failing_since = 0, None
        facts |= {"last_ok_at": now, "gone_since": None}
        facts |= {"last_new_at": now} if counts.new else {}
    facts |= {"failures": feed.failures, "failing_since": feed.failing_since}
    if parsed is not None and response is not None:
        facts |= _read(feed, response, parsed, now)
    Feed.objects.filter(pk=feed.pk).update(**facts)


def _gone(feed: Feed, now: datetime) -> dict[str, Any]:
    """Two answers 'gone' far enough apart end the polling; one alone may be a slip."""
    if feed.gone_since and now - feed.gone_since >= decide.GONE_TWICE_APART:
        return {"enabled": False}
    return {"gone_since": feed.gone_since or now}


def _read(feed: Feed, response: Response, parsed: ParsedFeed, now: datetime) -> dict[str, Any]:
    etag, modified = response.header("etag"), response.header("last-modified")
    return {
        "etag": etag if len(etag) <= 512 and etag.isprintable() else "",
        "last_modified": modified if len(modified) <= 128 and modified.isprintable() else "",
        "body_sha256": hashlib.sha256(response.body).digest(),
        "last_full_at": now,
        "title": parsed.title or feed.title,
        "site_url": parsed.site_url or feed.site_url,
        "format": parsed.format,
        "language": parsed.language or feed.language,
    }


def _give_back(
    claimed: Claimed, feed: Feed, outcome: Outcome, parsed: ParsedFeed | None, now: datetime
) -> None:
    tries = claimed.tries + 1 if outcome.points else 0
    again = decide.next_poll(
        FeedFacts(
            feed.failures,
            feed.failing_since,
            feed.poll_minutes,
            parsed.ttl_minutes if parsed else None,
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
    )
