"""New articles: those that passed the filter of a followed story, and those a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sources.models import Article
from tracker.changes import scope, sentences
from tracker.changes.change import Change
from tracker.changes.scope import Followed
from tracker.models import Follow, Story, StoryArticle, User
from tracker.searching.asked import read
from tracker.searching.choice import matching

Arrival = tuple[Article, datetime]


def arrivals(
    user: User, followed: Sequence[Followed], until: datetime | None, limit: int
) -> list[Change]:
    """The articles that came; those with the same text are one change, under the first of them."""
    found = _in_stories(user, followed, until, limit)
    for one in followed:
        if one.follow.query:
            found += _of_search(user, one, until, limit)
    return found


def _in_stories(
    user: User, followed: Sequence[Followed], until: datetime | None, limit: int
) -> list[Change]:
    rows = StoryArticle.objects.visible_to(user).filter(
        scope.covered(followed, scope.ARTICLE, until), dismissed_by=None
    )
    rows = rows.select_related("story", "article__source").order_by("-at", "-pk")[:limit]
    groups: dict[tuple[int, int], list[Arrival]] = {}
    stories: dict[int, Story] = {}
    for row in rows:
        stories[row.story_id] = row.story
        groups.setdefault((row.story_id, row.article.cluster_id), []).append((row.article, row.at))
    return [_in_story(stories[story], arrived) for (story, _text), arrived in groups.items()]


def _in_story(story: Story, arrived: list[Arrival]) -> Change:
    where = _("in the story “%(story)s”") % {"story": story.heading}
    about = frozenset({("story", story.pk)} | {("source", a.source_id) for a, _at in arrived})
    return _change(arrived, where, about, story.heading, story.confidential, story.sample)


def _of_search(user: User, one: Followed, until: datetime | None, limit: int) -> list[Change]:
    """What a followed search finds among the articles first seen in its window."""
    stories = dict(Story.objects.visible_to(user).values_list("slug", "pk"))
    asked = read(QueryDict(one.follow.query), stories)
    if asked.root is None:
        return []
    articles = matching(asked.root, user, asked.chosen).select_related("source")
    if one.since:
        articles = articles.filter(first_seen_at__gt=one.since)
    if until:
        articles = articles.filter(first_seen_at__lte=until)
    groups: dict[int, list[Arrival]] = {}
    for article in articles.order_by("-first_seen_at", "-pk")[:limit]:
        groups.setdefault(article.cluster_id, []).append((article, article.first_seen_at))
    return [_found(one.follow, arrived) for arrived in groups.values()]


def _found(follow: Follow, arrived: list[Arrival]) -> Change:
    where = _("found by the search “%(words)s”") % {"words": follow.words}
    about = frozenset({("search", follow.pk or 0)})
    return _change(arrived, where, about, "", False, all(a.source.sample for a, _at in arrived))


def _change(
    arrived: Iterable[Arrival],
    where: str,
    about: frozenset[tuple[str, int]],
    story: str,
    confidential: bool,
    sample: bool,
) -> Change:
    ordered = sorted(arrived, key=lambda pair: pair[0].pk)
    first, at = ordered[0]
    path = reverse("article", args=[first.pk])
    return Change(
        kind="article",
        key=f"article-{first.pk}",
        at=at,
        updated=at,
        sentence=sentences.article(str(first.source), str(first), where, len(ordered) - 1),
        path=path,
        about=about,
        story=story,
        confidential=confidential,
        sample=sample,
        via=first.url,
        archived=path,
    )
