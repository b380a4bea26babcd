"""Folds an article without a text into the one that is held under its page's canonical address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sources.ingest import identify, lease
from sources.ingest.store import articles, removed
from sources.models import ArticleUrl

if TYPE_CHECKING:
    from sources.ingest.store.texts import Reading


def fold_shells(readings: Sequence[Reading]) -> list[Reading]:
    """Keep the canonical addresses of pages; an article known by one that another article has is
    folded into that one, unless it holds a text. Returns the readings that are left."""
    claimed = {
        one.article.pk: canonical
        for one in readings
        if (canonical := identify.usable_canonical(one.article.url, one.document.canonical))
    }
    readings = _without_removed(readings, claimed)
    keys = {pk: identify.url_key(canonical) for pk, canonical in claimed.items()}
    owners = _owners(keys)
    if all(owners.get(key) == pk for pk, key in keys.items()):
        return list(readings)
    articles.lock_making()
    owners = _owners(keys)
    left: list[Reading] = []
    for one in readings:
        pk = one.article.pk
        owner = owners.setdefault(keys[pk], pk) if pk in keys else pk
        if owner != pk and one.article.current_version_id is None:
            lease.retire(one.claimed)
            articles.fold(one.article, owner)
        else:
            left.append(one)
    for one in left:
        if owners.get(keys.get(one.article.pk, b"")) == one.article.pk:
            articles.remember(one.article.pk, [claimed[one.article.pk]], "canonical")
    return left


def _without_removed(readings: Sequence[Reading], claimed: dict[int, str]) -> Sequence[Reading]:
    """The readings but those of pages that say they are an article removed by order."""
    gone = articles.barred(claimed.values())
    if not gone:
        return readings
    led = {pk for pk, url in claimed.items() if identify.url_key(url) in gone}
    left = [one for one in readings if one.article.pk not in led]
    for one in readings:
        if one not in left:
            del claimed[one.article.pk]
            removed.drop(one.claimed, one.article)  # after which it has no key
    return left


def _owners(keys: dict[int, bytes]) -> dict[bytes, int]:
    """The articles held under these addresses."""
    rows = ArticleUrl.objects.filter(pk__in=set(keys.values())).values_list("pk", "article_id")
    return {bytes(key): article for key, article in rows}
