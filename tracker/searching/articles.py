"""Finds the articles whose current version says what was asked for, a page at a time.

No single plan is good for both common and rare words: ordered by date, PostgreSQL walks the date
index, at once for a word that every tenth article has, seconds for a rare one. So it is probed
first, up to a limit. What is below the limit is known in full: it is narrowed, counted and ordered
here. What is above is walked by date until the page is full, or collected where they are few. By
relevance, only the newest of too many hits are weighed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from statistics import median
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchRank
from django.db.models import (
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, TruncDate
from django.db.models.lookups import IsNull
from django.utils import timezone

from sources.models import Article, Source, SourceTag, Version
from sources.models.article import READERS, ArticleQuerySet
from tracker.matching.terms import Node
from tracker.models import Evidence, StoryArticle, User
from tracker.models.evidence import EvidenceQuerySet
from tracker.searching import facets, finding
from tracker.searching.conditions import LANGUAGES, in_any_language, said_by_language
from tracker.searching.facets import Chosen, Hit
from tracker.searching.finding import Articles, InTurn, IsAnyOf

PAGE = 30
PROBED = 500  # no figure above it is ever exact
WEIGHED = 300  # of more hits than that, so many of the newest are put in order of relevance
WALKING = 3  # times as dear is an article met on a walk, its words read, as a hit collected


@dataclass(frozen=True, slots=True)
class Found:
    """A page of articles, what narrows them, and the cursor of the next page ("" = none).

    `number` is how many there are, with `more` a number that is exceeded. The counts of `facets`
    are then those of the first hits met, each value having at least as many.
    """

    articles: list[Article]
    later: str
    number: int
    more: bool
    facets: dict[str, dict[Any, int]]
    facets_capped: bool
    sources: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Probe:
    """The first hits met, and of how many versions about how many say it."""

    hits: list[Hit]
    names: dict[str, str]
    stored: int

    @property
    def is_whole(self) -> bool:
        return len(self.hits) <= PROBED

    @property
    def expected(self) -> float:
        """About how many versions say it, those not met included."""
        # those of a language are met about in the order they were stored, some long after their
        # neighbours
        met: defaultdict[str, list[int]] = defaultdict(list)
        for hit in self.hits:
            met[hit.lang if hit.lang in READERS else ""].append(hit.version)
        return sum(
            len(versions) * max(self.stored / (2 * median(versions)), 1)
            for versions in met.values()
        )


def find(
    root: Node, user: User | AnonymousUser, chosen: Chosen, *, by_rank: bool, after: str
) -> Found:
    """The page of articles that follows the cursor `after`, in at most three queries."""
    probe = _probe(root, user)
    fitting = facets.narrowed(probe.hits, chosen)
    most = PROBED if probe.is_whole else WEIGHED
    if probe.is_whole:
        candidates = Article.objects.filter(pk__in=[hit.article for hit in fitting])
    elif chosen.source or _is_walk_shorter(probe, len(fitting), most if by_rank else PAGE):
        candidates = matching(root, user, chosen)
    else:
        candidates = _collected(root, chosen).filter(narrowing(chosen, user))
    page = (
        _best(candidates, root, after, most) if by_rank else finding.newest(candidates, after, PAGE)
    )
    number, more = len(fitting), not probe.is_whole
    if more:
        number = max(min(number - 1, PROBED), len(page.articles))
        if not after and not page.earlier:  # the page has them all
            number, more = len(page.articles), False
    counted = facets.counts(probe.hits, chosen)
    return Found(
        page.articles, page.earlier, number, more, counted, not probe.is_whole, probe.names
    )


def matching(root: Node, user: User | AnonymousUser, chosen: Chosen) -> ArticleQuerySet:
    """All articles whose current version says it, under a choice."""
    said = said_by_language(root, "current_version__", chosen.lang or LANGUAGES)
    saying = Article.objects.filter(reduce(or_, said))
    return saying.filter(narrowing(chosen, user))


def _is_walk_shorter(probe: _Probe, fitting: int, wanted: int) -> bool:
    """Whether a walk by date meets so many before all hits, narrowed or not, are collected.

    Args:
        fitting: how many of the hits met fit what was chosen.
    """
    narrowed = probe.expected * fitting / len(probe.hits)
    return WALKING * wanted * probe.stored < narrowed * probe.expected


def _probe(root: Node, user: User | AnonymousUser) -> _Probe:
    """The hits met first, up to one more than may be counted, of each language in its turn."""
    # one condition for all languages would read the words of every hit again
    met = InTurn(
        (
            Article.objects.filter(said).order_by()
            for said in said_by_language(root, "current_version__")
        ),
        PROBED + 1,
    )
    rows = list(_facts(Article.objects.filter(IsAnyOf("pk", met)).order_by(), user))
    hits = [
        Hit(article, version, slug, language.partition("-")[0], on, tags, stories, cited)
        for article, version, slug, _, language, on, tags, stories, cited, _ in rows
    ]
    names = {row[2]: row[3] for row in rows}
    return _Probe(hits, names, rows[0][-1] if rows else 0)


def _facts(found: ArticleQuerySet, user: User | AnonymousUser) -> QuerySet[Article, Any]:
    """All that narrows the articles, and how many versions there are."""
    tags = SourceTag.objects.filter(source=OuterRef("source")).values("tag__slug")
    passed = StoryArticle.objects.visible_to(user).filter(dismissed_by=None)
    return found.values_list(
        "pk",
        "current_version",
        "source__slug",
        "source__name",
        "language",
        TruncDate("sort_at"),
        ArraySubquery(tags),
        ArraySubquery(passed.filter(article=OuterRef("pk")).values("story")),
        _has(_passages(user)),
        Subquery(Version.objects.order_by("-pk").values("pk")[:1]),
    )


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
        wanted["source__in"] = _sources(chosen) if path else list(_sources(chosen))
    if chosen.story:
        passed = StoryArticle.objects.visible_to(user).filter(dismissed_by=None)
        conditions &= Q(_has(passed.filter(story__in=chosen.story, article=OuterRef(f"{path}pk"))))
    if chosen.evidence:
        conditions &= Q(_has(_passages(user, f"{path}pk")))
    if chosen.first:
        wanted["sort_at__gte"] = _midnight(chosen.first)
    if chosen.last and chosen.last < date.max:
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


def _collected(root: Node, chosen: Chosen) -> ArticleQuerySet:
    """The same articles as `version_says` fits, their versions looked up before."""
    first, *others = (
        Version.objects.filter(said).order_by().values("pk")
        for said in said_by_language(root, chosen=chosen.lang or LANGUAGES)
    )
    versions = first.union(*others, all=True) if others else first
    return Article.objects.filter(IsAnyOf("current_version", versions))


def _best(candidates: ArticleQuerySet, root: Node, after: str, most: int) -> Articles:
    """The page by relevance: how close together the words stand, and whether in the title."""
    newest = candidates.order_by("-sort_at", "-pk").values("pk")[:most]
    rank = SearchRank(
        F("current_version__search"),
        in_any_language(root),
        cover_density=True,
        normalization=Value(1),  # a long text is worth no more for its length
    )
    found = Article.objects.filter(IsAnyOf("pk", newest))
    # as a double it comes back from a cursor as it was
    found = (
        found.select_related("source", "current_version")
        .defer("current_version__search")
        .annotate(rank=Cast(rank, FloatField()))
        .order_by("-rank", "-pk")
    )
    weight, _, pk = after.partition("~")
    try:
        worth, shown = float(weight), int(pk)
    except ValueError:
        pass
    else:
        found = found.filter(Q(rank__lt=worth) | Q(rank=worth, pk__lt=shown))
    page = list(found[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    cursor = f"{getattr(last, 'rank', 0.0)!r}~{last.pk}" if last else ""
    return Articles(page[:PAGE], cursor)
