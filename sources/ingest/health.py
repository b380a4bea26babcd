"""Words for the health of a feed and a run, derived from stored facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sources.ingest.decide import BLOCKED, FAILING_POINTS, FeedFacts, is_dormant

QUIET_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Observed:
    """The facts of a feed its health is read from."""

    enabled: bool
    failures: float
    failing_since: datetime | None
    last_outcome: str
    last_attempt_at: datetime | None
    last_ok_at: datetime | None
    last_new_at: datetime | None
    gone_since: datetime | None
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """One word for a feed, and since when it holds.

    The words: new, working, quiet, unsteady, failing, blocked, dormant, gone, paused, stuck.
    """

    word: str
    since: datetime | None = None

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look."""
        return self.word in {"failing", "blocked", "dormant", "gone", "stuck"}


def feed_health(seen: Observed, now: datetime) -> Health:
    """The one word that says most about the feed, worst first."""
    if not seen.enabled:
        return Health("gone", seen.gone_since) if seen.gone_since else Health("paused")
    if seen.stuck:
        return Health("stuck", seen.last_attempt_at)
    if seen.last_attempt_at is None:
        return Health("new")
    if seen.failures:
        facts = FeedFacts(seen.failures, seen.failing_since)
        if seen.last_outcome in BLOCKED:
            return Health("blocked", seen.failing_since)
        if is_dormant(facts, now):
            return Health("dormant", seen.failing_since)
        word = "failing" if seen.failures >= FAILING_POINTS else "unsteady"
        return Health(word, seen.failing_since)
    last = seen.last_new_at or seen.last_ok_at
    if last is not None and now - last >= QUIET_AFTER:
        return Health("quiet", last)
    return Health("working", seen.last_ok_at)
