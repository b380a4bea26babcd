"""Claim, work, finish: one function per retryable stage, and the loop that drains the queue."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from sources.ingest import decide, lease, raw, robots, store
from sources.ingest.decide import LATER, OK, UNCHANGED, Outcome
from sources.ingest.extract import EXTRACTOR, Document, extract
from sources.ingest.feedparse import NotAFeed, ParsedFeed, parse_feed
from sources.ingest.fetch import FetchError, Limits, Response, fetch
from sources.ingest.lease import Claimed, LostLeaseError
from sources.ingest.timelimit import TooSlowError, time_limit
from sources.models import Article, Feed, Fetch, Host, Job, Run
from sources.signals import version_stored

logger = logging.getLogger(__name__)

KINDS = ("feed", "page", "extract", "tell")
_FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"


def drain(kind: str, seconds: float) -> int:
    """Work on ready jobs of one kind until none can be claimed or the time is up.

    Waits through short gaps between requests to a host. Returns how many jobs were worked on.
    """
    end = time.monotonic() + seconds
    done = 0
    while time.monotonic() < end:
        claimed = lease.claim(kind)
        if claimed is not None:
            work(claimed)
            done += 1
            continue
        wait = lease.next_due((kind,))
        if wait is None or time.monotonic() + wait > end:
            break
        time.sleep(max(wait, 0.05))
    return done


def drain_here(
    run: Run, patience: float, tell: Callable[[], None], seconds: float = math.inf
) -> None:
    """Work in this process until nothing of a run can be done within `patience` seconds.

    Args:
        run: the run that is waited for; other jobs that are ready are done as well.
        tell: called after every job and while waiting, for a progress display.
        seconds: give up after so long.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if any(_drain_ready(kind, end, tell) for kind in KINDS):
            continue
        wait = lease.next_due(KINDS, run.pk)
        if wait is None or wait > patience:
            break
        time.sleep(min(max(wait, 0.05), 1))
        tell()


def _drain_ready(kind: str, end: float, tell: Callable[[], None]) -> bool:
    """Work on the jobs of one kind that are ready now. True when there were any."""
    worked = False
    while time.monotonic() < end and (claimed := lease.claim(kind)):
        work(claimed)
        worked = True
        tell()
    return worked


def work(claimed: Claimed) -> str:
    """Do one claimed job. Whatever goes wrong is logged and named; nothing is raised.

    Returns:
        The outcome class, such as "ok", "unchanged", "http_404" or "bug".
    """
    stages = {"feed": poll_feed, "page": fetch_page, "extract": read_page, "tell": tell_of_version}
    try:
        return stages[claimed.kind](claimed).kind
    except LostLeaseError:
        logger.warning("job %s was taken over; its late result is dropped", claimed.job)
        return "lost_lease"
    except OperationalError as error:
        # the lease brings the job back when the database does
        logger.error("job %s: the database failed: %s", claimed.job, error)
        connection.close()
        return "db_error"
    except Exception:
        logger.exception("job %s failed in a way nobody foresaw", claimed.job)
        _put_back(claimed)
        return "bug"


def _put_back(claimed: Claimed) -> None:
    """Free the job for another try soon; its count of unfinished claims stays, so it ends stuck."""
    Job.objects.filter(pk=claimed.job, lease_token=claimed.token).update(
        lease_token=None, lease_until=None, due_at=timezone.now() + timedelta(minutes=5)
    )
    if claimed.kind in lease.AT_HOST:
        lease.release_host(claimed)


# --- feeds ---------------------------------------------------------------------------------


def poll_feed(claimed: Claimed) -> Outcome:
    """Ask a feed what is new and write it down."""
    feed = Feed.objects.get(pk=claimed.target)
    if not feed.enabled:
        lease.finish(claimed, run_id=None, due_at=timezone.now() + timedelta(days=1))
        lease.release_host(claimed)
        return Outcome(LATER, "The feed is paused.")
    try:
        response = _ask_feed(feed)
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        return store.feed_polled(claimed, feed, outcome, None, None, hops=error.hops)
    outcome, parsed = _judge_feed(feed, response)
    kept = raw.keep(response.body) if parsed is not None else ""
    return store.feed_polled(claimed, feed, outcome, response, parsed, raw_sha256=kept)


