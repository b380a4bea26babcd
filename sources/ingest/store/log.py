"""Writes the history of fetches: one row per attempt."""

from __future__ import annotations

from typing import Any

from sources.ingest.decide import Outcome
from sources.ingest.fetch import Hop, Response
from sources.ingest.identify import clean_text
from sources.ingest.lease import Claimed
from sources.models import Fetch

# What tells where bytes came from and how they may be asked for again; never cookies.
KEPT_HEADERS = frozenset(
    [
        "age",
        "cache-control",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "etag",
        "expires",
        "last-modified",
        "link",
        "location",
        "memento-datetime",
        "retry-after",
        "server",
        "via",
        "x-robots-tag",
    ]
)


def row(
    claimed: Claimed,
    outcome: Outcome,
    url: str,
    response: Response | None,
    *,
    hops: tuple[Hop, ...] = (),
    raw_sha256: str = "",
    of_robots: bool = False,
    **counts: int,
) -> Fetch:
    """The row of one attempt, not yet written.

    Args:
        response: what came back; None when nothing did.
        hops: the redirects of a failed attempt.
        of_robots: the attempt was at the host's robots.txt, whoever needed it.
        counts: new, updated, same and bad items of a feed.
    """
    values: dict[str, Any] = {
        "feed_id": None if of_robots else claimed.feed,
        "article_id": None if of_robots else claimed.article,
        "host": claimed.host,
        "run_id": claimed.run,
        "outcome": outcome.kind,
        "detail": clean_text(outcome.detail, 500),
        "url": url,
        "hops": [[hop.status, hop.url, hop.location] for hop in hops],
        "raw_sha256": raw_sha256,
        **counts,
    }
    if response is not None:
        values |= _answer(response)
    return Fetch(**values)


def fetched(
    claimed: Claimed, outcome: Outcome, url: str, response: Response | None, **values: Any
) -> Fetch:
    """Log one attempt, see `row`."""
    made = row(claimed, outcome, url, response, **values)
    made.save(force_insert=True)
    return made


def _answer(response: Response) -> dict[str, Any]:
    return {
        "final_url": clean_text(response.final_url),
        "hops": [[hop.status, hop.url, hop.location] for hop in response.hops],
        "status": response.status,
        "headers": [
            [name, clean_text(value, 1000)]
            for name, value in response.headers
            if name in KEPT_HEADERS
        ],
        "ip": response.ip,
        "wire_bytes": response.wire_bytes,
        "seconds": round(response.elapsed, 3),
    }
