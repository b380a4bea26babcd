"""Writes what a piece of work brought, each in one transaction that also gives its job back."""

from sources.ingest.store.feeds import feed_polled, feed_rests
from sources.ingest.store.moves import sent_on
from sources.ingest.store.pages import (
    page_fetched,
    page_given_up,
    page_waits,
    robots_fetched,
    settle,
    waits_for_host,
)
from sources.ingest.store.texts import TEXTS, page_read

__all__ = [
    "TEXTS",
    "feed_polled",
    "feed_rests",
    "page_fetched",
    "page_given_up",
    "page_read",
    "page_waits",
    "robots_fetched",
    "sent_on",
    "settle",
    "waits_for_host",
]
