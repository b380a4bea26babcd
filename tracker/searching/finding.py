"""Shows articles a page at a time, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func, QuerySet

from sources.models import Article
from sources.models.article import ArticleQuerySet


@dataclass(frozen=True, slots=True)
class Articles:
    """A page of articles, newest first, and the cursor of the next one ("" = none)."""

    articles: list[Article]
    earlier: str


class IsAnyOf(Func):
    """Whether a field has one of the values of a subquery, which are known before rows are met.

    Where `__in` is planned as one join of many, what a page shows is fetched of every row first.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, field: str, values: QuerySet[Any, Any]) -> None:
        super().__init__(field, ArraySubquery(values))


def newest(articles: ArticleQuerySet, before: str, size: int) -> Articles:
    """The page of articles that follows the cursor, which names the last article shown."""
    at, _, pk = before.partition("~")
    found = articles.order_by("-sort_at", "-pk")
    try:
        shown_at, shown = datetime.fromisoformat(at), int(pk)
    except ValueError:
        pass
    else:
        # the first condition alone would do for the order, but only it can use the index
        found = found.filter(sort_at__lte=shown_at).exclude(sort_at=shown_at, pk__gte=shown)
    shown_now = Article.objects.filter(IsAnyOf("pk", found.values("pk")[: size + 1]))
    shown_now = shown_now.select_related("source", "current_version")
    page = list(shown_now.defer("current_version__search").order_by("-sort_at", "-pk"))
    more = len(page) > size
    last = page[size - 1] if more else None
    return Articles(page[:size], f"{last.sort_at.isoformat()}~{last.pk}" if last else "")
