"""Writes the items of a feed and makes articles of the new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from sources.ingest import entries, identify, lease, rows
from sources.ingest.dates import Date, choose, parse_date
from sources.ingest.feedparse import Item, ParsedFeed
from sources.ingest.store import articles
from sources.ingest.store.articles import Lead
from sources.models import ArticleUrl, Feed, FeedItem, Job

SAID = ("title", "summary", "item_hash", "hash_changes", "updated_at")
MOST_CHANGES = 24  # an item that changes more often carries a clock, not news


@dataclass(slots=True)
class Counts:
    """What became of the items of one poll."""

    new: int = 0
    updated: int = 0
    same: int = 0
    bad: int = 0


def take_in(feed: Feed, parsed: ParsedFeed, run: int | None, now: datetime, counts: Counts) -> None:
    """Store what is new or changed among the entries of a feed, and count it.

    Call inside a transaction, after `articles.lock_making`.

    Args:
        run: the run that waits for the pages of new items.
        counts: added to.
    """
    identity = entries.choose_identity(parsed.items, feed.identity)
    stepped_down = identity != feed.identity
    if stepped_down:
        feed.identity = identity
        Feed.objects.filter(pk=feed.pk).update(identity=identity)
    offered = {entries.guid_key(item, identity): item for item in reversed(parsed.items)}
    held = _held(feed, offered)
    if offered and not stepped_down:
        _note_gap(feed, held, now)
    fresh: list[FeedItem] = []
    changed: list[FeedItem] = []
    renamed: list[FeedItem] = []
    seen: list[int] = []
    for key, item in offered.items():
        row = held.get(key)
        if row is None:
            fresh.append(_row(feed, key, item, parsed))
        else:
            seen.append(row.pk)
            renamed += [row] if _rename(row, key, item) else []
            changed += [row] if _update(row, item) else []
    counts.new, counts.updated = len(fresh), len(changed)
    counts.same = len(seen) - len(changed)
    rows.insert_missing(fresh)
    FeedItem.objects.filter(pk__in=seen).update(last_seen=now)
    FeedItem.objects.bulk_update(changed, SAID)
    FeedItem.objects.bulk_update(renamed, ["guid_key", "alt_key", "guid"])
    _recheck(changed, run, now)
    open_waiting(feed, run, now, parsed.language)


def _held(feed: Feed, offered: dict[bytes, Item]) -> dict[bytes, FeedItem]:
    """The rows of items we have, by the key they are offered under now.

    A publisher that changes its identifiers from http to https is known by the alternative key,
    one that makes new ones for old links by the links. Where one identifier covers many links, or
    one link many entries, only the full key tells.
    """
    rows = {bytes(row.guid_key): row for row in feed.items.filter(guid_key__in=list(offered))}
    missing = {key: item for key, item in offered.items() if key not in rows}
    if not missing or feed.identity != "guid" or feed.last_full_at is None:
        return rows
    taken = {row.pk for row in rows.values()}
    by_alt = {entries.alt_key(item): key for key, item in missing.items()}
    for row in feed.items.filter(alt_key__in=list(by_alt)):
        _match(rows, taken, by_alt[bytes(row.alt_key)], row)
    for key, row in _by_link(feed, {key: missing[key] for key in missing if key not in rows}):
        _match(rows, taken, key, row)
    return rows


def _by_link(feed: Feed, missing: dict[bytes, Item]) -> Iterator[tuple[bytes, FeedItem]]:
    """The rows of articles that entries with unknown identifiers lead to."""
    keys: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for key, item in missing.items():
        if item.link:
            keys[identify.url_key(item.link)].append(key)
    alone = [url for url, offered in keys.items() if len(offered) == 1]
    urls = ArticleUrl.objects.filter(url_key__in=alone).values_list("article", "url_key")
    articles_of = dict(urls)
    for row in feed.items.filter(article__in=list(articles_of)):
        yield keys[bytes(articles_of[row.article_id or 0])][0], row


def _match(rows: dict[bytes, FeedItem], taken: set[int], key: bytes, row: FeedItem) -> None:
    if key not in rows and row.pk not in taken:
        rows[key] = row
        taken.add(row.pk)


def _note_gap(feed: Feed, held: dict[bytes, FeedItem], now: datetime) -> None:
    """Two polls that share nothing may have missed what stood between them."""
    if feed.last_full_at is not None and not held and feed.items.exists():
        feed.gap_seen_at = now


def _row(feed: Feed, key: bytes, item: Item, parsed: ParsedFeed) -> FeedItem:
    return FeedItem(
        feed=feed,
        guid_key=key,
        alt_key=entries.alt_key(item),
        guid=item.guid[:2048],
        link=item.link,
        title=item.title,
        summary=item.summary,
        author=item.author,
        outlet=item.outlet,
        published_raw=item.published_raw[:120],
        published_at=item.published.at if item.published else None,
        updated_at=item.updated.at if item.updated else None,
        item_hash=entries.item_hash(item),
        waiting=bool(item.link) and not identify.is_aggregator(item.link),
    )


def _rename(row: FeedItem, key: bytes, item: Item) -> bool:
    """Know an item we have by its new identifier. True when it has one."""
    if bytes(row.guid_key) == key:
        return False
    row.guid_key, row.alt_key, row.guid = key, entries.alt_key(item), item.guid[:2048]
    return True


def _update(row: FeedItem, item: Item) -> bool:
    """Take over what changed in an item we have. True when something did."""
    new_hash = entries.item_hash(item)
    if bytes(row.item_hash) == new_hash or row.hash_changes >= MOST_CHANGES:
        return False
    row.title, row.summary, row.item_hash = item.title, item.summary, new_hash
    row.updated_at = item.updated.at if item.updated else row.updated_at
    row.hash_changes += 1
    return True


def _recheck(changed: Sequence[FeedItem], run: int | None, now: datetime) -> None:
    """An item that changed may stand for a page that changed: look now."""
    ids = [row.article_id for row in changed if row.article_id]
    jobs = Job.objects.filter(article_id__in=ids, kind="page", due_at__gt=now)
    Job.objects.filter(pk__in=lease.lock(jobs)).update(due_at=now, run_id=run)


def open_waiting(feed: Feed, run: int | None, now: datetime, language: str = "") -> None:
    """Make articles of the newest items that wait for it, as many as one night allows."""
    waiting = list(
        feed.items.filter(waiting=True).order_by("-published_at", "-pk")[
            : settings.INGEST["new_per_feed"]
        ]
    )
    leads = {row.pk: _lead(row, feed, language or feed.language, now) for row in waiting}
    found = articles.make(
        list(leads.values()), feed=feed, run=run, now=now, fetch_pages=feed.fetch_pages
    )
    made = {key: found.get(identify.url_key(lead.url)) for key, lead in leads.items()}
    rows.update(FeedItem, ((key, {"article_id": made[key], "waiting": False}) for key in made))


def _lead(row: FeedItem, feed: Feed, language: str, now: datetime) -> Lead:
    # read again as it was sent: the column has no place for "only the day" or "no zone"
    published = parse_date(row.published_raw, tz=feed.tz, date_order=feed.date_order)
    candidates = {
        "feed": published,
        "feed_updated": Date(row.updated_at, "second", ()) if row.updated_at else None,
    }
    chosen = choose(candidates, first_seen=row.first_seen, now=now)
    return Lead(
        url=row.link,
        title=row.title,
        author=row.author,
        language=language,
        published_at=chosen.published_at,
        precision=chosen.precision,
        origin=chosen.origin,
        flags=chosen.flags,
    )
