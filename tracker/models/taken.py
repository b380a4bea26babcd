"""Who took an evidence bundle, when, and how much was in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now

from tracker.models.claim import Claim
from tracker.models.story import Story, seen_by

if TYPE_CHECKING:
    from tracker.models import User


class BundleTakenQuerySet(models.QuerySet["BundleTaken"]):
    """Sets of bundles that were taken."""

    def visible_to(self, user: User | AnonymousUser) -> BundleTakenQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "story"))


class BundleTaken(models.Model):
    """One download of full texts and captures, written before its first byte leaves."""

    story = models.ForeignKey(Story, models.PROTECT, related_name="bundles_taken")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="bundles_taken")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    passages = models.PositiveIntegerField()
    versions = models.PositiveIntegerField()

    objects = BundleTakenQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name_plural = "bundles taken"
        permissions = [("take_bundle", "Can take a bundle of full texts and captures")]

    def __str__(self) -> str:
        return f"{self.story} {self.at:%Y-%m-%d %H:%M}"
