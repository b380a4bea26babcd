"""When the feeds of sources were down, so that silence is not read as an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

LOOKED_BACK = timedelta(days=400)
WORTH_SAYING = timedelta(hours=20)  # less than a night missed is no gap
SHOWN = 12

# A day on which a feed failed, and when it next delivered. The days are few, thanks to the index
# `fetch_failed_of_feed`, whose condition has to stand here word for word; the days between one
# delivery and the next are one gap.
FAILING_DAYS = """
SELECT source.name, source.slug, feed.id, failing.first, back.at, feed.enabled,
       feed.paused_because
FROM sources_feed feed
JOIN sources_source source ON source.id = feed.source_id
LEFT JOIN (
    SELECT feed_id, min(at) AS first, max(at) AS last
    FROM sources_fetch
    WHERE NOT (outcome IN ('ok', 'unchanged', 'later')) AND feed_id IS NOT NULL
        AND feed_id IN (SELECT id FROM sources_feed WHERE source_id = ANY (%(sources)s))
        AND at BETWEEN %(since)s AND %(until)s
    GROUP BY feed_id, (at AT TIME ZONE %(zone)s)::date
) failing ON failing.feed_id = feed.id
LEFT JOIN LATERAL (
    SELECT at FROM sources_fetch later
    WHERE later.feed_id = feed.id AND later.at > failing.last AND later.at <= %(until)s
        AND later.outcome IN ('ok', 'unchanged', 'later')
    ORDER BY later.at LIMIT 1
) back ON true
WHERE feed.source_id = ANY (%(sources)s) AND (failing.first IS NOT NULL OR NOT feed.enabled)
ORDER BY source.name, feed.id, failing.first
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nothing came from a feed; `back` is None while it lasts.

    A paused feed has no `since`: only that it is paused now, and why.
    """

    source: str
    slug: str
    since: datetime | None
    back: datetime | None
    paused_because: str = ""


def gaps(sources: Iterable[int], now: datetime) -> list[Gap]:
    """The gaps of these sources' feeds up to `now`, the latest first, in one query."""
    asked: dict[str, list[int] | datetime | str] = {
        "sources": list(sources),
        "since": now - LOOKED_BACK,
        "until": now,
        "zone": settings.TIME_ZONE,
    }
    down: dict[tuple[int, datetime | None], Gap] = {}
    paused: dict[int, Gap] = {}
    with connection.cursor() as cursor:
        cursor.execute(FAILING_DAYS, asked)
        for source, slug, feed, first, back, enabled, because in cursor.fetchall():
            if first is not None:
                down.setdefault((feed, back), Gap(source, slug, first, back))
            if not enabled:
                paused[feed] = Gap(source, slug, None, None, because)
    long = [gap for gap in down.values() if (gap.back or now) - _since(gap) >= WORTH_SAYING]
    return [*paused.values(), *sorted(long, key=_since, reverse=True)][:SHOWN]


def _since(gap: Gap) -> datetime:
    assert gap.since is not None
    return gap.since
