"""How claims stand to each other."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tracker.models.claim import Claim
from tracker.models.story import seen_by

if TYPE_CHECKING:
    from tracker.models import User


class ClaimRelationQuerySet(models.QuerySet["ClaimRelation"]):
    """Sets of relations between claims."""

    def visible_to(self, user: User | AnonymousUser) -> ClaimRelationQuerySet:
        """Those of stories this person may know of."""
        return self.filter(seen_by(user, "claim__story"))

    def standing(self, at: datetime.datetime | None = None) -> ClaimRelationQuerySet:
        """Relations not withdrawn; with `at`, those we knew and held at that moment."""
        if at is None:
            return self.filter(withdrawn_at=None)
        return self.filter(recorded_at__lte=at).exclude(withdrawn_at__lte=at)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ClaimRelation(models.Model):
    """How one claim stands to another; a withdrawn one stays, as the record of who and why."""

    class Verb(models.TextChoices):
        ANSWERS = "answers", pgettext_lazy("claim relation", "answers")
        CONTRADICTS = "contradicts", pgettext_lazy("claim relation", "contradicts")
        FOLLOWS = "follows", pgettext_lazy("claim relation", "follows")
        REPEATS = "repeats", pgettext_lazy("claim relation", "repeats")

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="relations")
    verb = models.CharField(choices=Verb)
    other = models.ForeignKey(Claim, models.CASCADE, related_name="related_from")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ClaimRelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "verb", "other"],
                condition=models.Q(withdrawn_at=None),
                name="claims_related_once",
            ),
            models.CheckConstraint(
                name="claim_not_related_to_itself", condition=~models.Q(claim=models.F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.verb} {self.other_id}"

    def withdraw(self, by: User | None) -> None:
        """Take the relation back; it stays in the history."""
        self.withdrawn_at, self.withdrawn_by = timezone.now(), by
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])
