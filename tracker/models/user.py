"""People who sign in, and how they like the interface."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody of the newsroom. The role is a group: viewer, contributor, editor, administrator."""

    language = models.CharField(_("interface language"), default="", blank=True)
    feed_number = models.PositiveIntegerField(
        default=0, editable=False, help_text="Goes into the secret of their feeds' addresses."
    )
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    class Meta:
        swappable = "AUTH_USER_MODEL"

    @property
    def role(self) -> str:
        """The strongest of this person's roles, or the empty string."""
        held = {group.name for group in self.groups.all()}
        strongest = ("administrator", "editor", "contributor", "viewer")
        return next((role for role in strongest if role in held), "")
