"""Writes the outcome of a poll: items, the articles they lead to, validators, the next poll."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import decide, lease, polling, rows
from sources.ingest.decide import LATER, OK, UNCHANGED, FeedFacts, Outcome
from sources.ingest.feedparse import ParsedFeed
from sources.ingest.fetch import Hop, Response
from sources.ingest.lease import Claimed
from sources.ingest.polling import LOCAL_OUTAGE
from sources.ingest.store import articles, items, log, moves, outage
from sources.ingest.store.items import Counts
from sources.models import Feed, FeedItem, Fetch

# After these the next poll asks for the whole feed: a 304 would only repeat what we cannot read.
UNREADABLE = frozenset(["not_a_feed", "too_large", "bad_encoding", "empty_body"])


@dataclass(frozen=True, slots=True)
class Poll:
    """What came of asking a feed.

    `parsed` is the feed's content, None when it failed or did not change; `hops` are redirects of
    an attempt that failed on the way; `raw_sha256` is what the body is kept under, if it is.
    """

    claimed: Claimed
    feed: Feed
    outcome: Outcome
    response: Response | None = None
    parsed: ParsedFeed | None = None
    hops: tuple[Hop, ...] = ()
    raw_sha256: str = ""

    @property
    def seconds(self) -> float:
        """How long the answer took; 0 where none came."""
        return self.response.elapsed if self.response else 0.0


def feed_polled(poll: Poll) -> Outcome:
    """Write everything one poll brought and give the job back, in one transaction.

    Raises:
        LostLeaseError: another worker took the feed over; nothing was written.
    """
    now = timezone.now()
    with transaction.atomic():
        lease.hold([poll.claimed])
        if not _still_polled([poll.feed.pk]):
            poll = Poll(poll.claimed, poll.feed, Outcome(LATER, "Paused meanwhile."))
        poll = replace(poll, outcome=outage.judged(poll.claimed, poll.outcome, now))
        counts = Counts(bad=poll.parsed.bad if poll.parsed else 0)
        _store_items(poll, counts, now)
        _log(poll, counts).save(force_insert=True)
        facts, moved = _noted(poll, counts, now)
        if facts:
            Feed.objects.filter(pk=poll.feed.pk).update(**facts)
        lease.finish(poll.claimed, **_given_back(poll, now, moved))
        lease.release_host(poll.claimed, poll.seconds, decide.pause_seconds(poll.outcome))
    return poll.outcome


def feeds_unchanged(polls: Sequence[Poll]) -> dict[int, str]:
    """Write polls that brought nothing new, in a transaction that holds their jobs. Returns the
    outcome class of each."""
    now = timezone.now()
    feeds = [poll.feed.pk for poll in polls]
    waiting = set(
        FeedItem.objects.filter(feed__in=feeds, waiting=True).values_list("feed", flat=True)
    )
    plain = _still_polled(feeds) - waiting
    words = {
        poll.claimed.job: feed_polled(poll).kind for poll in polls if poll.feed.pk not in plain
    }
    quiet = [poll for poll in polls if poll.feed.pk in plain]
    rows.insert([_log(poll, Counts()) for poll in quiet])
    noted = [(poll, *_noted(poll, Counts(), now)) for poll in quiet]
    rows.update(Feed, ((poll.feed.pk, facts) for poll, facts, _ in noted))
    lease.finish_all([(poll.claimed, _given_back(poll, now, job)) for poll, _, job in noted])
    lease.release_hosts((poll.claimed, poll.seconds, None) for poll in quiet)
    return words | dict.fromkeys((poll.claimed.job for poll in quiet), UNCHANGED)


def feed_rests(claimed: Claimed, feed: Feed) -> Outcome:
    """Let a paused feed rest for a day."""
    due = timezone.now() + timedelta(days=1)
    with transaction.atomic():
        lease.finish(claimed, run_id=None, due_at=due, tries=0, **moves.home(feed.url))
        lease.release_host(claimed)
    return Outcome(LATER, "The feed is paused.")


def _log(poll: Poll, counts: Counts) -> Fetch:
    """The row of the attempt, not yet written."""
    return log.row(
        poll.claimed,
        poll.outcome,
        poll.feed.url,
        poll.response,
        hops=poll.hops,
        raw_sha256=poll.raw_sha256,
        **asdict(counts),
    )


def _store_items(poll: Poll, counts: Counts, now: datetime) -> None:
    """Store what came, or open what waited where nothing did."""
    feed, run = poll.feed, poll.claimed.run
    if poll.parsed is not None:
        articles.lock_making()
        items.take_in(feed, poll.parsed, run, now, counts)
    elif poll.outcome.kind == UNCHANGED and feed.items.filter(waiting=True).exists():
        articles.lock_making()
        items.open_waiting(feed, run, now)


def _still_polled(feeds: Sequence[int]) -> set[int]:
    """Those that nobody paused while they were asked. They are held, so that nobody does now."""
    held = Feed.objects.select_for_update(no_key=True).filter(pk__in=feeds, enabled=True)
    return set(held.order_by("pk").values_list("pk", flat=True))


def _noted(poll: Poll, counts: Counts, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts observed; validators only together with the items they stand for.

    Returns:
        Changes to the feed; and to its job, where the feed has moved to another host.
    """
    feed, outcome, response = poll.feed, poll.outcome, poll.response
    if outcome.kind == LATER:
        return {}, {}
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
        facts |= _read(feed, response, poll.parsed, now) if response.body else {}
        facts |= _pace(feed, response, poll.parsed, counts)
        moved, job = moves.note(feed, response, now)
        facts |= moved
    return facts | {"failures": feed.failures, "failing_since": feed.failing_since}, job


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


def _given_back(poll: Poll, now: datetime, moved: dict[str, Any]) -> dict[str, Any]:
    """What the job becomes for the next poll."""
    claimed, feed, outcome = poll.claimed, poll.feed, poll.outcome
    if outcome.kind == LOCAL_OUTAGE:
        return {"due_at": outage.again(now)}
    if outcome.kind == LATER:
        due = now + timedelta(days=1)
        return {"run_id": None, "due_at": due, "tries": 0, **moves.home(feed.url)}
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
    if again.in_run:
        return {"due_at": again.due_at, "run_id": claimed.run, "tries": tries}
    return {"due_at": again.due_at, "run_id": None, "tries": 0, **moves.home(feed.url), **moved}
