"""A choice of sources somebody comes back to, under a name of theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SavedFilter(models.Model):
    """The query of the source list's address, kept under a name. It is theirs alone, no record.

    Not a `Follow`: nobody is told anything because of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField()
    query = models.CharField(help_text="What stands after the '?', without the place in the list.")

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="filter_named_once_by_each")
        ]

    def __str__(self) -> str:
        return self.name
