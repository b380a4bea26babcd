"""Keeps out what was removed by order: in feeds, at redirects and under canonical addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sources.ingest import expunge, lease
from sources.ingest.feedparse import ParsedFeed
from sources.ingest.identify import url_key
from sources.ingest.store import articles
from sources.models import Article

if TYPE_CHECKING:
    from sources.ingest.store.pages import Answer


def without_removed(parsed: ParsedFeed) -> ParsedFeed:
    """The feed without the entries of removed articles; the very same where there are none."""
    gone = articles.barred(item.link for item in parsed.items)
    if not gone:
        return parsed
    return replace(
        parsed, items=tuple(one for one in parsed.items if url_key(one.link) not in gone)
    )


def turn_away(answers: Sequence[Answer]) -> list[Answer]:
    """Drop the articles whose redirects led to a removed one. Returns the answers that are left.

    Call inside a transaction that holds their jobs. One of which we hold a text keeps it.
    """
    ends = {
        one.claimed.job: one.response.final_url
        for one in answers
        if one.response and one.response.hops
    }
    gone = articles.barred(ends.values())
    led = {job for job, url in ends.items() if url_key(url) in gone}
    for one in answers:
        if one.claimed.job in led:
            drop(one.claimed, one.article, [one.raw_sha256])
    return [one for one in answers if one.claimed.job not in led]


def drop(claimed: lease.Claimed, article: Article, digests: Iterable[str] = ()) -> None:
    """Forget an article that turned out to be a removed one; its addresses are removed as well.

    Args:
        digests: raw files that were kept for it and that no row names yet.
    """
    lease.retire(claimed)
    if article.current_version_id is None:
        articles.lock_making()
        expunge.article(article)
    expunge.forget_files(digests)
