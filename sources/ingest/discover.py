"""Finds the feeds of a site from the address of one of its pages, by asking it politely."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings

from sources.ingest import bounds, lease, redirects, robots
from sources.ingest.extract import extract
from sources.ingest.feedparse import NotAFeed, ParsedFeed, parse_feed
from sources.ingest.fetch import FetchError, Response, fetch
from sources.ingest.identify import authority, repair_url, url_key

# Where publishers' software puts its feed when the page does not say.
COMMON_PATHS = (
    *("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json"),
    *("/news-sitemap.xml", "/sitemap-news.xml"),
)
PATIENCE = 15  # seconds for others who ask the host, beyond its gap
MOST_ASKED = 8  # of the addresses a page or an index of sitemaps names
_COMMENTS = re.compile(r"/comments?/|comments?[-_/]?feed|feed=comments", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_ACCEPT = "application/rss+xml, application/atom+xml, text/html;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that was asked and answered with a feed."""

    url: str
    title: str
    format: str
    items: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an address turned out to be. `is_feed`: it is the feed, and the only candidate;
    `what`: otherwise what stands there, in words. `name` and `language` are what the site says of
    itself, `url` where it stood in the end."""

    is_feed: bool
    what: str
    candidates: tuple[Candidate, ...]
    name: str = ""
    language: str = ""
    url: str = ""


class UnansweredError(Exception):
    """The address gave no answer that could be looked at; says why.

    `outcome` is the `FetchError`'s, "busy" where the host's gate stayed shut, or http_ and the
    status the address answered with.
    """

    def __init__(self, detail: str, outcome: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


def discover(url: str, seconds: float = float("inf")) -> Discovery:
    """Ask the address; if it is no feed, the feeds it names, and then the places where feeds
    usually are. Of the latter the first that answers is enough.

    Every request passes its host's gate, as those of the ingest do. Guessed places are only asked
    where robots.txt allows it (RFC 9309).

    Args:
        seconds: after which no further place is asked, for somebody who waits.

    Raises:
        UnansweredError: the address itself could not be fetched.
    """
    asker = _Asker(seconds)
    try:
        response = asker.ask(url)
    except FetchError as error:
        raise UnansweredError(error.detail, error.outcome) from error
    if response.status != 200:
        raise UnansweredError(f"it answered {response.status}", f"http_{response.status}")
    try:
        feed = _parsed(response)
        found_here = (_candidate(url, feed),)
        said = {"name": feed.title, "language": feed.language, "url": response.final_url}
        return Discovery(True, "a feed", found_here, **said)
    except NotAFeed as error:
        refused = error
    base = response.final_url
    named = [place for place in refused.alternates if not _COMMENTS.search(place)]
    found = tuple(_feeds(asker, (named or list(refused.alternates))[:MOST_ASKED]))
    if not found:
        found = tuple(_first(_feeds(asker, _guesses(asker, base))))
    what = f"{refused.detail} ({refused.page_title})" if refused.page_title else refused.detail
    page = extract(response.body, url=base, content_type=response.header("content-type"))
    name = page.site_name or (found[0].title if found else "") or refused.page_title
    return Discovery(False, what, found, name=name, language=page.language, url=base)


def _first(found: Iterator[Candidate]) -> list[Candidate]:
    first = next(found, None)
    return [first] if first else []


def _feeds(asker: _Asker, places: Iterable[str]) -> Iterator[Candidate]:
    """The places that answer with a feed, each feed once."""
    seen: set[bytes] = set()
    for place in places:
        if asker.is_late:
            return
        try:
            response = asker.ask(place)
            parsed = _parsed(response) if response.status == 200 else None
        except (FetchError, NotAFeed):
            continue
        marks = {url_key(response.final_url), hashlib.sha256(response.body).digest()}
        if parsed is not None and not marks & seen:
            seen |= marks
            yield _candidate(place, parsed)


def _guesses(asker: _Asker, base: str) -> Iterator[str]:
    """News sitemaps that robots.txt names, and the common places it does not forbid."""
    rules = asker.rules(base)
    if rules is None:
        return
    agent = settings.INGEST["user_agent"]
    listed = (repair_url(place, base) for place in _SITEMAP_LINE.findall(rules))
    yield from [place for place in listed if "news" in place.lower()][:MOST_ASKED]
    for path in COMMON_PATHS:
        place = urljoin(base, path)
        if robots.allows(rules, place, agent):
            yield place


def _parsed(response: Response) -> ParsedFeed:
    return parse_feed(
        response.body, url=response.final_url, content_type=response.header("content-type")
    )


def _candidate(url: str, feed: ParsedFeed) -> Candidate:
    return Candidate(url, feed.title, feed.format, len(feed.items))


class _Asker:
    """Fetches with the limits of the ingest and through the gates of its hosts: never two requests
    to a host at a time nor closer than its gap, whoever else asks it."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._limits = bounds.limits("feed")

    @property
    def is_late(self) -> bool:
        """Whether nobody waits for another place."""
        return time.monotonic() > self._until

    def ask(self, url: str) -> Response:
        """GET an address when its host may be asked again. Raises FetchError."""
        entered: list[str] = []

        def gate(place: str) -> bool:
            host = authority(place)
            if host not in entered and _entered(host):
                entered.append(host)
            return host in entered

        open_to_us = gate(redirects.place(url, (), self._limits).url)
        try:
            answer = fetch(url, self._limits, accept=_ACCEPT, gate=gate) if open_to_us else None
        finally:
            for host in entered:
                lease.leave(host)
        if answer is None or answer.is_redirect:
            raise FetchError("busy", "the site is being asked, or wants to be left alone", url)
        return answer

    def rules(self, base: str) -> str | None:
        """The host's robots.txt: empty where it has none, None where it could not say."""
        try:
            response = self.ask(urljoin(base, "/robots.txt"))
        except FetchError:
            return None
        if 200 <= response.status < 300:
            return robots.decode(response.body)
        return "" if 400 <= response.status < 500 and response.status != 429 else None


def _entered(host: str) -> bool:
    """Take a host's gate as soon as it opens. False when it stays shut."""
    end = time.monotonic() + PATIENCE + settings.INGEST["host_gap"]
    while not lease.enter(host):
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True
