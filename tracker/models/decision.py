"""Decisions: what a person did in the inbox, as one row each that can be taken back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from tracker.models.story import StoryArticle, seen_by
from tracker.models.suggestion import Suggestion

if TYPE_CHECKING:
    from tracker.models import User


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Sets of decisions in the newsroom's words."""

    def visible_to(self, user: User | AnonymousUser) -> DecisionQuerySet:
        """Decisions in stories this person may know of."""
        return self.filter(
            seen_by(user, "suggestion__claim__story") | seen_by(user, "story_article__story")
        )

    def standing(self) -> DecisionQuerySet:
        """Those that were not taken back."""
        return self.filter(undone_at=None)


class Decision(models.Model):
    """One act of a person on one row of the inbox, with what stood there before.

    It is about a suggestion and its copies, or about a story's article and its copies. The rows it
    touched point to it, so it can be taken back so long as nobody acted on them since.
    """

    class Verb(models.TextChoices):
        ACCEPT = "accept", pgettext_lazy("decision", "accepted")
        EDIT = "edit", pgettext_lazy("decision", "accepted after an edit")
        REJECT = "reject", pgettext_lazy("decision", "rejected")
        UNSURE = "unsure", pgettext_lazy("decision", "unsure")
        SECOND = "second", pgettext_lazy("decision", "second reader asked for")
        ASSIGN = "assign", pgettext_lazy("decision", "assigned")
        READ = "read", pgettext_lazy("decision", "article read")
        DISMISS = "dismiss", pgettext_lazy("decision", "article not concerned")

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, null=True, related_name="decisions")
    story_article = models.ForeignKey(
        StoryArticle, models.CASCADE, null=True, related_name="decisions"
    )
    verb = models.CharField(choices=Verb)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    because = models.CharField(default="", blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    together = models.UUIDField(
        default=uuid.uuid4,
        help_text="What was decided at one press shares it, and is undone with it.",
    )
    draft = models.JSONField(
        default=dict, help_text="The reading as filled in, for whoever decides next."
    )
    before = models.JSONField(
        default=list, help_text="How each row it touched stood, so that it can stand so again."
    )
    # what the machine had seen when a person decided: rows may be proposed anew by a later engine
    engine = models.CharField(default="")
    features = models.JSONField(default=dict)
    rank = models.PositiveSmallIntegerField(default=0)
    score = models.FloatField(default=0)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="decision_about_one_thing",
                condition=Q(suggestion__isnull=False, story_article=None)
                | Q(suggestion=None, story_article__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["together"], name="decisions_of_one_press"),
            models.Index(fields=["-at", "-id"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.suggestion_id or self.story_article_id}"
