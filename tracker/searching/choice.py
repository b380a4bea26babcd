"""What a reader chose beside the words, as conditions on articles."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils import timezone

from sources.models import Article, Source, SourceTag
from sources.models.article import ArticleQuerySet
from tracker.matching.terms import Node
from tracker.models import Evidence, StoryArticle, User
from tracker.models.evidence import EvidenceQuerySet
from tracker.models.story import StoryArticleQuerySet
from tracker.searching.conditions import LANGUAGES, said_by_language
from tracker.searching.facets import Chosen

FEW = 2000  # texts are read sooner than what an index of words lists of a common one


def matching(root: Node, user: User | AnonymousUser, chosen: Chosen) -> ArticleQuerySet:
    """All articles whose current version says it, under a choice."""
    said = said_by_language(root, "current_version__", chosen.lang or LANGUAGES)
    saying = Article.objects.filter(reduce(or_, said))
    return saying.filter(narrowing(chosen, user))


def few_of_stories(chosen: Chosen, user: User | AnonymousUser) -> list[int] | None:
    """The articles of the stories chosen, by key; None where they are many, or none was chosen."""
    if not chosen.story:
        return None
    keys = list(_passed(chosen, user).values_list("article", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def _passed(chosen: Chosen, user: User | AnonymousUser) -> StoryArticleQuerySet:
    """The articles of the stories chosen."""
    passed = StoryArticle.objects.visible_to(user).filter(dismissed_by=None)
    return passed.filter(story__in=chosen.story)


def _passages(user: User | AnonymousUser, article: str = "pk") -> EvidenceQuerySet:
    """The passages linked in an article, whose key the rows around have under this name."""
    return Evidence.objects.visible_to(user).standing().filter(version__article=OuterRef(article))


def _has(rows: QuerySet[Any, Any]) -> IsNull:
    """Whether there is such a row: looked up for each article on its own, before its words are.

    `Exists` and `__in` are planned as joins, that come after what takes the longest.
    """
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def narrowing(chosen: Chosen, user: User | AnonymousUser, path: str = "") -> Q:
    """The choice as a condition on articles, or on what leads to one.

    Args:
        path: from the model to its article, such as "version__article__".
    """
    wanted: dict[str, Any] = {}
    conditions = Q()
    if chosen.source or chosen.tag:
        # told their keys, PostgreSQL knows how much each prints, which is worth asking for once
        asked_once = chosen.source and not path
        wanted["source__in"] = list(_sources(chosen)) if asked_once else _sources(chosen)
    if chosen.story:
        conditions &= Q(_has(_passed(chosen, user).filter(article=OuterRef(f"{path}pk"))))
    if chosen.evidence:
        conditions &= Q(_has(_passages(user, f"{path}pk")))
    if chosen.first:
        wanted["sort_at__gte"] = midnight(chosen.first)
    if chosen.last:
        wanted["sort_at__lt"] = midnight(chosen.last + timedelta(days=1))
    found = Q(**{path + name: value for name, value in wanted.items()})
    languages = Q()
    for code in sorted(chosen.lang):
        languages |= Q(**{f"{path}language": code}) | Q(
            **{f"{path}language__startswith": f"{code}-"}
        )
    return conditions & found & languages


def _sources(chosen: Chosen) -> QuerySet[Source, int]:
    """The keys of the sources chosen by name or tag."""
    found = Source.objects.all()
    if chosen.source:
        found = found.filter(slug__in=chosen.source)
    if chosen.tag:
        tagged = SourceTag.objects.filter(tag__slug__in=chosen.tag)
        found = found.filter(pk__in=tagged.values("source"))
    return found.values_list("pk", flat=True)


def midnight(day: date) -> datetime:
    """When a day begins in the newsroom."""
    return timezone.make_aware(datetime.combine(day, time.min))
