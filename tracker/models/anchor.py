"""Anchors: where the passage of an evidence stands in later versions of its article."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from sources.models import Version
from tracker.models.evidence import Evidence


class Anchor(models.Model):
    """Where the passage of an evidence stands in a later version of its article."""

    class State(models.TextChoices):
        SAME = "same", pgettext_lazy("anchor", "unchanged")
        MOVED = "moved", pgettext_lazy("anchor", "moved")
        ALTERED = "altered", pgettext_lazy("anchor", "altered")
        GONE = "gone", pgettext_lazy("anchor", "no longer in the text")

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="anchors")
    version = models.ForeignKey(Version, models.CASCADE, related_name="anchors")
    state = models.CharField(choices=State)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    score = models.FloatField()
    at = models.DateTimeField(db_default=Now(), editable=False)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The editor who took note of an alteration.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "version"], name="anchored_once")
        ]
        indexes = [
            models.Index(
                fields=["at"],
                name="passage_touched_by_time",
                condition=Q(state__in=("altered", "gone")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} in version {self.version_id}: {self.state}"
