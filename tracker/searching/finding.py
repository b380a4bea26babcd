"""Shows articles a page at a time, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func, QuerySet

from sources.models import Article
from sources.models.article import ArticleQuerySet
from tracker.models.typed import key, moment


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


class Place(NamedTuple):
    """Where an article stands among all, the newest last."""

    at: datetime
    article: int


def place(cursor: str) -> Place | None:
    """The place a cursor names; None where it names none."""
    words, _, article = cursor.partition("~")
    at, pk = moment(words), key(article)
    return Place(at, pk) if at is not None and pk is not None else None


def cursor(place: Place) -> str:
    """The cursor of what follows this place."""
    return f"{place.at.isoformat()}~{place.article}"


def before(articles: ArticleQuerySet, start: Place | None) -> ArticleQuerySet:
    """The articles that follow a place, newest first; all of them where there is none."""
    found = articles.order_by("-sort_at", "-pk")
    if start is None:
        return found
    # the first condition alone would do for the order, but only it can use the index
    return found.filter(sort_at__lte=start.at).exclude(sort_at=start.at, pk__gte=start.article)


def newest(articles: ArticleQuerySet, after: str, size: int) -> Articles:
    """The page of articles that follows the cursor, which names the last article shown."""
    found = before(articles, place(after))
    shown_now = Article.objects.filter(IsAnyOf("pk", found.values("pk")[: size + 1]))
    shown_now = shown_now.select_related("source", "current_version")
    page = list(shown_now.defer("current_version__search").order_by("-sort_at", "-pk"))
    more = len(page) > size
    last = page[size - 1] if more else None
    return Articles(page[:size], cursor(Place(last.sort_at, last.pk)) if last else "")
