"""Invitations: who was asked to join, as what, by whom, until when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tracker.models.story import Story
from tracker.models.user import ROLES

if TYPE_CHECKING:
    from tracker.models import User

ROLE_NAMES = {
    "viewer": _("viewer"),
    "contributor": _("contributor"),
    "editor": _("editor"),
    "administrator": _("administrator"),
}


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Sets of invitations."""

    def visible_to(self, user: User | AnonymousUser) -> InvitationQuerySet:
        """All of them for who may invite; nobody else knows of any."""
        return self.all() if user.has_perm("tracker.add_user") else self.none()

    def open(self, now: datetime) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["email", "role", "withdrawn_at"],
    model_name="InvitationEvent",
)
class Invitation(models.Model):
    """A link sent to an address: whoever opens it first, in time, joins with this role."""

    email = models.EmailField()
    role = models.CharField(choices=[(name, ROLE_NAMES[name]) for name in reversed(ROLES)])
    stories = models.ManyToManyField(Story, blank=True, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-invited_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"
