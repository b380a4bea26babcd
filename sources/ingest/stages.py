"""The four stages of work: poll a feed, fetch a page, read it, tell of its new version."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from sources.ingest import decide, lease, raw, robots, store
from sources.ingest.decide import LATER, OK, UNCHANGED, Outcome
from sources.ingest.extract import EXTRACTOR, Document, extract
from sources.ingest.feedparse import NotAFeed, ParsedFeed, parse_feed
from sources.ingest.fetch import FetchError, Limits, Response, fetch
from sources.ingest.lease import Claimed, LostLeaseError
from sources.ingest.timelimit import TooSlowError, time_limit
from sources.models import Article, Feed, Host, Job
from sources.signals import version_stored

_FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"

# --- feeds ---------------------------------------------------------------------------------


def poll_feed(claimed: Claimed) -> Outcome:
    """Ask a feed what is new and write it down."""
    feed = Feed.objects.get(pk=claimed.target)
    if not feed.enabled:
        lease.finish(claimed, run_id=None, due_at=timezone.now() + timedelta(days=1))
        lease.release_host(claimed)
        return Outcome(LATER, "The feed is paused.")
    etag, last_modified = _validators(feed)
    try:
        response = fetch(
            feed.url,
            _limits("feed", user_agent=feed.user_agent, allow_bad_tls=feed.allow_bad_tls),
            etag=etag,
            last_modified=last_modified,
            accept=_FEED_TYPES,
            identity=feed.last_outcome == "bad_encoding",
        )
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        return store.feed_polled(claimed, feed, outcome, None, None, hops=error.hops)
    outcome = _judged(response, conditional=bool(etag or last_modified))
    parsed = None
    if outcome.kind == OK:
        outcome, parsed = _parse(feed, response)
    kept = raw.keep(response.body) if parsed is not None else ""
    return store.feed_polled(claimed, feed, outcome, response, parsed, raw_sha256=kept)


def _validators(feed: Feed) -> tuple[str, str]:
    """What makes the request conditional; nothing once a week, so that no 304 lasts for ever."""
    week = timedelta(days=settings.INGEST["unconditional_days"])
    trusted = feed.last_full_at is not None and timezone.now() - feed.last_full_at < week
    return (feed.etag, feed.last_modified) if trusted else ("", "")


def _judged(response: Response, *, conditional: bool) -> Outcome:
    """What an answer means. "Unchanged" to somebody who named nothing says nothing."""
    outcome = decide.http_outcome(response.status, dict(response.headers), timezone.now())
    empty = outcome.kind == OK and not response.body.strip()
    if empty or (outcome.kind == UNCHANGED and not conditional):
        return Outcome("empty_body", "The site answered with nothing.")
    return outcome


def _parse(feed: Feed, response: Response) -> tuple[Outcome, ParsedFeed | None]:
    if feed.body_sha256 == hashlib.sha256(response.body).digest():
        return Outcome(UNCHANGED), None
    try:
        parsed = parse_feed(
            response.body,
            url=response.final_url,
            content_type=response.header("content-type"),
            tz=feed.tz,
            date_order=feed.date_order,
            max_items=settings.INGEST["items_per_feed"],
        )
    except NotAFeed as error:
        return Outcome("not_a_feed", _said(error)), None
    return Outcome(OK, "; ".join(parsed.warnings)), parsed


def _said(error: NotAFeed) -> str:
    """What stands there instead of a feed, and which feeds it offers: a hint for editors."""
    titled = f"{error.detail}: {error.page_title}" if error.page_title else error.detail
    return "; ".join([titled, *(f"it offers {url}" for url in error.alternates[:3])])


# --- pages ---------------------------------------------------------------------------------


def fetch_page(claimed: Claimed) -> Outcome:
    """Fetch an article's page, its host's robots.txt first when that is not known or old."""
    article, host = _page_in_hand(claimed)
    if host.robots_until is None or host.robots_until < timezone.now():
        return _ask_robots(claimed, article)
    if host.robots is None:
        return store.page_waits(claimed, host)
    if not robots.allows(host.robots, article.url, settings.INGEST["user_agent"]):
        outcome = Outcome("robots_denied", "robots.txt asks not to fetch this address.")
        store.page_given_up(claimed, article, outcome, None)
        return outcome
    etag, last_modified = article.etag, article.last_modified
    if article.current_version_id is None or article.withdrawn_at is not None:
        etag = last_modified = ""
    try:
        response = fetch(
            article.url,
            _limits("page"),
            etag=etag,
            last_modified=last_modified,
            accept=_PAGE_TYPES,
            identity=claimed.tries > 0,
        )
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        store.page_given_up(claimed, article, outcome, None, error.hops)
        return outcome
    outcome = _judged(response, conditional=bool(etag or last_modified))
    if outcome.points:
        store.page_given_up(claimed, article, outcome, response)
    else:
        kept = raw.keep(response.body) if outcome.kind == OK else ""
        store.page_fetched(claimed, article, outcome, response, kept)
    return outcome


def _page_in_hand(claimed: Claimed) -> tuple[Article, Host]:
    """The article and the host of a job; of the version held only what tells it from others."""
    job = (
        Job.objects.select_related("article__current_version", "host")
        .defer(*(f"article__current_version__{name}" for name in ("search", "text", "title")))
        .get(pk=claimed.job)
    )
    if job.article is None:
        raise LostLeaseError(claimed.job)
    return job.article, job.host


def _ask_robots(claimed: Claimed, article: Article) -> Outcome:
    """Fetch robots.txt (RFC 9309): 4xx allows everything, 5xx and silence forbid for now."""
    scheme = urlsplit(article.url).scheme
    url = f"{scheme}://{claimed.host}/robots.txt"
    text: str | None = None
    response: Response | None = None
    try:
        response = fetch(url, _limits("robots"), accept="text/plain, */*;q=0.5")
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
    else:
        said = decide.http_outcome(response.status, dict(response.headers), timezone.now())
        outcome = Outcome("robots", f"robots.txt answered {response.status}.", said.pause)
        if 200 <= response.status < 300:
            text = robots.decode(response.body)
        elif 400 <= response.status < 500 and response.status != 429:
            text = ""
    return store.robots_fetched(claimed, url, text, outcome, response)


# --- texts ---------------------------------------------------------------------------------


def read_page(claimed: Claimed) -> Outcome:
    """Read the page that was fetched: text, title, dates; then a version if it is new."""
    job = (
        Job.objects.select_related("article__current_version", "fetch")
        .defer("article__current_version__search")
        .get(pk=claimed.job)
    )
    article, page = job.article, job.fetch
    if article is None or page is None:
        raise LostLeaseError(claimed.job)
    headers = {name: value for name, value in page.headers}  # noqa: C416  a list of lists
    try:
        with time_limit(settings.INGEST["extract_seconds"]):
            document = extract(
                raw.read(page.raw_sha256),
                url=page.final_url or page.url,
                content_type=headers.get("content-type", ""),
            )
    except TooSlowError:
        flag = f"reading took more than {settings.INGEST['extract_seconds']} s"
        document = _unread(flag)
    if store.page_read(claimed, article, page, document):
        return _tell(claimed, article)
    return Outcome(OK, document.state)


def tell_of_version(claimed: Claimed) -> Outcome:
    """Tell whoever listens of the article's new version, then settle the article.

    Raises:
        Exception: what a receiver raised; the job comes back and tells again.
    """
    return _tell(claimed, Article.objects.get(pk=claimed.target))


def _tell(claimed: Claimed, article: Article) -> Outcome:
    version_stored.send(sender=Article, version=article.current_version_id)
    store.settle(claimed, article, timezone.now())
    return Outcome(OK)


def _unread(flag: str) -> Document:
    empty = Document(
        state="failed",
        title="",
        text="",
        author="",
        language="",
        dates=(),
        canonical="",
        site_name="",
        alternates=(),
        extractor=EXTRACTOR,
        words=0,
        charset="",
        flags=(),
    )
    return replace(empty, flags=(flag,))


def _limits(what: str, *, user_agent: str = "", allow_bad_tls: bool = False) -> Limits:
    """The limits of one kind of request, from the settings."""
    ingest = settings.INGEST
    return Limits(
        connect=ingest["connect_timeout"],
        stall=ingest["stall_timeout"],
        total=ingest[f"{what}_timeout"],
        max_bytes=robots.MAX_BYTES if what == "robots" else ingest[f"{what}_bytes"],
        max_redirects=ingest["max_redirects"],
        user_agent=user_agent or ingest["user_agent"],
        allow_networks=tuple(ingest["allow_networks"]),
        allow_bad_tls=allow_bad_tls,
    )
