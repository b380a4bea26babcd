"""A claim being run over everything that is held, and how far it has come."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tracker.models.claim import Claim


class Trawl(models.Model):
    """One row per claim: the search for its passages that is on, or the last that was.

    Versions are read in the order they were stored, from `reached` up to `until`; what was stored
    later is matched against every claim as it comes.
    """

    claim = models.OneToOneField(Claim, models.CASCADE, primary_key=True, related_name="trawl")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(db_default=Now())
    reached = models.BigIntegerField(default=0, help_text="The version that was read last.")
    until = models.BigIntegerField(help_text="The newest version when it was asked for.")
    read = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(help_text="How many articles there were to read.")
    found = models.PositiveIntegerField(default=0, help_text="How many suggestions it made.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="trawl_on", condition=models.Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.read} of {self.total}"
