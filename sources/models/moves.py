"""What went from one source to another when they were merged, or when one was split."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from sources.models.source import Source


class SourceMove(models.Model):
    """One merge or split of sources: why, by whom, and the rows that changed hands.

    By those rows it is taken back; what came since stays where it came. `whole`: the source was
    merged into the other; else the other was split off it.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="moves_from")
    into = models.ForeignKey(Source, models.PROTECT, related_name="moves_into")
    whole = models.BooleanField()
    because = models.CharField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    act = models.UUIDField(help_text="The act of the history it was.")
    moved = models.JSONField(default=dict, help_text="Keys of rows, by table and column.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(name="move_says_why", condition=~models.Q(because=""))
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.into}"
