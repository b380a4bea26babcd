"""Finds the articles whose current version says what was asked for, a page at a time.

The newest hits are met first, up to a limit. Below it they are known in full: narrowed, counted and
ordered here. Above it, what the reader chose is asked of the database, and what narrows the search
is counted over those met. By relevance, only the newest of too many hits are weighed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchRank
from django.db.models import F, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull
from django.utils import timezone

from sources.models import Article, Source, SourceTag
from sources.models.article import ArticleQuerySet
from tracker.matching.terms import Node
from tracker.models import Evidence, StoryArticle, User
from tracker.models.evidence import EvidenceQuerySet
from tracker.searching import facets, finding, meeting
from tracker.searching.asked import Asked
from tracker.searching.conditions import LANGUAGES, in_any_language, said_by_language
from tracker.searching.facets import Chosen, Hit
from tracker.searching.finding import IsAnyOf, Place
from tracker.searching.meeting import Met, Wanted

PAGE = 30
PROBED = 300  # no figure above it is ever exact, and no more are put in order of relevance
_SHOWN = (
    "cluster",
    "url",
    "title",
    "language",
    "published_at",
    "published_precision",
    "first_seen_at",
    "source__name",
    "source__sample",
    "current_version__text",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of articles, what narrows them, and the cursor of the next page ("" = none).

    `number` is how many there are, with `more` a number that is exceeded. The counts of `facets`
    are then those of the newest hits, each value having at least as many. `since` is the day until
    which the texts were read for a phrase, where that was not far enough to fill the page.
    """

    articles: list[Article]
    later: str
    number: int
    more: bool
    facets: dict[str, dict[Any, int]]
    facets_capped: bool
    sources: dict[str, str]
    since: datetime | None = None


def find(root: Node, wish: Asked, user: User | AnonymousUser, stories: Collection[int]) -> Found:
    """The page of articles that was asked for, in at most three queries.

    Args:
        stories: the keys of those this person may see.
    """
    probe = meeting.newest(root, stories, Wanted(PROBED + 1))
    fitting = facets.narrowed(probe.hits, wish.chosen)
    page, later, since = _page(root, wish, user, stories, probe, fitting)
    number, more = len(fitting), probe.rest is not None
    if more:
        number = max(min(number - 1, PROBED), len(page) - 1, 0)
        if not (wish.after or later or since):  # the page has them all
            number, more = len(page), False
    return Found(
        page,
        later,
        number,
        more,
        facets.counts(probe.hits, wish.chosen),
        probe.rest is not None,
        probe.names,
        since,
    )


def _page(
    root: Node,
    wish: Asked,
    user: User | AnonymousUser,
    stories: Collection[int],
    probe: Met,
    fitting: Iterable[Hit],
) -> tuple[list[Article], str, datetime | None]:
    """The articles, the cursor of the next page, and how far back texts were read for them."""
    start = None if wish.by_rank else finding.place(wish.after)
    hits = [hit for hit in fitting if start is None or _place(hit) < start]
    if probe.rest is None or len(hits) >= _wanted(wish):
        met = Met(hits)  # the newest of those met are the newest of all
    elif wish.chosen.is_open and start is None:
        met = probe
    elif wish.chosen.source:  # whose articles have an index by date of their own
        return *_of_sources(matching(root, user, wish.chosen), root, wish), None
    else:
        met = _further(root, wish, user, stories, probe, hits)
    if wish.by_rank:
        weighed = Q(pk__in=[hit.article for hit in met.hits[:PROBED]])
        return *_best(weighed, root, wish.after), met.read_since
    page, later = _newest(met)
    return page, later, met.read_since if len(met.hits) <= PAGE else None


def _wanted(wish: Asked) -> int:
    """How many hits a page is made of."""
    return PROBED if wish.by_rank else PAGE + 1


def _of_sources(found: ArticleQuerySet, root: Node, wish: Asked) -> tuple[list[Article], str]:
    if wish.by_rank:
        newest = finding.before(found, None).values("pk")[:PROBED]
        return _best(Q(IsAnyOf("pk", newest)), root, wish.after)
    page = finding.newest(found, wish.after, PAGE)
    return page.articles, page.earlier


