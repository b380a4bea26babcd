"""The pairs of texts of which only an editor can say whether they are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from sources.models import Cluster, TextPair
from tracker.models import Story, StoryArticle

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.models import User


def waiting(user: User | AnonymousUser) -> QuerySet[TextPair]:
    """The open questions about articles of the stories this person may know of, newest first."""
    stories = Story.objects.visible_to(user)
    concerned = StoryArticle.objects.filter(story__in=stories, dismissed_at=None)
    sides = Q(article=OuterRef("one")) | Q(article=OuterRef("other"))
    return _for_display(TextPair.objects.filter(Exists(concerned.filter(sides)), same=None))


def about(cluster: Cluster) -> QuerySet[TextPair]:
    """The open questions between the carriers of one text and others."""
    sides = Q(one__cluster=cluster) | Q(other__cluster=cluster)
    return _for_display(TextPair.objects.filter(sides, same=None))


def _for_display(pairs: QuerySet[TextPair]) -> QuerySet[TextPair]:
    related = [f"{side}__{name}" for side in ("one", "other") for name in ("source", "cluster")]
    return pairs.select_related(*related).order_by("-pk")
