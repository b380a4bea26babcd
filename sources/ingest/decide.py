"""Decides from values what an answer means, when to ask again, and whether a text is new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from email.utils import parsedate_to_datetime

OK, UNCHANGED, LATER = "ok", "unchanged", "later"

# How much a failure weighs: a passing fault little, an answer that says no in so many words most.
POINTS = {
    "local_outage": 0.0,
    "dns_temp": 0.25,
    "http_429": 0.25,
    "http_503": 0.25,
    "bug": 0.25,
    "ssrf_blocked": 1.0,
    "bad_url": 1.0,
    "too_large": 1.0,
    "http_410": 1.0,
}
POINTS_OF_THE_REST = 0.5
RETRIED_IN_RUN = frozenset(
    [
        "dns_temp",
        "connect",
        "reset",
        "timeout",
        "deadline",
        "http_5xx",
        "http_503",
        "http_429",
        "bad_encoding",
        "empty_body",
    ]
)
BLOCKED = frozenset(
    [
        "http_401",
        "http_402",
        "http_403",
        "http_407",
        "http_451",
        "challenge",
        "ssrf_blocked",
    ]
)
DORMANT_POINTS, DORMANT_AFTER = 30.0, timedelta(days=30)
FAILING_POINTS = 5.0
GONE_TWICE_APART = timedelta(hours=20)
LONGEST_PAUSE = timedelta(hours=24)
LONGEST_WAIT_IN_RUN = timedelta(minutes=10)
UNREADABLE_PAUSE = timedelta(hours=1)
HOST_PAUSED_BY = frozenset(["connect", "reset", "timeout", "deadline"])
HOST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer means: its class, in words of the log, and the pause the host asked for."""

    kind: str
    detail: str = ""
    pause: timedelta | None = None

    @property
    def points(self) -> float:
        """What it adds to a feed's failures; 0 for a success."""
        if self.kind in (OK, UNCHANGED, LATER):
            return 0.0
        return POINTS.get(self.kind, POINTS_OF_THE_REST)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or a date; None when unreadable.

    Never negative and never above 24 hours, whatever the server dreams of.
    """
    value = value.strip()
    if value.isdigit():
        wait = timedelta(seconds=min(int(value[:9]), 10**8))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=now.tzinfo)
        wait = moment - now
    return min(max(wait, timedelta(0)), LONGEST_PAUSE)


def http_outcome(status: int, header: dict[str, str], now: datetime) -> Outcome:
    """Classify an HTTP answer by its status and headers (names in lower case)."""
    if status == 304:
        return Outcome(UNCHANGED)
    if 200 <= status < 300:
        return Outcome(OK)
    if header.get("cf-mitigated") == "challenge":
        return Outcome("challenge", "The site asks visitors to prove that they are people.")
    said = f"The site answered {status}."
    if status in (429, 503):
        asked = header.get("retry-after", "")
        if status == 503 and not asked:
            return Outcome("http_503", said)
        pause = retry_after(asked, now) if asked else None
        return Outcome(f"http_{status}", said, UNREADABLE_PAUSE if pause is None else pause)
    if status in (401, 402, 403, 404, 407, 410, 451):
        return Outcome(f"http_{status}", said)
    return Outcome("http_5xx" if status >= 500 else "http_4xx", said)


def host_pause(outcome: Outcome) -> timedelta | None:
    """How long no other address of the same host is asked after this outcome."""
    if outcome.pause is not None:
        return outcome.pause
    return HOST_PAUSE if outcome.kind in HOST_PAUSED_BY else None


def pause_seconds(outcome: Outcome) -> float | None:
    """`host_pause` in seconds."""
    pause = host_pause(outcome)
    return None if pause is None else pause.total_seconds()


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What the next poll of a feed depends on."""

    failures: float = 0.0
    failing_since: datetime | None = None
    interval_minutes: float | None = None  # null: asked nightly
    least_minutes: int | None = None  # the publisher's wish


@dataclass(frozen=True, slots=True)
class Again:
    """When a job is due again, and whether the run it belongs to goes on waiting for it."""

    due_at: datetime
    in_run: bool = False


def is_dormant(facts: FeedFacts, now: datetime) -> bool:
    """Whether a feed failed so long that it is asked once a week only."""
    if facts.failing_since is None:
        return False
    long = now - facts.failing_since >= DORMANT_AFTER
    return long or facts.failures >= DORMANT_POINTS