def _further(
    root: Node,
    wish: Asked,
    user: User | AnonymousUser,
    stories: Collection[int],
    probe: Met,
    hits: list[Hit],
) -> Met:
    """The newest hits under a choice: those of the probe, and more that follow.

    Of a phrase, so many texts are read from where the page begins.
    """
    chosen = wish.chosen
    after = None if wish.by_rank else finding.place(wish.after)
    if probe.read_since is not None:
        hits = []
    elif probe.rest is not None and (after is None or probe.rest < after):
        after = probe.rest
    wanted = Wanted(
        _wanted(wish) - len(hits),
        chosen.lang or LANGUAGES,
        after=after,
        fitting=_fitting(probe.hits, chosen),
    )
    undated = replace(chosen, first=None, last=None)
    if not undated.is_open:
        wanted = replace(wanted, among=Article.objects.filter(narrowing(undated, user)))
    if chosen.first:
        wanted = replace(wanted, bottom=_midnight(chosen.first) - timedelta(microseconds=1))
    if chosen.last:
        end = _midnight(chosen.last + timedelta(days=1))
        wanted = replace(wanted, top=end - timedelta(microseconds=1))
    met = meeting.newest(root, stories, wanted)
    return replace(met, hits=hits + met.hits)


def _fitting(met: Sequence[Hit], chosen: Chosen) -> float:
    """Which part of those met fits a choice, whatever their day and language; never none."""
    anytime = replace(chosen, first=None, last=None, lang=frozenset())
    return (len(facets.narrowed(met, anytime)) + 1) / (len(met) + 1)


def matching(root: Node, user: User | AnonymousUser, chosen: Chosen) -> ArticleQuerySet:
    """All articles whose current version says it, under a choice."""
    said = said_by_language(root, "current_version__", chosen.lang or LANGUAGES)
    saying = Article.objects.filter(reduce(or_, said))
    return saying.filter(narrowing(chosen, user))


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
        passed = StoryArticle.objects.visible_to(user).filter(dismissed_by=None)
        conditions &= Q(_has(passed.filter(story__in=chosen.story, article=OuterRef(f"{path}pk"))))
    if chosen.evidence:
        conditions &= Q(_has(_passages(user, f"{path}pk")))
    if chosen.first:
        wanted["sort_at__gte"] = _midnight(chosen.first)
    if chosen.last:
        wanted["sort_at__lt"] = _midnight(chosen.last + timedelta(days=1))
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


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _place(hit: Hit) -> Place:
    return Place(hit.at, hit.article)


def _newest(met: Met) -> tuple[list[Article], str]:
    """The page of the newest and its cursor."""
    shown = met.hits[:PAGE]
    found = _with_texts(Q(pk__in=[hit.article for hit in shown])).in_bulk()
    page = [found[hit.article] for hit in shown if hit.article in found]
    rest = _place(shown[-1]) if len(met.hits) > PAGE else met.rest
    return page, finding.cursor(rest) if rest else ""


def _best(weighed: Q, root: Node, after: str) -> tuple[list[Article], str]:
    """The page by relevance: how close together the words stand, and whether in the title."""
    rank = SearchRank(
        F("current_version__search"),
        in_any_language(root),
        cover_density=True,
        normalization=Value(1),  # a long text is worth no more for its length
    )
    # as a double it comes back from a cursor as it was
    found = _with_texts(weighed).annotate(rank=Cast(rank, FloatField()))
    weight, _, pk = after.partition("~")
    try:
        worth, shown = float(weight), int(pk)
    except ValueError:
        pass
    else:
        found = found.filter(Q(rank__lt=worth) | Q(rank=worth, pk__lt=shown))
    page = list(found.order_by("-rank", "-pk")[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    cursor = f"{getattr(last, 'rank', 0.0)!r}~{last.pk}" if last else ""
    return page[:PAGE], cursor


def _with_texts(which: Q) -> ArticleQuerySet:
    found = Article.objects.filter(which).select_related("source", "current_version")
    return found.only(*_SHOWN)
