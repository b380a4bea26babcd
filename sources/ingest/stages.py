"""The two stages that ask a host: poll a feed, fetch a page. Each loads, asks and writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from sources.ingest import batch, decide, permission, raw, robots, store
from sources.ingest.batch import Words
from sources.ingest.bounds import limits
from sources.ingest.decide import OK, UNCHANGED, Outcome
from sources.ingest.feedparse import NotAFeed, parse_feed
from sources.ingest.fetch import FetchError, Hop, Response, fetch
from sources.ingest.lease import Claimed
from sources.ingest.store.feeds import Poll
from sources.ingest.store.pages import Answer
from sources.models import Article, Feed, Host, Job

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


def _judged(response: Response, *, conditional: bool) -> Outcome:
    """What an answer means. "Unchanged" to somebody who named nothing says nothing."""
    outcome = decide.http_outcome(response.status, dict(response.headers), timezone.now())
    empty = outcome.kind == OK and not response.body.strip()
    if empty or (outcome.kind == UNCHANGED and not conditional):
        return Outcome("empty_body", "The site answered with nothing.")
    return outcome


# --- feeds ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedInHand:
    """A feed to be asked, and the redirects followed so far."""

    claimed: Claimed
    feed: Feed
    trail: tuple[Hop, ...]


def load_feeds(claims: Sequence[Claimed]) -> list[FeedInHand]:
    """The feeds of these jobs; one that was deleted meanwhile is left out."""
    jobs = Job.objects.select_related("feed").in_bulk([claimed.job for claimed in claims])
    found = ((claimed, jobs.get(claimed.job)) for claimed in claims)
    return [
        FeedInHand(claimed, job.feed, _trail(job, job.feed.url))
        for claimed, job in found
        if job is not None and job.feed is not None
    ]


def ask_feed(hand: FeedInHand) -> Poll:
    """Ask a feed what is new. Touches no database."""
    claimed, feed = hand.claimed, hand.feed
    if not feed.enabled:
        return Poll(claimed, feed, Outcome(decide.LATER, "The feed is paused."))
    etag, last_modified = _validators(feed)
    try:
        response = fetch(
            feed.url,
            limits("feed", user_agent=feed.user_agent, allow_bad_tls=feed.allow_bad_tls),
            etag=etag,
            last_modified=last_modified,
            accept=_FEED_TYPES,
            identity=feed.last_outcome == "bad_encoding",
            trail=hand.trail,
            gate=_at_its_gate,
        )
    except FetchError as error:
        return Poll(claimed, feed, Outcome(error.outcome, error.detail), hops=error.hops)
    outcome = _judged(response, conditional=bool(etag or last_modified))
    if outcome.kind == OK and feed.body_sha256 == hashlib.sha256(response.body).digest():
        outcome = Outcome(UNCHANGED)
    return Poll(claimed, feed, outcome, response)


def _validators(feed: Feed) -> tuple[str, str]:
    """What makes the request conditional; nothing once a week, so that no 304 lasts for ever."""
    week = timedelta(days=settings.INGEST["unconditional_days"])
    trusted = feed.last_full_at is not None and timezone.now() - feed.last_full_at < week
    return (feed.etag, feed.last_modified) if trusted else ("", "")


def write_feeds(polls: Sequence[Poll]) -> Words:
    """Write down what came of asking feeds: those without anything new together, by far the most
    of a night; the others each in a transaction of its own."""
    quiet = [poll for poll in polls if poll.outcome.kind == UNCHANGED]
    words = batch.committed(store.feeds_unchanged, quiet)
    for poll in polls:
        if poll.claimed.job not in words:
            words |= batch.attempt(_write_feed, [poll])
    return words


def _write_feed(polls: Sequence[Poll]) -> Words:
    (poll,) = polls
    claimed, feed, response = poll.claimed, poll.feed, poll.response
    if not feed.enabled:
        return {claimed.job: store.feed_rests(claimed, feed).kind}
    if response is not None and response.is_redirect:
        return {claimed.job: store.sent_on(claimed, response).kind}
    if poll.outcome.kind == OK and response is not None:
        poll = _parsed(poll, response)
    return {claimed.job: store.feed_polled(poll).kind}


def _parsed(poll: Poll, response: Response) -> Poll:
    """The poll with what its body says, which is kept; or with why it says nothing."""
    try:
        parsed = parse_feed(
            response.body,
            url=response.final_url,
            content_type=response.header("content-type"),
            tz=poll.feed.tz,
            date_order=poll.feed.date_order,
            max_items=settings.INGEST["items_per_feed"],
        )
    except NotAFeed as error:
        return replace(poll, outcome=Outcome("not_a_feed", _said(error)))
    outcome = Outcome(OK, "; ".join(parsed.warnings))
    left = store.without_removed(parsed)
    kept = raw.keep(response.body) if left is parsed else ""  # else it holds what had to go
    return replace(poll, outcome=outcome, parsed=left, raw_sha256=kept)


def _said(error: NotAFeed) -> str:
    """What stands there instead of a feed, and which feeds it offers: a hint for editors."""
    titled = f"{error.detail}: {error.page_title}" if error.page_title else error.detail
    return "; ".join([titled, *(f"it offers {url}" for url in error.alternates[:3])])


# --- pages ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageInHand:
    """An article whose page is to be fetched, the host that is asked, the redirects so far."""

    claimed: Claimed
    article: Article
    host: Host
    trail: tuple[Hop, ...]

    @property
    def place(self) -> str:
        """The address that is asked for next."""
        return self.trail[-1].location if self.trail else self.article.url

    @property
    def rules_are_old(self) -> bool:
        """Whether the host's robots.txt is not known, or not any more."""
        return self.host.robots_until is None or self.host.robots_until < timezone.now()


