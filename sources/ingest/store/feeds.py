"""Writes the outcome of a poll: items, the articles they lead to, validators, the next poll."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import decide, identify, lease
from sources.ingest.dates import Date, choose
from sources.ingest.decide import OK, UNCHANGED, FeedFacts, Outcome
from sources.ingest.feedparse import Item, ParsedFeed
from sources.ingest.fetch import Hop, Response
from sources.ingest.lease import Claimed
from sources.ingest.store import articles, log
from sources.ingest.store.articles import Lead
from sources.models import Feed, FeedItem, Job

# After these the next poll asks for the whole feed: a 304 would only repeat what we cannot read.
UNREADABLE = frozenset(["not_a_feed", "too_large", "bad_encoding", "empty_body"])
MOST_CHANGES = 24  # an item that changes more often carries a clock, not news


@dataclass(slots=True)
class Counts:
    """What became of the items of one poll."""

    new: int = 0
    updated: int = 0
    same: int = 0
    bad: int = 0


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
            _store_items(feed, parsed, claimed.run, now, counts)
        elif not outcome.points:
            _open_waiting(feed, claimed.run, now)
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


# --- items ---------------------------------------------------------------------------------


def _store_items(
    feed: Feed, parsed: ParsedFeed, run: int | None, now: datetime, counts: Counts
) -> None:
    identity = identify.choose_identity(parsed.items, feed.identity)
    if identity != feed.identity:
        feed.identity = identity
        feed.save(update_fields=["identity"])
    offered = {identify.guid_key(item, identity): item for item in reversed(parsed.items)}
    held = _held(feed, offered)
    _note_gap(feed, held, now)
    fresh: list[FeedItem] = []
    changed: list[FeedItem] = []
    seen: list[int] = []
    for key, item in offered.items():
        row = held.get(key)
        if row is None:
            fresh.append(_row(feed, key, item, parsed))
            counts.new += 1
        elif _update(row, item):
            changed.append(row)
            counts.updated += 1
        else:
            counts.same += 1
        if row is not None:
            seen.append(row.pk)
    FeedItem.objects.bulk_create(fresh, ignore_conflicts=True)
    FeedItem.objects.filter(pk__in=seen).update(last_seen=now)
    FeedItem.objects.bulk_update(
        changed, ["title", "summary", "item_hash", "hash_changes", "updated_at"]
    )
    _recheck(changed, run, now)
    _open_waiting(feed, run, now, parsed.language)


def _held(feed: Feed, offered: dict[bytes, Item]) -> dict[bytes, FeedItem]:
    """The rows of items we have, by the key they are offered under now.

    A publisher that changes its identifiers from http to https, or makes new ones for old links,
    is known by the alternative key.
    """
    rows = {bytes(row.guid_key): row for row in feed.items.filter(guid_key__in=list(offered))}
    missing = {identify.alt_key(item): key for key, item in offered.items() if key not in rows}
    for row in feed.items.filter(alt_key__in=list(missing)):
        key = missing[bytes(row.alt_key)]
        # where one guid covers many links, or one link many entries, only the full key tells
        if feed.identity == "guid":
            rows.setdefault(key, row)
    return rows


def _note_gap(feed: Feed, held: dict[bytes, FeedItem], now: datetime) -> None:
    """Two polls that share nothing may have missed what stood between them."""
    if feed.last_full_at is not None and not held and feed.items.exists():
        feed.gap_seen_at = now


def _row(feed: Feed, key: bytes, item: Item, parsed: ParsedFeed) -> FeedItem:
    return FeedItem(
        feed=feed,
        guid_key=key,
        alt_key=identify.alt_key(item),
        guid=item.guid[:2048],
        link=item.link,
        title=item.title,
        summary=item.summary,
        author=item.author,
        outlet=item.outlet,
        published_raw=item.published_raw[:120],
        published_at=item.published.at if item.published else None,
        updated_at=item.updated.at if item.updated else None,
        item_hash=identify.item_hash(item),
        waiting=bool(item.link) and not identify.is_aggregator(item.link),
    )


def _update(row: FeedItem, item: Item) -> bool:
    """Take over what changed in an item we have. True when something did."""
    new_hash = identify.item_hash(item)
    if bytes(row.item_hash) == new_hash or row.hash_changes >= MOST_CHANGES:
        return False
    row.title, row.summary, row.item_hash = item.title, item.summary, new_hash
    row.updated_at = item.updated.at if item.updated else row.updated_at
    row.hash_changes += 1
    return True


def _recheck(changed: Sequence[FeedItem], run: int | None, now: datetime) -> None:
    """An item that changed may stand for a page that changed: look now."""
    ids = [row.article_id for row in changed if row.article_id]
    Job.objects.filter(article_id__in=ids, kind="page", due_at__gt=now).update(
        due_at=now, run_id=run
    )


def _open_waiting(feed: Feed, run: int | None, now: datetime, language: str = "") -> None:
    """Make articles of the newest items that wait for it, as many as one night allows."""
    rows = list(
        feed.items.filter(waiting=True).order_by("-published_at", "-pk")[
            : settings.INGEST["new_per_feed"]
        ]
    )
    leads = {row.pk: _lead(row, language or feed.language, now) for row in rows}
    found = articles.make(
        list(leads.values()), feed=feed, run=run, now=now, fetch_pages=feed.fetch_pages
    )
    for row in rows:
        row.article_id = found.get(identify.url_key(leads[row.pk].url))
        row.waiting = False
    FeedItem.objects.bulk_update(rows, ["article", "waiting"])


def _lead(row: FeedItem, language: str, now: datetime) -> Lead:
    candidates = {
        "feed": Date(row.published_at, "second", ()) if row.published_at else None,
        "feed_updated": Date(row.updated_at, "second", ()) if row.updated_at else None,
    }
    chosen = choose(candidates, first_seen=row.first_seen, now=now)
    return Lead(
        url=row.link,
        title=row.title,
        author=row.author,
        language=language,
        published_at=chosen.published_at,
        precision=chosen.precision,
        origin=chosen.origin,
        flags=chosen.flags,
    )


# --- the feed itself -------------------------------------------------------------------------


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
