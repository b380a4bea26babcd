"""Shows articles a page at a time, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sources.models import Article
from sources.models.article import ArticleQuerySet


@dataclass(frozen=True, slots=True)
class Articles:
    """A page of articles, newest first, and the cursor of the next one ("" = none)."""

    articles: list[Article]
    earlier: str


def newest(articles: ArticleQuerySet, before: str, size: int) -> Articles:
    """The page of articles that follows the cursor, which names the last article shown."""
    at, _, pk = before.partition("~")
    found = articles.select_related("source", "current_version").order_by("-sort_at", "-pk")
    found = found.defer("current_version__search")
    try:
        shown_at, shown = datetime.fromisoformat(at), int(pk)
    except ValueError:
        pass
    else:
        # the first condition alone would do for the order, but only it can use the index
        found = found.filter(sort_at__lte=shown_at).exclude(sort_at=shown_at, pk__gte=shown)
    page = list(found[: size + 1])
    more = len(page) > size
    last = page[size - 1] if more else None
    return Articles(page[:size], f"{last.sort_at.isoformat()}~{last.pk}" if last else "")
