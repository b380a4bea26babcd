"""People who sign in, their roles, and how they like the interface."""

from __future__ import annotations

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

ROLES = ("administrator", "editor", "contributor", "viewer")  # the strongest first


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    fields=["username", "email", "is_active", "is_superuser"],
    model_name="UserEvent",
)
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
        return next((role for role in ROLES if role in held), "")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class Role(User.groups.through):  # type: ignore[misc,name-defined]
    """That somebody has a role; here so that the database keeps when it was given and taken."""

    class Meta:
        proxy = True