def _ask_feed(feed: Feed) -> Response:
    limits = _limits("feed", user_agent=feed.user_agent, allow_bad_tls=feed.allow_bad_tls)
    week = timedelta(days=settings.INGEST["unconditional_days"])
    trusted = feed.last_full_at is not None and timezone.now() - feed.last_full_at < week
    return fetch(
        feed.url,
        limits,
        etag=feed.etag if trusted else "",
        last_modified=feed.last_modified if trusted else "",
        accept=_FEED_TYPES,
        identity=feed.last_outcome == "bad_encoding",
    )


def _judge_feed(feed: Feed, response: Response) -> tuple[Outcome, ParsedFeed | None]:
    outcome = decide.http_outcome(response.status, dict(response.headers), timezone.now())
    if outcome.kind != OK:
        return outcome, None
    if not response.body.strip():
        return Outcome("empty_body", "The site answered with nothing."), None
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
        return Outcome("not_a_feed", error.detail), None
    return Outcome(OK, "; ".join(parsed.warnings)), parsed


# --- pages ---------------------------------------------------------------------------------


def fetch_page(claimed: Claimed) -> Outcome:
    """Fetch an article's page, its host's robots.txt first when that is not known or old."""
    article = Article.objects.select_related("current_version").get(pk=claimed.target)
    host = Host.objects.get(pk=claimed.host)
    if host.robots_until is None or host.robots_until < timezone.now():
        return _ask_robots(claimed, article)
    if host.robots is None or not robots.allows(
        host.robots, article.url, settings.INGEST["user_agent"]
    ):
        outcome = Outcome("robots_denied", "robots.txt asks not to fetch this address.")
        store.page_given_up(claimed, article, outcome, None)
        return outcome
    try:
        response = fetch(
            article.url,
            _limits("page"),
            etag=article.etag if article.current_version_id else "",
            last_modified=article.last_modified if article.current_version_id else "",
            accept=_PAGE_TYPES,
            identity=claimed.tries > 0,
        )
    except FetchError as error:
        outcome = Outcome(error.outcome, error.detail)
        store.page_given_up(claimed, article, outcome, None, error.hops)
        return outcome
    return _judge_page(claimed, article, response)


def _judge_page(claimed: Claimed, article: Article, response: Response) -> Outcome:
    outcome = decide.http_outcome(response.status, dict(response.headers), timezone.now())
    if outcome.kind == OK and not response.body:
        outcome = Outcome("empty_body", "The site answered with nothing.")
    if outcome.points:
        store.page_given_up(claimed, article, outcome, response)
    else:
        kept = raw.keep(response.body) if outcome.kind == OK else ""
        store.page_fetched(claimed, article, outcome, response, kept)
    return outcome


def _ask_robots(claimed: Claimed, article: Article) -> Outcome:
    """Fetch robots.txt (RFC 9309): 4xx allows everything, 5xx and silence forbid for now."""
    scheme = urlsplit(article.url).scheme
    url = f"{scheme}://{claimed.host}/robots.txt"
    text: str | None = None
    response: Response | None = None
    try:
        response = fetch(url, _limits("robots"), accept="text/plain, */*;q=0.5")
    except FetchError as error:
        outcome = Outcome("robots_unreachable", error.detail)
    else:
        outcome = Outcome("robots", f"robots.txt answered {response.status}.")
        if 200 <= response.status < 300:
            text = robots.decode(response.body)
        elif 400 <= response.status < 500 and response.status != 429:
            text = ""
    store.robots_fetched(claimed, url, text, outcome, response)
    return outcome


# --- texts ---------------------------------------------------------------------------------


def read_page(claimed: Claimed) -> Outcome:
    """Read the page that was fetched: text, title, dates; then a version if it is new."""
    article = Article.objects.select_related("current_version").get(pk=claimed.target)
    page = Fetch.objects.get(pk=claimed.fetch or 0)
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
        return tell_of_version(claimed)
    return Outcome(OK, document.state)


def tell_of_version(claimed: Claimed) -> Outcome:
    """Tell whoever listens of the article's new version, then settle the article.

    Raises:
        Exception: what a receiver raised; the job comes back and tells again.
    """
    article = Article.objects.select_related("current_version").get(pk=claimed.target)
    version_stored.send(sender=Article, version=article.current_version_id)
    with transaction.atomic():
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
