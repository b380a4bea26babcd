"""Asks a host for its robots.txt (RFC 9309), through the gate of every host on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from sources.ingest import decide, lease, robots, store
from sources.ingest.bounds import limits
from sources.ingest.decide import Outcome
from sources.ingest.fetch import FetchError, Hop, Response, fetch
from sources.ingest.identify import authority
from sources.ingest.lease import Claimed


@dataclass(frozen=True, slots=True)
class Asked:
    """What a host said when it was asked for its robots.txt, or why it said nothing."""

    claimed: Claimed
    url: str
    answer: Response | FetchError


def ask(claimed: Claimed, page: str) -> Asked:
    """Ask the claimed job's host for its robots.txt. Touches no database, and follows no redirect
    to another host.

    Args:
        page: the address that is to be asked for when the rules are known.
    """
    url = f"{urlsplit(page).scheme}://{claimed.host}/robots.txt"
    return _asked(claimed, url, (), lambda place: False)


def learn(asked: Asked) -> Outcome:
    """Keep the rules a host gave: 4xx allows everything, 5xx and silence forbid for now.

    They count for this host wherever they stand (2.3.1.2), so a redirect is followed to another
    host at once if that one's gate is open; otherwise the page waits until it is.
    """
    claimed, answer = asked.claimed, asked.answer
    if isinstance(answer, Response) and answer.is_redirect:
        asked = _followed(asked, answer.hops)
        answer = asked.answer
    if isinstance(answer, FetchError):
        outcome = Outcome(answer.outcome, answer.detail)
        return store.robots_fetched(claimed, asked.url, None, outcome, None)
    if answer.is_redirect:
        return store.waits_for_host(claimed, authority(answer.hops[-1].location))
    return store.robots_fetched(claimed, asked.url, *_understood(answer), answer)


def _followed(asked: Asked, trail: tuple[Hop, ...]) -> Asked:
    """Go on where a redirect leads, through the gate of every host on the way."""
    claimed = asked.claimed
    entered: list[str] = []

    def gate(place: str) -> bool:
        host = authority(place)
        if host not in (claimed.host, *entered):
            if not lease.enter(host):
                return False
            entered.append(host)
        return True

    try:
        if not gate(trail[-1].location):
            return asked
        return _asked(claimed, asked.url, trail, gate)
    finally:
        for host in entered:
            lease.leave(host)


def _asked(
    claimed: Claimed, url: str, trail: tuple[Hop, ...], gate: Callable[[str], bool]
) -> Asked:
    try:
        answer = fetch(
            url,
            limits("robots"),
            accept="text/plain, */*;q=0.5",
            identity=True,
            trail=trail,
            gate=gate,
        )
    except FetchError as error:
        return Asked(claimed, url, error)
    return Asked(claimed, url, answer)


def _understood(response: Response) -> tuple[str | None, Outcome]:
    """The rules an answer gives, None for none yet, and its meaning."""
    said = decide.http_outcome(response.status, dict(response.headers), timezone.now())
    outcome = Outcome("robots", f"robots.txt answered {response.status}.", said.pause)
    if 200 <= response.status < 300:
        return robots.decode(response.body), outcome
    refused = 400 <= response.status < 500 and response.status != 429
    return "" if refused else None, outcome
