"""Finds the articles whose current version says what was asked for, a page at a time.

The newest hits are met first, up to a limit. Below it they are known in full: narrowed, counted and
ordered here. Above it, what the reader chose is asked of the database, of a small story text by
text, and what narrows the search is counted over those met. By relevance, only the newest of too
many hits are weighed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchRank
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Cast

from sources.models import Article
from sources.models.article import ArticleQuerySet
from tracker.matching.terms import Node
from tracker.models import User
from tracker.searching import facets, finding, meeting
from tracker.searching.asked import Asked
from tracker.searching.choice import few_of_stories, matching, midnight, narrowing
from tracker.searching.conditions import LANGUAGES, in_any_language
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
        return *_asked(matching(root, user, wish.chosen), root, wish), None
    elif (few := few_of_stories(wish.chosen, user)) is not None:
        anywhere = replace(wish.chosen, story=frozenset())
        return *_asked(matching(root, user, anywhere).filter(pk__in=few), root, wish), None
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


def _asked(found: ArticleQuerySet, root: Node, wish: Asked) -> tuple[list[Article], str]:
    """A page of articles among which the database finds the newest by itself."""
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
        wanted = replace(wanted, bottom=midnight(chosen.first) - timedelta(microseconds=1))
    if chosen.last:
        end = midnight(chosen.last + timedelta(days=1))
        wanted = replace(wanted, top=end - timedelta(microseconds=1))
    met = meeting.newest(root, stories, wanted)
    return replace(met, hits=hits + met.hits)


def _fitting(met: Sequence[Hit], chosen: Chosen) -> float:
    """Which part of those met fits a choice, whatever their day and language; never none."""
    anytime = replace(chosen, first=None, last=None, lang=frozenset())
    return (len(facets.narrowed(met, anytime)) + 1) / (len(met) + 1)


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
