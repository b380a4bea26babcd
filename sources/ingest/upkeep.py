"""What people do to a feed or a job: pause it, let it go on, follow it elsewhere, ask it again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import destination
from sources.ingest.identify import authority, repair_url, url_key
from sources.models import Article, Feed, Host, Job

_OFFER = "it offers "  # how the detail of a page that is no feed names the feeds it links to
_URGENT = 10


class UnusableAddressError(ValueError):
    """The address is none we would ever ask."""


class AddressTakenError(ValueError):
    """Another feed is polled at that address; merging two is a decision of its own."""

    def __init__(self, holder: Feed) -> None:
        super().__init__(f"{holder.url} belongs to feed {holder.pk}")
        self.holder = holder


def pause(feed: Feed, because: str, until: datetime | None) -> None:
    """Ask a feed no more until a moment, or until somebody resumes it when `until` is None.

    Args:
        because: the reason, as colleagues will read it.
    """
    feed.enabled, feed.paused_because, feed.paused_until = False, because, until
    feed.save(update_fields=["enabled", "paused_because", "paused_until"])


@transaction.atomic
def resume(feed: Feed) -> None:
    """Ask a feed again, from now on; also one that was given up as gone."""
    feed.enabled, feed.paused_because, feed.paused_until = True, "", None
    feed.gone_since = None
    feed.save(update_fields=["enabled", "paused_because", "paused_until", "gone_since"])
    Job.objects.filter(feed=feed).update(due_at=timezone.now(), claims=0)


@transaction.atomic
def pace(feed: Feed, minutes: int | None) -> None:
    """Ask a feed at least every so many minutes from now on; None: each night."""
    feed.poll_minutes, feed.interval_minutes = minutes, None
    feed.save(update_fields=["poll_minutes", "interval_minutes"])
    if minutes is not None:
        soon = timezone.now() + timedelta(minutes=minutes)
        Job.objects.filter(feed=feed, due_at__gt=soon).update(due_at=soon)


def resume_due(now: datetime) -> int:
    """Resume every feed whose pause has ended. Returns how many."""
    rested = Feed.objects.filter(enabled=False, paused_until__lte=now)
    with pghistory.context(reason="the pause ended"):
        for feed in rested:
            resume(feed)
    return len(rested)


def offered(feed: Feed) -> list[str]:
    """Other addresses the publisher itself names: where it redirects to, feeds its page links."""
    found = [feed.moved_to] if feed.moved_to else []
    found += [
        part.removeprefix(_OFFER)
        for part in feed.last_detail.split("; ")
        if part.startswith(_OFFER)
    ]
    return [url for url in dict.fromkeys(found) if url != feed.url and repair_url(url, "") == url]


@transaction.atomic
def move(feed: Feed, url: str) -> None:
    """Poll a feed at another address from now on: it is new there, and nothing it answered
    elsewhere is held against it.

    Raises:
        UnusableAddressError: not an address of the web, or one that is never fetched.
        AddressTakenError: another feed is polled there.
    """
    url = repair_url(url, "")
    if not url:
        raise UnusableAddressError
    try:
        destination.check(url, tuple(settings.INGEST["allow_networks"]))
    except destination.Refused as refused:
        raise UnusableAddressError from refused
    key = url_key(url)
    holder = Feed.objects.filter(url_key=key).exclude(pk=feed.pk).first()
    if holder is not None:
        raise AddressTakenError(holder)
    host, _ = Host.objects.get_or_create(
        authority=authority(url), defaults={"source_id": feed.source_id}
    )
    with pghistory.context(feed_moved_from=feed.url):
        Feed.objects.filter(pk=feed.pk).update(
            url=url,
            url_key=key,
            moved_to="",
            moved_since=None,
            moved_hits=0,
            etag="",
            last_modified="",
            body_sha256=None,
            failures=0,
            failing_since=None,
            last_outcome="",
            last_detail="",
            last_attempt_at=None,
        )
    Job.objects.filter(feed=feed).update(host=host)
    feed.refresh_from_db()
    resume(feed)


def release(job: Job) -> None:
    """Let a stuck job be claimed again, now."""
    Job.objects.filter(pk=job.pk).update(
        claims=0, tries=0, lease_token=None, lease_until=None, due_at=timezone.now()
    )


@transaction.atomic
def ask_article(article: Article) -> None:
    """Fetch an article's page again, before others, whatever was found the last time.

    What was handed in stands nowhere: nobody is asked.
    """
    if article.is_handed_in:
        return
    host, _ = Host.objects.get_or_create(
        authority=authority(article.url), defaults={"source_id": article.source_id}
    )
    # where the host did not say what it allows, it is asked that again first
    Host.objects.filter(pk=host.pk, robots=None).update(robots_until=None)
    now = {"due_at": timezone.now(), "claims": 0, "tries": 0, "priority": _URGENT}
    job, made = Job.objects.get_or_create(
        article=article, defaults={"kind": "page", "host": host, **now}
    )
    held = job.lease_until is not None and job.lease_until > timezone.now()
    if not made and not held:  # one in a worker's hands is being asked already
        Job.objects.filter(pk=job.pk).update(kind="page", lease_token=None, **now)
