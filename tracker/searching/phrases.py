"""Who first printed a phrase, who dropped it and when, over all versions of a story's articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, Q

from sources.models import Article, Version
from sources.models.article import CJK, VersionKind, said
from tracker.models import Story, StoryArticle, User

ARTICLES = 200  # earliest first: the one that printed it first is among them


@dataclass(frozen=True, slots=True)
class Printing:
    """One stretch of versions in which an article says the phrase.

    `dropped` is the version that says it no more; None while the newest one still does.
    """

    article: Article
    since: Version
    last: Version
    dropped: Version | None

    @property
    def since_at(self) -> datetime:
        """A first version is as old as its article; a later one as the fetch that brought it."""
        return self.article.sort_at if self.since.seq == 1 else self.since.at

    @property
    def dropped_by_publisher(self) -> bool:
        """False where only our reading of the page changed."""
        return self.dropped is not None and self.dropped.kind != VersionKind.EXTRACTOR_UPGRADE


@dataclass(frozen=True, slots=True)
class Printings:
    """What was found, earliest first; `more` says that further articles were not looked at."""

    rows: list[Printing]
    more: bool

    @property
    def first(self) -> Printing | None:
        """Who printed it first."""
        return self.rows[0] if self.rows else None

    @property
    def dropped(self) -> list[Printing]:
        """Who took it out, in the order in which it was seen."""
        gone = [one for one in self.rows if one.dropped_by_publisher]
        return sorted(gone, key=lambda one: one.dropped.at if one.dropped else one.since_at)


def stories(user: User | AnonymousUser, slug: str = "") -> list[Story]:
    """The stories this person may look through; only the one of this name, if one is given."""
    visible = Story.objects.visible_to(user).order_by("title", "pk")
    return list(visible.filter(slug=slug) if slug else visible)


def printings(user: User | AnonymousUser, phrase: str, among: Iterable[Story]) -> Printings:
    """Every stretch of versions that say these words in this order, in three queries.

    Case, accents, punctuation and the shape of quote marks do not matter; word forms do.
    """
    pattern = _pattern(phrase)
    if not pattern:
        return Printings([], False)
    passed = StoryArticle.objects.visible_to(user).filter(story__in=among, dismissed_by=None)
    saying = Version.objects.filter(_words(phrase), article__in=passed.values("article"))
    articles = list(
        Article.objects.filter(pk__in=saying.values("article"))
        .select_related("source")
        .order_by("sort_at", "pk")[: ARTICLES + 1]
    )
    rows = _printings(articles[:ARTICLES], pattern)
    return Printings(sorted(rows, key=lambda one: one.since_at), len(articles) > ARTICLES)


def _words(phrase: str) -> Q:
    """The condition the index answers: all of the words, in whatever order.

    Not as a phrase: the index counts a compound and its parts as three words. Both as typed, for
    "3,000", and bare, for a compound printed with a hyphen or without.
    """
    return said(re.sub(r'(?<!\S)-+|"', " ", phrase)) | said(" ".join(re.findall(r"\w+", phrase)))


def _pattern(phrase: str) -> str:
    """The words of a phrase as a regular expression of PostgreSQL; empty without any word."""
    words = re.findall(r"\w+", phrase)
    if not words:
        return ""
    left = "" if CJK.match(words[0][0]) else r"\m"
    right = "" if CJK.match(words[-1][-1]) else r"\M"
    return left + r"\W+".join(words) + right


def _printings(articles: list[Article], pattern: str) -> list[Printing]:
    held = {article.pk: article for article in articles}
    says = Q(text__unaccent__iregex=pattern) | Q(title__unaccent__iregex=pattern)
    versions = (
        Version.objects.filter(article__in=held)
        .annotate(says=ExpressionWrapper(says, output_field=BooleanField()))
        .only("article", "seq", "kind", "at", "language")
        .order_by("article", "seq")
    )
    return [
        Printing(held[pk], *stretch)
        for pk, its_versions in groupby(versions, key=lambda version: version.article_id)
        for stretch in _stretches(its_versions)
    ]


def _stretches(versions: Iterable[Version]) -> Iterator[tuple[Version, Version, Version | None]]:
    """The runs of versions that say it: the first, the last, and the one that says it no more."""
    since = last = None
    for version in versions:
        if getattr(version, "says", False):
            since, last = since or version, version
        elif since is not None and last is not None:
            yield since, last, version
            since = last = None
    if since is not None and last is not None:
        yield since, last, None
