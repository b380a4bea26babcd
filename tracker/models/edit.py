"""Edits: what a publisher changed within an hour, and the tracked sentences that it took out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import pgettext_lazy

from sources.models import Article, Version
from tracker.models.claim import Claim
from tracker.models.evidence import Evidence
from tracker.models.story import Story, StoryArticle, seen_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.models import User


class EditClass(models.TextChoices):
    """What an edit changed, by the rules of `tracker.edits.kinds`; the last is no publisher's."""

    HEADLINE = "headline", pgettext_lazy("edit", "headline")
    LEDE = "lede", pgettext_lazy("edit", "lede")
    BODY = "body", pgettext_lazy("edit", "body")
    QUOTE = "quote", pgettext_lazy("edit", "quoted passage")
    NUMBER = "number", pgettext_lazy("edit", "number or date")
    BYLINE = "byline", pgettext_lazy("edit", "byline")
    BOILERPLATE = "boilerplate", pgettext_lazy("edit", "boilerplate only")
    REREAD = "reread", pgettext_lazy("edit", "read again by a newer extractor")


class Announced(models.TextChoices):
    """How the publisher told readers of an edit."""

    SILENT = "", pgettext_lazy("edit", "silent")
    NOTE = "note", pgettext_lazy("edit", "announced by a note")
    DATE = "date", pgettext_lazy("edit", "announced by a new date only")


@dataclass(frozen=True, slots=True)
class Said:
    """The classes of an edit and how it was announced, as pages say them."""

    classes: tuple[str, ...]
    announced: str

    @property
    def labels(self) -> list[str]:
        """What was changed, in words."""
        return [str(EditClass(one).label) for one in self.classes]

    @property
    def told(self) -> str:
        """How it was announced, in words."""
        return str(Announced(self.announced).label)

    @property
    def is_silent(self) -> bool:
        """Whether the publisher changed the article itself and told nobody."""
        aside = {EditClass.BOILERPLATE.value, EditClass.REREAD.value}
        return not self.announced and bool(set(self.classes) - aside)


class EditQuerySet(models.QuerySet["Edit"]):
    """Sets of edits."""

    def visible_to(self, user: User | AnonymousUser) -> EditQuerySet:
        """Edits of articles that concern a story this person may know of, or are cited in one."""
        concerns = StoryArticle.objects.visible_to(user).filter(
            article=OuterRef("article"), dismissed_by=None
        )
        cited = Evidence.objects.visible_to(user).standing()
        cited = cited.filter(version__article=OuterRef("article"))
        return self.filter(Exists(concerns) | Exists(cited))


class Edit(models.Model):
    """What was changed within an hour: from one version to another, those between folded in."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="edits")
    older = models.OneToOneField(Version, models.CASCADE, related_name="edit_from")
    newer = models.ForeignKey(Version, models.CASCADE, related_name="edits")
    classes = ArrayField(models.CharField(choices=EditClass))
    announced = models.CharField(default="", blank=True, choices=Announced)

    objects = EditQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.older_id} to {self.newer_id}: {', '.join(self.classes)}"

    @property
    def folded(self) -> int:
        """How many versions it made; those between are kept as they were."""
        return self.newer.seq - self.older.seq

    @property
    def said(self) -> Said:
        """What was changed and how it was told, in words."""
        return Said(tuple(self.classes), self.announced)


class OmissionQuerySet(models.QuerySet["Omission"]):
    """Sets of sentences taken out."""

    def visible_to(self, user: User | AnonymousUser) -> OmissionQuerySet:
        """Those about stories this person may know of."""
        return self.filter(seen_by(user, "story"))

    def waiting(self) -> OmissionQuerySet:
        """Those nobody took note of or linked since, in articles that still concern their story."""
        dismissed = StoryArticle.objects.filter(
            dismissed_by__isnull=False, story=OuterRef("story"), article=OuterRef("edit__article")
        )
        linked = Evidence.objects.standing().filter(
            version=OuterRef("edit__older"),
            claim__story=OuterRef("story"),
            start__lt=OuterRef("end"),
            end__gt=OuterRef("start"),
        )
        return self.filter(~Exists(dismissed), ~Exists(linked), seen_by=None)


class Omission(models.Model):
    """A sentence about a tracked subject that an edit took out and nobody had linked."""

    edit = models.ForeignKey(Edit, models.CASCADE, related_name="omissions")
    story = models.ForeignKey(Story, models.CASCADE, related_name="+")
    claim = models.ForeignKey(
        Claim, models.CASCADE, null=True, related_name="+", help_text="Whose terms it has, if any."
    )
    exact = models.TextField()
    start = models.PositiveIntegerField(help_text="In code points of the older version's text.")
    end = models.PositiveIntegerField()
    reasons = ArrayField(models.CharField(), help_text="The words that tell its subject.")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The editor who took note of it.",
    )

    objects = OmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edit", "story", "start"], name="omission_told_once")
        ]

    def __str__(self) -> str:
        return self.exact[:60]
