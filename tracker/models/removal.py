"""Removals by order: asked for by one administrator, carried out by another; then tombstones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sources.models import Source
from tracker.models.story import Story, seen_by

if TYPE_CHECKING:
    from tracker.models import User

_person = settings.AUTH_USER_MODEL


class RemovalQuerySet(models.QuerySet["Removal"]):
    """Sets of removals."""

    def visible_to(self, user: User | AnonymousUser) -> RemovalQuerySet:
        """Those of articles, and of passages of stories this person may know of."""
        return self.filter(seen_by(user, "story") | self._of_articles(user))

    def _of_articles(self, user: User | AnonymousUser) -> Q:
        known = user.is_authenticated and user.has_perm("tracker.view_story")
        return Q(story=None) if known else Q(pk__in=[])

    def waiting(self) -> RemovalQuerySet:
        """Asked for, and neither carried out nor called off."""
        return self.filter(confirmed_at=None, called_off_at=None)

    def done(self) -> RemovalQuerySet:
        """The tombstones: what is gone."""
        return self.exclude(confirmed_at=None)


class Removal(models.Model):
    """What goes or went by order: which thing, by whom, when and why; never what it said.

    It names a thing by its key, for the row itself is gone. The passages that went with an article
    have tombstones of their own, so that each address can say so to who may know of its story.
    """

    class What(models.TextChoices):
        ARTICLE = "article", _("Article")
        PASSAGE = "evidence", _("Passage")

    what = models.CharField(choices=What)
    key = models.PositiveBigIntegerField(help_text="The number in the address of what goes.")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    story = models.ForeignKey(
        Story, models.PROTECT, null=True, related_name="+", help_text="Of a passage."
    )
    part_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    order = models.CharField(_("By what order"))
    because = models.TextField(_("Why"))
    asked_by = models.ForeignKey(_person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_by = models.ForeignKey(_person, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(_person, models.PROTECT, null=True, related_name="+")
    called_off_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="How much went, by kind.")

    objects = RemovalQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["what", "key"],
                condition=Q(called_off_at=None),
                name="removal_asked_once",
            ),
            models.CheckConstraint(
                name="two_administrators_remove",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="removal_names_its_order", condition=~Q(order="") & ~Q(because="")
            ),
            models.CheckConstraint(
                name="removal_done_or_called_off",
                condition=Q(confirmed_at=None) | Q(called_off_at=None),
            ),
        ]
        permissions = [("expunge", "Can remove by order")]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
