"""Folds an article without a text into the one that is held where its page says it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sources.ingest import headlines, identify, lease
from sources.ingest.store import articles, removed
from sources.models import ArticleUrl

if TYPE_CHECKING:
    from sources.ingest.store.texts import Reading


def fold_shells(readings: Sequence[Reading]) -> list[Reading]:
    """Keep the canonical addresses of pages; an article whose page stands at the address of another
    one is folded into that one, unless it holds a text. Returns the readings that are left."""
    claimed = {one.article.pk: url for one in readings if (url := _stands_at(one))}
    readings = _without_removed(readings, claimed)
    keys = {pk: identify.url_key(url) for pk, url in claimed.items()}
    owners = _owners(keys)
    if all(key in owners and owners[key].article_id == pk for pk, key in keys.items()):
        return list(readings)
    articles.lock_making()
    owners = _owners(keys)
    left: list[Reading] = []
    for one in readings:
        pk = one.article.pk
        fresh = ArticleUrl(article=one.article, kind="canonical")
        owner = owners.setdefault(keys[pk], fresh) if pk in keys else fresh
        if _is_twin(one, owner):
            lease.retire(one.claimed)
            articles.fold(one.article, owner.article_id)
            continue
        left.append(one)
        if owner is fresh and pk in keys:
            articles.remember(pk, [claimed[pk]], fresh.kind)
    return left


def _stands_at(one: Reading) -> str:
    """The address a page claims for itself, else the one its redirects ended at."""
    led = one.fetch.final_url if one.fetch.hops else ""
    return identify.usable_canonical(led or one.article.url, one.document.canonical) or led


def _is_twin(one: Reading, owner: ArticleUrl) -> bool:
    """Whether a page stands where another article is held, and is that article.

    An address that a feed or an editor gave is an article's. One that only pages gave may be a
    wall's that all of them lead to, or a mistake that all of them share: there the headlines, the
    one that was announced and those of both articles, have to be one as well.
    """
    if owner.article_id == one.article.pk or one.article.current_version_id is not None:
        return False
    if owner.kind.endswith("_link"):
        return True
    named = [title for title in (one.article.title, owner.article.title) if title]
    return all(headlines.alike(title, one.document.title, 0.75) for title in named)


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


def _owners(keys: dict[int, bytes]) -> dict[bytes, ArticleUrl]:
    """Under which of these addresses an article is held, and which."""
    rows = ArticleUrl.objects.select_related("article").filter(pk__in=set(keys.values()))
    return {bytes(row.pk): row for row in rows}
