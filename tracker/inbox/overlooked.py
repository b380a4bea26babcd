"""Articles of a story in which the machine found nothing: read, or said not to concern it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from tracker.models import Decision, Evidence, StoryArticle, Suggestion, User

Verb = Decision.Verb
CAP = 1000  # a figure above it is said as "more than"


class AlreadyReadError(Exception):
    """Somebody was faster; `row` says who."""

    def __init__(self, row: StoryArticle) -> None:
        super().__init__(str(row))
        self.row = row


def overlooked(user: User | AnonymousUser, story: str = "") -> QuerySet[StoryArticle]:
    """One row for each text that passed a story's filter, proposes nothing and nobody read.

    Args:
        story: the slug of the only story wanted; "" for all.
    """
    rows = StoryArticle.objects.visible_to(user).filter(read_by=None, dismissed_by=None)
    if story:
        rows = rows.filter(story__slug=story)
    same = {"article__cluster": OuterRef("article__cluster")}
    proposed = Suggestion.objects.filter(claim__story=OuterRef("story"), **same)
    linked = Evidence.objects.filter(
        claim__story=OuterRef("story"),
        version__article__cluster=OuterRef("article__cluster"),
    )
    return rows.exclude(Exists(proposed)).exclude(Exists(linked))


def leads(rows: QuerySet[StoryArticle]) -> QuerySet[StoryArticle]:
    """The first of each text, the newest texts first."""
    place = Window(
        RowNumber(),
        partition_by=[F("story"), F("article__cluster")],
        order_by=[F("article__sort_at").asc(), F("pk").asc()],
    )
    first = rows.order_by().annotate(place=place).filter(place=1)
    found = StoryArticle.objects.filter(pk__in=first.values("pk"))
    return found.order_by("-at", "-pk")


def counted(user: User | AnonymousUser, story: str = "") -> int:
    """How many texts wait to be read; `CAP` + 1 stands for any number above it."""
    texts = overlooked(user, story).order_by().values("story", "article__cluster").distinct()
    return texts[: CAP + 1].count()


@transaction.atomic
def put_aside(row: StoryArticle, verb: str, by: User, together: uuid.UUID | None = None) -> None:
    """Say that an article was read, or that it does not concern the story; its copies too.

    Args:
        verb: `Decision.Verb.READ` or `Decision.Verb.DISMISS`.

    Raises:
        AlreadyReadError: another person was faster.
    """
    held = StoryArticle.objects.filter(story=row.story_id, article__cluster=row.article.cluster_id)
    rows = {one.pk: one for one in held.select_for_update(of=("self",)).order_by("pk")}
    own = rows.pop(row.pk)
    if own.dismissed_by_id or (verb == Verb.READ and own.read_by_id):
        raise AlreadyReadError(own)
    touched = [own, *(one for one in rows.values() if not one.dismissed_by_id)]
    act = Decision.objects.create(
        story_article=own,
        verb=verb,
        by=by,
        together=together or uuid.uuid4(),
        before=[_standing(one) for one in touched],
    )
    for one in touched:
        one.act = act
        if verb == Verb.READ:
            one.read_by = one.read_by or by
        else:
            one.dismissed_by, one.dismissed_at = by, timezone.now()
        one.save(update_fields=["act", "read_by", "dismissed_by", "dismissed_at"])


def _standing(row: StoryArticle) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "read_by": row.read_by_id,
        "dismissed_by": row.dismissed_by_id,
        "dismissed_at": row.dismissed_at.isoformat() if row.dismissed_at else None,
        "act": row.act_id,
    }
