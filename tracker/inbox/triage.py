"""The queue of the inbox: which decisions wait for whom, the best first, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, prefetch_related_objects

from tracker.inbox import decisions
from tracker.models import Suggestion, User
from tracker.models.claim import standing_statuses
from tracker.models.suggestion import SuggestionQuerySet
from tracker.models.typed import key

PAGE = 50
_ORDER = ("-score", "-article__sort_at", "-pk")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue: whose it is, and the story, claim number and source tag."""

    show: str = ""
    story: str = ""
    claim: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One decision: the suggestion that stands for it, and the copies it decides too."""

    one: Suggestion
    copies: Sequence[Suggestion]


def queue(user: User, asked: Asked) -> SuggestionQuerySet:
    """The rows this part of the queue holds, one for each decision, the best first."""
    return rows(user, asked).leads().order_by(*_ORDER)


def rows(user: User, asked: Asked) -> SuggestionQuerySet:
    """The suggestions behind this part of the queue, copies too."""
    visible = Suggestion.objects.visible_to(user)
    found = visible.waiting_for(user)
    if asked.show == "unsure":
        found = visible.filter(state=Suggestion.State.UNSURE)
    elif asked.show == "mine":
        found = found.filter(assigned_to=user)
    elif asked.show == "unassigned":
        found = found.filter(assigned_to=None)
    elif asked.show == "second":
        found = visible.filter(state=Suggestion.State.SECOND)
    if asked.story:
        found = found.filter(claim__story__slug=asked.story)
    if (number := key(asked.claim)) is not None:
        found = found.filter(claim__number=number)
    if asked.tag:
        found = found.filter(article__source__source_tags__tag__slug=asked.tag)
    return found


def after(queue: SuggestionQuerySet, one: Suggestion) -> SuggestionQuerySet:
    """What follows a suggestion in a queue, whether or not it still stands in it."""
    at = one.article.sort_at
    return queue.filter(
        Q(score__lt=one.score)
        | Q(score=one.score, article__sort_at__lt=at)
        | Q(score=one.score, article__sort_at=at, pk__lt=one.pk)
    )


def with_copies(ones: Sequence[Suggestion]) -> list[Row]:
    """Each with its claim's status and the suggestions decided with it: two queries for all."""
    prefetch_related_objects([one.claim for one in ones], standing_statuses())
    found = Suggestion.objects.filter(
        claim__in={one.claim_id for one in ones},
        passage_hash__in={bytes(one.passage_hash) for one in ones},
        article__cluster__in={one.article.cluster_id for one in ones},
        state__in=decisions.OPEN,
    )
    groups: dict[tuple[int, bytes, int], list[Suggestion]] = defaultdict(list)
    for copy in found.select_related("article__source").order_by("article__sort_at", "pk"):
        groups[_group(copy)].append(copy)
    return [Row(one, [c for c in groups[_group(one)] if c.pk != one.pk]) for one in ones]


def _group(one: Suggestion) -> tuple[int, bytes, int]:
    return one.claim_id, bytes(one.passage_hash), one.article.cluster_id
