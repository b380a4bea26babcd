"""Shows articles a page at a time, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from sources.models import Article
from sources.models.article import ArticleQuerySet


@dataclass(frozen=True, slots=True)
class Articles:
    """A page of articles, newest first, and the cursor of the next one ("" = none)."""

    articles: list[Article]
    earlier: str


class InTurn(Func):
    """The keys of the first rows of several querysets, one of each in turn, up to a number."""

    template = "ARRAY(SELECT pk FROM (%(expressions)s) met ORDER BY place LIMIT %(most)s)"
    arg_joiner = " UNION ALL "

    def __init__(self, querysets: Iterable[QuerySet[Any, Any]], most: int) -> None:
        place = Window(RowNumber())
        rows = (found.annotate(place=place).values("pk", "place")[:most] for found in querysets)
        output = ArrayField(BigIntegerField())
        super().__init__(*[Subquery(found) for found in rows], output_field=output, most=most)


class IsAnyOf(Func):
    """Whether a field has one of the values of a subquery, which are known before rows are met.

    Where `__in` is planned as one join of many, what a page shows is fetched of every row first.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, field: str, values: QuerySet[Any, Any] | InTurn) -> None:
        super().__init__(field, values if isinstance(values, InTurn) else ArraySubquery(values))


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
