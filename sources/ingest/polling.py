"""Decides how often a feed is asked, where it has moved to, and whether our own network is down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

SOONEST, RAREST = 15.0, 24 * 60.0  # minutes between polls
MOVED_HITS, MOVED_FOR = 3, timedelta(hours=48)
PERMANENT = frozenset([301, 308])
MAX_ETAG, MAX_MODIFIED = 512, 128  # characters; longer validators are not ours to carry about

# Errors that look the same from here whether a site is down or our own line is.
NETWORK = frozenset(["dns_temp", "dns_none", "connect"])
LOCAL_OUTAGE = "local_outage"
OUTAGE_HOSTS, OUTAGE_SHARE, OUTAGE_WINDOW = 5, 0.8, timedelta(minutes=5)


def adapted(asked_for: int, current: float | None, new: int, offered: int) -> float:
    """The minutes until the next poll of a feed that an editor wants asked during the day.

    A feed of which more than two thirds were new is asked sooner by a third, down to 15 minutes;
    one of which less than a third was new is asked later by a fifth, up to what the editor chose:
    a feed that is to be asked every 15 minutes must not be forgotten in the days before the news.

    Args:
        asked_for: the minutes the editor set; where it starts, and the most.
        current: the interval used last; None at first.
        new, offered: new items, and all items the feed showed. None offered: nothing changed.
    """
    minutes = current or float(asked_for)
    share = new / offered if offered else 0.0
    if share > 0.67:
        minutes *= 0.67
    elif share < 0.33:
        minutes *= 1.2
    return max(min(minutes, float(asked_for)), SOONEST)


def least_wait(ttl_minutes: int | None, cache_control: str) -> int:
    """The minutes a publisher wants to be left alone: the feed's ttl or `max-age` (RFC 9111,
    5.2.2.1), whichever is longer, at most a day."""
    found = re.search(r"(?:^|[\s,])max-age=\"?(\d{1,9})", cache_control.lower())
    minutes = int(found[1]) // 60 if found else 0
    return min(max(minutes, ttl_minutes or 0), int(RAREST))


def validators(etag: str, last_modified: str, now: datetime) -> tuple[str, str]:
    """ETag and Last-Modified as they may be sent back; empty where they can't be trusted.

    A Last-Modified of the future would have every later change answered with 304.
    """
    if len(etag) > MAX_ETAG or not etag.isprintable():
        etag = ""
    if len(last_modified) > MAX_MODIFIED or not last_modified.isprintable():
        last_modified = ""
    try:
        ahead = bool(last_modified) and parsedate_to_datetime(last_modified) > now
    except (ValueError, TypeError, IndexError):
        ahead = False  # sent back verbatim, it means what the server wants it to mean
    return etag, "" if ahead else last_modified


@dataclass(frozen=True, slots=True)
class Moving:
    """A permanent redirect as seen so far: where to, since when, how many good polls."""

    to: str = ""
    since: datetime | None = None
    hits: int = 0


def seen_moving(url: str, hops: Sequence[tuple[int, str]], now: datetime, before: Moving) -> Moving:
    """What a good poll of `url` says about a move.

    Args:
        hops: status and target of each redirect, in order.
    """
    if not hops or any(status not in PERMANENT for status, _ in hops) or hops[-1][1] == url:
        return Moving()
    target = hops[-1][1]
    if target != before.to or before.since is None:
        return Moving(target, now, 1)
    return Moving(target, before.since, before.hits + 1)


def has_moved(url: str, moving: Moving, now: datetime) -> bool:
    """Whether to believe a permanent redirect: three good polls over two days, or at once when
    only the scheme became https."""
    if not moving.to or moving.since is None:
        return False
    before, after = urlsplit(url), urlsplit(moving.to)
    secured = (before.scheme, after.scheme) == ("http", "https") and before[1:] == after[1:]
    return secured or (moving.hits >= MOVED_HITS and now - moving.since >= MOVED_FOR)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to fetch: its host, what came of it, and whether anything answered."""

    host: str
    kind: str
    answered: bool


def network_down(attempts: Sequence[Attempt]) -> bool:
    """Whether the attempts of the last minutes say that it is our own network that is down.

    Once it was found down it stays so until something answers.
    """
    if any(attempt.answered for attempt in attempts):
        return False
    if any(attempt.kind == LOCAL_OUTAGE for attempt in attempts):
        return True
    hosts = {attempt.host for attempt in attempts}
    failing = {attempt.host for attempt in attempts if attempt.kind in NETWORK}
    return len(hosts) >= OUTAGE_HOSTS and len(failing) >= OUTAGE_SHARE * len(hosts)