def next_poll(
    facts: FeedFacts,
    outcome: Outcome,
    now: datetime,
    *,
    base: timedelta,
    tries: int,
    retries: Sequence[float],
    jitter: float,
) -> Again:
    """When to ask a feed again.

    Args:
        facts: the feed as it stands after this outcome was counted.
        outcome: what just happened.
        base: the interval of a healthy feed without one of its own.
        tries: failures within the present run, this one included.
        retries: seconds to wait before each further try within a run.
        jitter: 0 to 1, spreads feeds that would be asked in the same second.
    """
    if outcome.kind in RETRIED_IN_RUN and tries <= len(retries):
        wait = timedelta(seconds=retries[tries - 1])
        if _is_soon(outcome):
            return Again(now + max(wait, outcome.pause or wait), in_run=True)
    interval, spread = _interval(facts, outcome, now, base), jitter - 0.5
    if facts.interval_minutes is None:
        spread = max(0.0, spread)  # never before the night that would ask anyway
    wait = interval * (1 + 0.2 * spread)
    least = timedelta(minutes=min(facts.least_minutes or 0, 24 * 60))
    return Again(now + max(wait, least, outcome.pause or timedelta(0)))


def _interval(facts: FeedFacts, outcome: Outcome, now: datetime, base: timedelta) -> timedelta:
    """The time between polls of a feed in this condition, before it is spread."""
    own = facts.interval_minutes
    interval = timedelta(minutes=own) if own is not None else base
    if is_dormant(facts, now):
        return timedelta(days=7)
    if outcome.kind == "http_410" or outcome.kind in BLOCKED:
        return timedelta(days=1)
    if outcome.points:
        return min(interval * max(1.0, facts.failures), max(interval, LONGEST_PAUSE))
    return interval


def next_check(
    first_seen: datetime, now: datetime, schedule: Sequence[float], watched: bool
) -> datetime | None:
    """When an article is looked at again for silent edits; None when never.

    Args:
        schedule: days after `first_seen`; on watched articles the last step repeats for a year.
        watched: whether the article carries evidence.
    """
    soonest = now + timedelta(hours=1)
    ahead = [first_seen + timedelta(days=days) for days in schedule]
    step = next((due for due in ahead if due > soonest), None)
    if step is None and watched and now - first_seen < timedelta(days=365):
        return now + timedelta(days=schedule[-1])
    return step


def page_retry(
    outcome: Outcome, tries: int, now: datetime, retries: Sequence[float]
) -> Again | None:
    """When a page that failed is asked again; None when it is given up."""
    if outcome.kind not in RETRIED_IN_RUN or tries > len(retries):
        return None
    wait = timedelta(seconds=retries[tries - 1])
    return Again(now + max(wait, outcome.pause or wait), in_run=_is_soon(outcome))


def _is_soon(outcome: Outcome) -> bool:
    """Whether a run should wait for what the host asked for."""
    return outcome.pause is None or outcome.pause <= LONGEST_WAIT_IN_RUN


# What changes on a page while nobody edits it: clocks, "5 minutes ago", counters.
_UNITS = r"(?:second|minute|min|hour|hr|day|week|seconde|heure|jour|semaine)s?"
_TICKING = re.compile(
    rf"\b\d+ ?{_UNITS} ago\b|\bil y a \d+ ?{_UNITS}\b"
    r"|\b\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?(?!\w)|\b\d{1,2} ?h ?\d{2}\b"
    r"|\b[\d,. ]*\d (?:comment|view|share|like|read|commentaire|vue|partage|lecture)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a newly extracted text is to the current version: its kind, and how alike they are."""

    kind: str  # first, same, publisher_edit, extractor_upgrade
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The current version, as far as the comparison needs it."""

    title: str
    text: str
    extractor: str
    raw_sha256: str
    author: str = ""  # "" where the page named nobody


def revision(known: Known | None, now: Known, before: tuple[str, str] | None = None) -> Revision:
    """Compare what was extracted with the current version only, so that A, B, A is three.

    Args:
        known: the current version; None when there is none.
        now: what was extracted.
        before: title and text of the current version's bytes as they are read today, where they
            were read by another extractor; None when they are lost. What differs from them is the
            publisher's doing, the rest is ours.
    """
    if known is None:
        return Revision("first")
    ours = known.raw_sha256 == now.raw_sha256 or known.extractor != now.extractor
    if (known.title, known.text) == (now.title, now.text):
        signed = known.author and now.author and known.author != now.author and not ours
        return Revision("publisher_edit" if signed else "same", 1.0)
    title, text = before or (known.title, known.text)
    edited = _still(title) != _still(now.title) or _still(text) != _still(now.text)
    if edited and (before or not ours):
        return Revision("publisher_edit", _similarity(text, now.text))
    if ours:
        return Revision("extractor_upgrade", _similarity(known.text, now.text))
    return Revision("same", 1.0)


def _still(text: str) -> str:
    """The text with whatever ticks by itself standing still."""
    return _TICKING.sub("#", text)


def _similarity(before: str, after: str) -> float:
    """Share of words in common order, 0 to 1; an upper bound for very long texts."""
    matcher = SequenceMatcher(None, before.split(), after.split(), autojunk=False)
    long = len(before) + len(after) > 100_000
    return round(matcher.quick_ratio() if long else matcher.ratio(), 4)