def load_pages(claims: Sequence[Claimed]) -> list[PageInHand]:
    """The articles and hosts of these jobs; of the version held only what tells it from others."""
    jobs = (
        Job.objects.select_related("article__current_version", "host")
        .defer(*(f"article__current_version__{name}" for name in ("search", "text", "title")))
        .in_bulk([claimed.job for claimed in claims])
    )
    found = ((claimed, jobs.get(claimed.job)) for claimed in claims)
    return [
        PageInHand(claimed, job.article, job.host, _trail(job, job.article.url))
        for claimed, job in found
        if job is not None and job.article is not None
    ]


def ask_page(hand: PageInHand) -> Answer | permission.Asked | PageInHand:
    """Fetch an article's page and keep it. Touches no database.

    Returns:
        What came of it; what came of asking for the host's robots.txt, where that was not known;
        the page itself where nothing may be asked, as the host does not say what it allows.
    """
    claimed, article = hand.claimed, hand.article
    if hand.rules_are_old:
        return permission.ask(claimed, hand.place)
    if hand.host.robots is None:
        return hand
    if not robots.allows(hand.host.robots, hand.place, settings.INGEST["user_agent"]):
        denied = Outcome("robots_denied", "robots.txt asks not to fetch this address.")
        return Answer(claimed, article, denied)
    etag, last_modified = article.etag, article.last_modified
    if article.current_version_id is None or article.is_without_its_text:
        etag = last_modified = ""
    try:
        response = fetch(
            article.url,
            limits("page"),
            etag=etag,
            last_modified=last_modified,
            accept=_PAGE_TYPES,
            identity=claimed.tries > 0,
            trail=hand.trail,
            gate=_at_its_gate,
        )
    except FetchError as error:
        return Answer(claimed, article, Outcome(error.outcome, error.detail), hops=error.hops)
    outcome = _judged(response, conditional=bool(etag or last_modified))
    kept = raw.keep(response.body) if outcome.kind == OK else ""
    return Answer(claimed, article, outcome, replace(response, body=b""), raw_sha256=kept)


def write_pages(answers: Sequence[Answer | permission.Asked | PageInHand]) -> Words:
    """Write down what came of asking for pages: those that came together, the others each in a
    transaction of its own."""
    came = [one for one in answers if isinstance(one, Answer) and one.came]
    words = batch.committed(store.pages_fetched, came)
    for one in answers:
        if one.claimed.job not in words:
            words |= batch.attempt(_write_page, [one])
    return words


def _write_page(answers: Sequence[Answer | permission.Asked | PageInHand]) -> Words:
    (one,) = answers
    if isinstance(one, Answer) and one.response is not None and one.response.is_redirect:
        outcome = store.sent_on(one.claimed, one.response)
    elif isinstance(one, Answer):
        outcome = store.page_given_up(one)
    elif isinstance(one, permission.Asked):
        outcome = permission.learn(one)
    else:
        outcome = store.page_waits(one.claimed, one.host)
    return {one.claimed.job: outcome.kind}
