"""When two entries of a feed are the same thing, and when one was edited."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from sources.ingest.identify import canonical_url, digest, squeezed

if TYPE_CHECKING:
    from sources.ingest.feedparse import Item

IDENTITIES = ("guid", "link", "link_date", "link_date_title")  # most trusted first


def _date_word(item: "Item") -> str:
    return item.published.at.isoformat() if item.published else squeezed(item.published_raw)


def guid_key(item: "Item", identity: str) -> bytes:
    """SHA-256 by which an entry is known again within its feed, at the feed's level of trust.

    An entry without the word its level needs is keyed by the next level's, and one without link
    and guid by its date and title (its summary where it has no title either).
    """
    if identity == "guid" and item.guid:
        return digest("guid", item.guid)
    link = canonical_url(item.link)
    if link and identity in ("guid", "link"):
        return digest("link", link)
    if link and identity == "link_date":
        return digest("link_date", link, _date_word(item))
    words = squeezed(item.title) or squeezed(item.summary)
    return digest("link_date_title", link, _date_word(item), words)


def alt_key(item: "Item") -> bytes:
    """SHA-256 of guid (or link) without scheme and `www.`: a publisher's move to https must not
    make every entry new. Says something only while the feed's identity is `guid`."""
    name = item.guid or item.link
    if re.match(r"https?://", name, re.IGNORECASE):
        name = (canonical_url(name) or name).split("://", 1)[1].removeprefix("www.")
    return digest("alt", name) if name else guid_key(item, "link_date_title")


def choose_identity(items: Sequence["Item"], current: str) -> str:
    """`current`, or the first level below it at which at most 5 % of the items (or fewer than
    two) share a key with an evidently different one. Never steps up."""
    levels = IDENTITIES[IDENTITIES.index(current) :]
    for level in levels[:-1]:
        colliding = _colliding(items, level)
        if colliding < 2 or colliding <= 0.05 * len(items):
            return level
    return levels[-1]


def _colliding(items: Sequence["Item"], level: str) -> int:
    groups: defaultdict[bytes, list[Item]] = defaultdict(list)
    for item in items:
        groups[guid_key(item, level)].append(item)
    return sum(len(group) for group in groups.values() if _differ(group, level))


def _differ(group: Iterable["Item"], level: str) -> bool:
    """Whether one key stands for several articles. One address under two titles is an article
    with a new headline; under three, an address that says nothing."""
    links = _distinct(group, lambda item: canonical_url(item.link))
    titles = _distinct(group, lambda item: squeezed(item.title).casefold())
    if level == "guid" and len(links) > 1:
        return True
    return len(titles) > (2 if links and level != "link_date" else 1)


def _distinct(group: Iterable["Item"], word: Callable[["Item"], str]) -> set[str]:
    return {word(item) for item in group} - {""}


def item_hash(item: "Item") -> bytes:
    """SHA-256 of what the publisher says in an entry: another value means it was edited."""
    updated = item.updated.at.isoformat() if item.updated else ""
    link = canonical_url(item.link)
    said = (item.title, item.summary, item.author)
    return digest(*map(squeezed, said), link, _date_word(item), updated)
