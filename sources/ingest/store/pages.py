"""Writes the outcome of asking for a page or a robots.txt, and what the article waits for next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import decide, lease, robots, rows
from sources.ingest.decide import LATER, OK, UNCHANGED, Outcome
from sources.ingest.fetch import Hop, Response
from sources.ingest.lease import Claimed
from sources.ingest.polling import LOCAL_OUTAGE
from sources.ingest.store import articles, log, moves, outage, removed
from sources.models import Article, Host, Job

# Outcomes that say in so many words what stands behind the address.
STATE_OF = {
    "http_402": "paywalled",
    "http_403": "challenge",
    "http_404": "gone",
    "http_410": "gone",
    "http_401": "paywalled",
    "http_451": "gone",
    "challenge": "challenge",
    "robots_denied": "robots_denied",
    "too_large": "too_large",
}


ALLOW_AFTER = timedelta(days=30)  # RFC 9309, 2.3.1.4: then a host without an answer has no rules


def robots_fetched(
    claimed: Claimed, url: str, text: str | None, outcome: Outcome, response: Response | None
) -> Outcome:
    """Keep a host's robots.txt; the page that needed it stays due and passes the gate again.

    Args:
        text: the rules; empty allows everything; None when the host could not say.
        outcome: what came of asking; its class is lost but for its words.
    """
    now = timezone.now()
    with transaction.atomic():
        outcome = outage.judged(claimed, outcome, now)
        if outcome.kind == LOCAL_OUTAGE:
            log.fetched(claimed, outcome, url, response, of_robots=True)
            lease.finish(claimed, due_at=outage.again(now))
            lease.release_host(claimed)
            return outcome
        pause = decide.pause_seconds(outcome)
        if outcome.kind != "robots":
            words = f"{outcome.kind}: {outcome.detail}"
            outcome = Outcome("robots_unreachable", words)
        log.fetched(claimed, outcome, url, response, of_robots=True)
        until = _note_robots(claimed.host, text, response, now)
        if until is None:
            lease.finish(claimed, due_at=now, run_id=claimed.run, priority=claimed.priority)
        else:
            lease.finish(claimed, due_at=until, run_id=_run_that_waits(claimed, until, now))
        lease.release_host(claimed, response.elapsed if response else 0, pause)
    return outcome


def _note_robots(
    authority: str, text: str | None, response: Response | None, now: datetime
) -> datetime | None:
    """Write down what the host said. The time to wait for when it said nothing, else None."""
    host = Host.objects.get(pk=authority)
    since: datetime | None = host.robots_failing_since or now
    if text is None and since and now - since >= ALLOW_AFTER:
        text = ""
    elif text is not None:
        since = None
    ttl: float = settings.INGEST["robots_ttl"]
    if text is None:
        first = response is None and host.robots_failing_since is None
        ttl = min(ttl, _robots_retry(now - (since or now), first_silence=first))
    values: dict[str, Any] = {
        "robots_status": response.status if response else None,
        "robots_until": now + timedelta(seconds=ttl),
        "robots_failing_since": since,
        "robots": text,
    }
    if text is not None:
        values["crawl_delay"] = _crawl_delay(text)
    Host.objects.filter(pk=authority).update(**values)
    return None if text is not None else values["robots_until"]


def _robots_retry(failing: timedelta, *, first_silence: bool) -> float:
    """Seconds until a robots.txt that could not be had is asked for again; no page is, meanwhile
    (RFC 9309, 2.3.1.4, which leaves open when). As long again as it has been failing, so that a
    dead host is asked ever more rarely.

    Args:
        first_silence: nothing at all came, for the first time. That may be the line's fault or
            our own, and must not cost every page of the host an hour: it is tried again as soon
            as any request that failed so.
    """
    retry: float = settings.INGEST["robots_retry"]
    if first_silence:
        retry = min(retry, settings.INGEST["run_retries"][0])
        return retry
    return max(retry, failing.total_seconds())


def waits_for_host(claimed: Claimed, authority: str) -> Outcome:
    """Let a page wait until the host that its own host's robots.txt leads to may be asked."""
    host, now = Host.objects.get(pk=authority), timezone.now()
    due = max(now, host.next_request_at, host.paused_until or now)
    run = _run_that_waits(claimed, due, now)
    with transaction.atomic():
        lease.finish(claimed, due_at=due, run_id=run, priority=claimed.priority)
        lease.release_host(claimed)
    return Outcome(LATER, f"Its robots.txt stands at {authority}, which may not be asked yet.")


def page_waits(claimed: Claimed, host: Host) -> Outcome:
    """Let a page wait until its host is asked for its robots.txt again."""
    now = timezone.now()
    until = host.robots_until or now
    with transaction.atomic():
        lease.finish(claimed, due_at=until, run_id=_run_that_waits(claimed, until, now))
        lease.release_host(claimed)
    return Outcome(LATER, "The host's robots.txt could not be read.")


def _run_that_waits(claimed: Claimed, until: datetime, now: datetime) -> int | None:
    """The job's run where it is to wait so long, None where it goes on without the job."""
    return claimed.run if until - now <= decide.LONGEST_WAIT_IN_RUN else None


