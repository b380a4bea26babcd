"""Writes what a piece of work brought, each in one transaction that also gives its job back."""

from sources.ingest.store.feeds import feed_polled, feed_rests, feeds_unchanged
from sources.ingest.store.moves import sent_on
from sources.ingest.store.pages import (
    page_given_up,
    page_waits,
    pages_fetched,
    robots_fetched,
    settle_all,
    waits_for_host,
)
from sources.ingest.store.removed import without_removed
from sources.ingest.store.texts import NEW_VERSION, TEXTS, pages_read

__all__ = [
    "NEW_VERSION",
    "TEXTS",
    "feed_polled",
    "feed_rests",
    "feeds_unchanged",
    "page_given_up",
    "page_waits",
    "pages_fetched",
    "pages_read",
    "robots_fetched",
    "sent_on",
    "settle_all",
    "waits_for_host",
    "without_removed",
]
