"""The four stages of work: poll a feed, fetch a page, read it, tell of its new version."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from sources.ingest import decide, permission, raw, robots, store
from sources.ingest.bounds import limits
from sources.ingest.decide import OK, UNCHANGED, Outcome
from sources.ingest.extract import EXTRACTOR, Document, extract
from sources.ingest.feedparse import NotAFeed, ParsedFeed, parse_feed
from sources.ingest.fetch import FetchError, Hop, Response, fetch
from sources.ingest.lease import Claimed, LostLeaseError
from sources.ingest.timelimit import TooSlowError, time_limit
from sources.models import Article, Feed, Fetch, Job
from sources.signals import version_stored

_FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"


def _at_its_gate(url: str) -> bool:
    """No redirect to another host is followed: the job goes there and waits its turn."""
    return False


def _trail(job: Job, url: str) -> tuple[Hop, ...]:
    """The redirects the job has followed from this address to the host it waits at now."""
    hops = tuple(Hop(url, status, location) for status, url, location in job.hops or ())
    return hops if hops and hops[0].url == url else ()


# --- feeds ---------------------------------------------------------------------------------


def poll_feed(claimed: Claimed) -> Outcome:
    """Ask a feed what is new and write it down."""
    job = Job.objects.select_related("feed").get(pk=claimed.job)
    feed = job.feed
    if feed is None:
        raise LostLeaseError(claimed.job)
    if not feed.enabled:
        return store.feed_rests(claimed, feed)
    etag, last_modified = _validators(feed)
    try:
        response = fetch(
            feed.url,
            limits("feed", user_agent=feed.user_agent, allow_bad_tls=feed.allow_bad_tls),
            etag=etag,
            last_modified=last_modified,
            accept=_FEED_TYPES,
            identity=feed.last_outcome == "bad_encoding",
            trail=_trail(job, feed.url),
            gate=_at_its_gate,
        )
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        return store.feed_polled(claimed, feed, outcome, None, None, hops=error.hops)
    if response.is_redirect:
        return store.sent_on(claimed, response)
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
    job, article = _page_in_hand(claimed)
    host, trail = job.host, _trail(job, article.url)
    place = trail[-1].location if trail else article.url
    if host.robots_until is None or host.robots_until < timezone.now():
        return permission.ask(claimed, place)
    if host.robots is None:
        return store.page_waits(claimed, host)
    if not robots.allows(host.robots, place, settings.INGEST["user_agent"]):
        outcome = Outcome("robots_denied", "robots.txt asks not to fetch this address.")
        store.page_given_up(claimed, article, outcome, None)
        return outcome
    etag, last_modified = article.etag, article.last_modified
    if article.current_version_id is None or article.withdrawn_at is not None:
        etag = last_modified = ""
    try:
        response = fetch(
            article.url,
            limits("page"),
            etag=etag,
            last_modified=last_modified,
            accept=_PAGE_TYPES,
            identity=claimed.tries > 0,
            trail=trail,
            gate=_at_its_gate,
        )
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        store.page_given_up(claimed, article, outcome, None, error.hops)
        return outcome
    if response.is_redirect:
        return store.sent_on(claimed, response)
    outcome = _judged(response, conditional=bool(etag or last_modified))
    if outcome.points:
        store.page_given_up(claimed, article, outcome, response)
    else:
        kept = raw.keep(response.body) if outcome.kind == OK else ""
        store.page_fetched(claimed, article, outcome, response, kept)
    return outcome


def _page_in_hand(claimed: Claimed) -> tuple[Job, Article]:
    """A job and its article; of the version held only what tells it from others."""
    job = (
        Job.objects.select_related("article__current_version", "host")
        .defer(*(f"article__current_version__{name}" for name in ("search", "text", "title")))
        .get(pk=claimed.job)
    )
    if job.article is None:
        raise LostLeaseError(claimed.job)
    return job, job.article


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
    document = _read(page)
    if store.page_read(claimed, article, page, document, _read_anew(article, page)):
        return _tell(claimed, article)
    return Outcome(OK, document.state)


def _read(page: Fetch) -> Document:
    headers = {name: value for name, value in page.headers}  # noqa: C416  a list of lists
    try:
        with time_limit(settings.INGEST["extract_seconds"]):
            return extract(
                raw.read(page.raw_sha256),
                url=page.final_url or page.url,
                content_type=headers.get("content-type", ""),
            )
    except TooSlowError:
        return _unread(f"reading took more than {settings.INGEST['extract_seconds']} s")


def _read_anew(article: Article, page: Fetch) -> Document | None:
    """The bytes of the current version as today's extractor reads them, where another one did:
    without them an edit that came together with an upgrade would pass for the upgrade."""
    known = article.current_version
    if known is None or known.extractor == EXTRACTOR or known.fetch is None:
        return None
    if known.fetch.raw_sha256 in ("", page.raw_sha256):
        return None
    try:
        document = _read(known.fetch)
    except FileNotFoundError:
        return None
    return document if document.state in store.TEXTS else None


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
