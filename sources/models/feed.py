"""Feeds and their items: where we listen, and what was said there as received."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sources.models.article import Article
from sources.models.source import Source


class Identity(models.TextChoices):
    """What tells two entries of a feed apart; steps down when a publisher repeats itself."""

    GUID = "guid", _("identifier")
    LINK = "link", _("link")
    LINK_DATE = "link_date", _("link and date")
    LINK_DATE_TITLE = "link_date_title", _("link, date and title")


class FeedQuerySet(models.QuerySet["Feed"]):
    """Sets of feeds in the newsroom's words."""

    def polled(self) -> FeedQuerySet:
        """Feeds the ingest asks: neither paused nor gone for good."""
        return self.filter(enabled=True)


CONFIGURED = (
    "source",
    "url",
    "enabled",
    "paused_because",
    "paused_until",
    "poll_minutes",
    "fetch_pages",
    "identity",
    "tz",
    "date_order",
    "user_agent",
    "allow_bad_tls",
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(*CONFIGURED)),
    pghistory.DeleteEvent(),
    fields=["id", *CONFIGURED],
    model_name="FeedEvent",
)
class Feed(models.Model):
    """One RSS, Atom or JSON feed of a source: how to poll it, and the facts last observed."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="feeds")
    url = models.CharField()
    url_key = models.BinaryField(max_length=32, unique=True, editable=False)
    title = models.CharField(default="", blank=True)
    site_url = models.CharField(default="", blank=True)
    format = models.CharField(default="", blank=True)
    language = models.CharField(default="", blank=True)

    # configuration, owned by editors
    enabled = models.BooleanField(default=True)
    paused_because = models.CharField(default="", blank=True)
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="When the pause ends by itself; null = by hand only."
    )
    poll_minutes = models.PositiveIntegerField(null=True, blank=True)
    fetch_pages = models.BooleanField(default=True)
    identity = models.CharField(choices=Identity, default=Identity.GUID)
    tz = models.CharField(default="America/Toronto")
    date_order = models.CharField(default="", blank=True)
    user_agent = models.CharField(default="", blank=True)
    allow_bad_tls = models.BooleanField(default=False)

    # validators: always those of the items stored with them
    etag = models.CharField(default="", editable=False)
    last_modified = models.CharField(default="", editable=False)
    body_sha256 = models.BinaryField(max_length=32, null=True, editable=False)
    last_full_at = models.DateTimeField(null=True, editable=False)

    # observed facts; the words for them are derived by health.py
    failures = models.FloatField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    last_outcome = models.CharField(default="", editable=False)
    last_detail = models.CharField(default="", editable=False)
    last_attempt_at = models.DateTimeField(null=True, editable=False)
    last_ok_at = models.DateTimeField(null=True, editable=False)
    last_new_at = models.DateTimeField(null=True, editable=False)
    gone_since = models.DateTimeField(null=True, editable=False)
    gap_seen_at = models.DateTimeField(null=True, editable=False)
    moved_to = models.CharField(default="", editable=False)
    moved_since = models.DateTimeField(null=True, editable=False)
    moved_hits = models.PositiveIntegerField(default=0, editable=False)
    interval_minutes = models.FloatField(
        null=True, editable=False, help_text="Between polls now; follows how much is new."
    )
    least_minutes = models.PositiveIntegerField(
        null=True, editable=False, help_text="The publisher's wish: its ttl or max-age."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ("source__name", "pk")

    def __str__(self) -> str:
        return self.title or self.url


class FeedItemQuerySet(models.QuerySet["FeedItem"]):
    """Sets of feed entries in the newsroom's words."""

    def feed_only(self) -> FeedItemQuerySet:
        """Entries that led to no publisher's page, the newest first: what an aggregator lists,
        and what has no link."""
        known = self.filter(article=None, waiting=False).select_related("feed")
        return known.order_by("-first_seen", "-pk")


class FeedItem(models.Model):
    """One entry of a feed as received. Kept even when no page was fetched for it."""

    # no index of its own: that of the constraint below begins with it
    feed = models.ForeignKey(Feed, models.CASCADE, related_name="items", db_index=False)
    guid_key = models.BinaryField(max_length=32, editable=False)
    alt_key = models.BinaryField(max_length=32, editable=False)
    guid = models.CharField()
    link = models.CharField()
    article = models.ForeignKey(Article, models.SET_NULL, null=True, related_name="items")
    title = models.CharField()
    summary = models.TextField()
    author = models.CharField()
    outlet = models.CharField(default="")
    published_raw = models.CharField()
    published_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    item_hash = models.BinaryField(max_length=32)
    hash_changes = models.PositiveSmallIntegerField(default=0)
    waiting = models.BooleanField(
        default=False, help_text="New, but beyond what one night fetches of this feed."
    )
    first_seen = models.DateTimeField(db_default=Now())
    last_seen = models.DateTimeField(db_default=Now())

    objects = FeedItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "guid_key"], name="item_stored_once")
        ]
        indexes = [
            models.Index(fields=["feed", "alt_key"], name="item_by_alt_key"),
            models.Index(fields=["feed", "-first_seen"], name="item_newest_of_feed"),
            models.Index(fields=["feed"], name="item_waiting", condition=models.Q(waiting=True)),
        ]

    def __str__(self) -> str:
        return self.title or self.link
