"""Which word a feed's facts amount to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sources.ingest.health import Observed, feed_health

NOW = datetime(2026, 3, 9, tzinfo=UTC)
AGO = NOW - timedelta(days=2)
GOOD = Observed(
    enabled=True,
    failures=0,
    failing_since=None,
    last_outcome="ok",
    last_attempt_at=NOW,
    last_ok_at=NOW,
    last_new_at=NOW,
    gone_since=None,
)
BAD = replace(GOOD, failures=1, failing_since=AGO, last_outcome="http_404")


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        (GOOD, "working"),
        (replace(GOOD, last_attempt_at=None), "new"),
        (replace(GOOD, last_new_at=NOW - timedelta(days=20)), "quiet"),
        (BAD, "unsteady"),
        (replace(BAD, failures=6), "failing"),
        (replace(BAD, last_outcome="http_403"), "blocked"),
        (replace(BAD, failing_since=NOW - timedelta(days=40)), "dormant"),
        (replace(GOOD, stuck=True), "stuck"),
        (replace(GOOD, enabled=False), "paused"),
        (replace(GOOD, enabled=False, gone_since=AGO), "gone"),
    ],
)
def test_facts_amount_to_one_word(seen, word):
    assert feed_health(seen, NOW).word == word


def test_a_failing_feed_says_since_when():
    assert feed_health(replace(BAD, failures=6), NOW).since == AGO
