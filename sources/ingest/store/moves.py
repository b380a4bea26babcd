"""Follows redirects: a job to the host it is sent to, a feed to the address it has moved to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from sources.ingest import lease, polling
from sources.ingest.decide import LATER, Outcome
from sources.ingest.fetch import Response
from sources.ingest.identify import authority, url_key
from sources.ingest.lease import Claimed
from sources.ingest.polling import Moving
from sources.models import Feed, Host


def sent_on(claimed: Claimed, response: Response) -> Outcome:
    """Let the job wait at the gate of the host it was redirected to: its gap, its pause and its
    robots.txt count as if it had been asked for there.

    Nothing is logged yet: the attempt ends at the other host, and keeps these redirects.
    """
    host, _ = Host.objects.get_or_create(authority=authority(response.hops[-1].location))
    hops = [[hop.status, hop.url, hop.location] for hop in response.hops]
    with transaction.atomic():
        lease.finish(
            claimed,
            host_id=host.pk,
            hops=hops,
            due_at=timezone.now(),
            run_id=claimed.run,
            priority=claimed.priority,
        )
        lease.release_host(claimed, response.elapsed)
    return Outcome(LATER, f"It leads to {host}.")


def home(url: str) -> dict[str, Any]:
    """Changes to a job that bring it back from wherever it was redirected to."""
    return {"host_id": authority(url), "hops": None}


def note(feed: Feed, response: Response, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a good poll says about the feed's address. Call inside its transaction.

    Where another feed is held under the new address the two are left as they are: merging them is
    an editor's decision, and what was found is told in the feed's detail.

    Returns:
        Changes to the feed, and to its job.
    """
    hops = [(hop.status, hop.location) for hop in response.hops]
    before = Moving(feed.moved_to, feed.moved_since, feed.moved_hits)
    seen = polling.seen_moving(feed.url, hops, now, before)
    facts = {"moved_to": seen.to, "moved_since": seen.since, "moved_hits": seen.hits}
    if not polling.has_moved(feed.url, seen, now):
        return facts, {}
    key = url_key(seen.to)
    other = Feed.objects.filter(url_key=key).exclude(pk=feed.pk).first()
    if other is not None:
        return facts | {"last_detail": f"It moved to the address of another feed, {other.pk}."}, {}
    _move(feed, seen.to, key)
    host, _ = Host.objects.get_or_create(
        authority=authority(seen.to), defaults={"source_id": feed.source_id}
    )
    return {"moved_to": "", "moved_since": None, "moved_hits": 0}, {"host_id": host.pk}


def _move(feed: Feed, url: str, key: bytes) -> None:
    with pghistory.context(feed_moved_from=feed.url):
        Feed.objects.filter(pk=feed.pk).update(url=url, url_key=key)


def held_before(url: str) -> Feed | None:
    """The feed that moved away from this address, if one did."""
    event = apps.get_model("sources", "FeedEvent")
    events = event._default_manager.filter(pgh_context__metadata__feed_moved_from=url)
    return Feed.objects.filter(pk__in=events.values("pgh_obj_id")).first()
