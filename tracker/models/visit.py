"""What a person has seen of a story: when they last read it, and up to where they marked it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tracker.models.story import Story


class Visit(models.Model):
    """One person and one story. Reading moves `latest`; only the button moves `seen_until`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits")
    story = models.ForeignKey(Story, models.CASCADE, related_name="visits")
    latest = models.DateTimeField(help_text="When a page of it was last read.")
    before = models.DateTimeField(null=True, help_text="When the visit before this one ended.")
    seen_until = models.DateTimeField(help_text="What was recorded up to then was marked as seen.")
    seen_before = models.DateTimeField(null=True, help_text="The mark before, for the undo.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "story"], name="one_row_a_reader")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.story_id}"
