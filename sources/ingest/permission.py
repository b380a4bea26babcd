"""Asks a host for its robots.txt (RFC 9309), through the gate of every host on the way."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from django.utils import timezone

from sources.ingest import decide, lease, robots, store
from sources.ingest.bounds import limits
from sources.ingest.decide import Outcome
from sources.ingest.fetch import FetchError, Response, fetch
from sources.ingest.identify import authority
from sources.ingest.lease import Claimed


def ask(claimed: Claimed, page: str) -> Outcome:
    """Fetch the robots.txt of the claimed job's host: 4xx allows everything, 5xx and silence
    forbid for now.

    The rules count for this host wherever they stand (2.3.1.2), so a redirect is followed to
    another host at once if that one's gate is open; otherwise the page waits until it is.

    Args:
        page: the address that is to be asked for when the rules are known.
    """
    url = f"{urlsplit(page).scheme}://{claimed.host}/robots.txt"
    entered: list[str] = []

    def gate(place: str) -> bool:
        host = authority(place)
        if host not in (claimed.host, *entered):
            if not lease.enter(host):
                return False
            entered.append(host)
        return True

    try:
        # uncompressed: of a file that is too large the beginning is enough
        response = fetch(
            url, limits("robots"), accept="text/plain, */*;q=0.5", identity=True, gate=gate
        )
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        return store.robots_fetched(claimed, url, None, outcome, None)
    finally:
        for host in entered:
            lease.release_host(replace(claimed, host=host))
    if response.is_redirect:
        return store.waits_for_host(claimed, authority(response.hops[-1].location))
    return store.robots_fetched(claimed, url, *_understood(response), response)


def _understood(response: Response) -> tuple[str | None, Outcome]:
    """The rules an answer gives, None for none yet, and its meaning."""
    said = decide.http_outcome(response.status, dict(response.headers), timezone.now())
    outcome = Outcome("robots", f"robots.txt answered {response.status}.", said.pause)
    if 200 <= response.status < 300:
        return robots.decode(response.body), outcome
    refused = 400 <= response.status < 500 and response.status != 429
    return "" if refused else None, outcome