def _crawl_delay(text: str) -> float | None:
    ingest = settings.INGEST
    return robots.crawl_delay(text, ingest["user_agent"], ingest["crawl_delay_cap"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for an article's page.

    `hops` are redirects of an attempt that failed on the way; `raw_sha256` is what the body is
    kept under, empty for an unchanged page.
    """

    claimed: Claimed
    article: Article
    outcome: Outcome
    response: Response | None = None
    hops: tuple[Hop, ...] = ()
    raw_sha256: str = ""

    @property
    def seconds(self) -> float:
        """How long it took; 0 where nothing came."""
        return self.response.elapsed if self.response else 0.0

    @property
    def came(self) -> bool:
        """Whether the page is here, or known to be unchanged."""
        return self.outcome.kind in (OK, UNCHANGED)

    @property
    def is_news(self) -> bool:
        """Whether there is something to read: bytes that were not read before. A page that came
        back is read again: what it was before it was withdrawn or emptied is no longer known."""
        current = self.article.current_version
        back = self.article.is_without_its_text
        held = current is not None and current.raw_sha256 == self.raw_sha256 and not back
        return self.outcome.kind != UNCHANGED and not held


def pages_fetched(answers: Sequence[Answer]) -> dict[int, str]:
    """Write answers that brought a page, or that it did not change, in a transaction that holds
    their jobs. Returns the outcome class of each."""
    now = timezone.now()
    led, answers = answers, removed.turn_away(answers)
    fetches = [
        log.row(one.claimed, one.outcome, one.article.url, one.response, raw_sha256=one.raw_sha256)
        for one in answers
    ]
    rows.insert(fetches)
    news = [(one, fetch) for one, fetch in zip(answers, fetches, strict=True) if one.is_news]
    lease.finish_all(
        [
            (one.claimed, {"kind": "extract", "due_at": now, "fetch_id": fetch.pk, "tries": 0})
            for one, fetch in news
        ]
    )
    for one, _ in news:
        _land(one)
    settle_all([one for one in answers if not one.is_news])
    lease.release_hosts((one.claimed, one.seconds, None) for one in led)
    return {one.claimed.job: one.outcome.kind for one in led}


def _land(answer: Answer) -> None:
    """Remember where the redirects ended, and that a page that was withdrawn is back."""
    article, response = answer.article, answer.response
    if response is not None and response.hops:
        articles.remember(article.pk, [response.final_url], "redirect")
    if article.withdrawn_at is not None:
        Article.objects.filter(pk=article.pk).update(withdrawn_at=None)


def page_given_up(answer: Answer) -> Outcome:
    """Write an attempt that brought no page: try again within the run, or say why there is none.

    Raises:
        LostLeaseError: another worker took the article over; nothing was written.
    """
    claimed, article, response = answer.claimed, answer.article, answer.response
    now = timezone.now()
    tries = claimed.tries + 1
    retries = settings.INGEST["run_retries"] if claimed.run else ()
    with transaction.atomic():
        outcome = outage.judged(claimed, answer.outcome, now)
        again = decide.page_retry(outcome, tries, now, retries)
        log.fetched(claimed, outcome, article.url, response, hops=answer.hops)
        if outcome.kind == LOCAL_OUTAGE:
            lease.finish(claimed, due_at=outage.again(now))
        elif again is not None:
            run = claimed.run if again.in_run else None
            lease.finish(claimed, due_at=again.due_at, tries=tries, run_id=run)
        else:
            _name_state(article, outcome, now)
            settle(claimed, article, now)
        lease.release_host(claimed, answer.seconds, decide.pause_seconds(outcome))
    return outcome


def _name_state(article: Article, outcome: Outcome, now: datetime) -> None:
    """Say what became of the address. A text we hold stays; a withdrawn page says since when."""
    state = STATE_OF.get(outcome.kind, "failed")
    values: dict[str, Any] = {"state_detail": outcome.detail or outcome.kind}
    if state == "gone" and article.withdrawn_at is None:
        values["withdrawn_at"] = now
    if article.current_version_id is None or state == "gone":
        values["text_state"] = state
    Article.objects.filter(pk=article.pk).update(**values)


class OfArticle(Protocol):
    """A piece of work on an article."""

    @property
    def claimed(self) -> Claimed: ...

    @property
    def article(self) -> Article: ...


def settle(claimed: Claimed, article: Article, now: datetime) -> None:
    """Give the job back for the article's next re-check, or retire it when there is none."""
    again = _next_look(article, now)
    if again is None:
        lease.retire(claimed)
    else:
        lease.finish(claimed, **again)


def settle_all(pieces: Sequence[OfArticle]) -> dict[int, str]:
    """Settle many articles at once, in a transaction that holds their jobs. Returns OK for each."""
    now = timezone.now()
    looks = [(one.claimed, _next_look(one.article, now)) for one in pieces]
    lease.finish_all([(claimed, again) for claimed, again in looks if again is not None])
    Job.objects.filter(pk__in=[claimed.job for claimed, again in looks if again is None]).delete()
    return {claimed.job: OK for claimed, _ in looks}


def _next_look(article: Article, now: datetime) -> dict[str, Any] | None:
    """What the job becomes for the article's next re-check; None when there is none."""
    if article.is_handed_in:
        return None
    schedule = settings.INGEST["watched_recheck_days" if article.watched else "recheck_days"]
    due = decide.next_check(article.first_seen_at, now, schedule, article.watched)
    if due is None:
        return None
    done = {"kind": "page", "due_at": due, "run_id": None, "tries": 0, "fetch_id": None}
    return done | moves.home(article.url)
