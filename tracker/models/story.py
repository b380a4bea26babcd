"""Stories: a running news story, who may see it, and the articles that concern it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language

from sources.models import Article

if TYPE_CHECKING:
    from tracker.models import User


def seen_by(user: User | AnonymousUser, story: str = "") -> Q:
    """The condition under which `user` may see what belongs to a story.

    Args:
        user: who is looking.
        story: the path from the model to its story, such as "claim__story"; empty on the story.
    """
    path = f"{story}__" if story else ""
    if not user.is_authenticated or not user.has_perm("tracker.view_story"):
        return Q(pk__in=[])  # who has no role, or has left, knows of nothing
    # an administrator has to be able to add the first member, so sees every story
    if user.is_superuser:
        return Q()
    member = Story.members.through.objects.filter(user_id=user.pk).values("story_id")
    return Q(**{f"{path}confidential": False}) | Q(**{f"{path}pk__in": member})


class StoryQuerySet(models.QuerySet["Story"]):
    """Sets of stories in the newsroom's words."""

    def visible_to(self, user: User | AnonymousUser) -> StoryQuerySet:
        """Stories this person may know of."""
        return self.filter(seen_by(user))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Story(models.Model):
    """A running news story: holds claims, and a filter that says which articles may concern it."""

    slug = models.SlugField(unique=True)
    title = models.CharField()
    title_fr = models.CharField(default="", blank=True)
    dek = models.CharField(default="", blank=True)
    dek_fr = models.CharField(default="", blank=True)
    filter = models.TextField(default="", blank=True)
    languages = ArrayField(models.CharField(), default=list, blank=True)
    sample = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    key_events = models.JSONField(
        default=list, blank=True, help_text='[{"date": "2023-03-09", "en": "...", "fr": "..."}]'
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="confidential_stories"
    )

    objects = StoryQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name_plural = "stories"
        permissions = [("dismiss_article", "Can dismiss articles from a story")]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """The title in the reader's language, where it was given."""
        french = (get_language() or "").startswith("fr")
        return (self.title_fr if french else "") or self.title

    @property
    def standfirst(self) -> str:
        """The one-sentence summary in the reader's language, where it was given."""
        french = (get_language() or "").startswith("fr")
        return (self.dek_fr if french else "") or self.dek


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class StoryMember(Story.members.through):  # type: ignore[misc,name-defined]
    """Somebody who may know of a confidential story: the row behind `Story.members`."""

    class Meta:
        proxy = True


class StoryArticleQuerySet(models.QuerySet["StoryArticle"]):
    """Sets of a story's articles."""

    def visible_to(self, user: User | AnonymousUser) -> StoryArticleQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "story"))


class StoryArticle(models.Model):
    """An article that passed the filter of a story."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="story_articles")
    article = models.ForeignKey(Article, models.CASCADE, related_name="in_stories")
    at = models.DateTimeField(db_default=Now(), editable=False)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    dismissed_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who looked through it where the machine had found nothing.",
    )
    act = models.ForeignKey("tracker.Decision", models.SET_NULL, null=True, related_name="articles")

    objects = StoryArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "article"], name="article_once_per_story")
        ]
        indexes = [
            models.Index(fields=["story", "at"], name="story_article_by_time"),
            models.Index(
                fields=["-at", "-id"],
                name="story_article_unread",
                condition=Q(read_by=None, dismissed_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story} · {self.article}"
