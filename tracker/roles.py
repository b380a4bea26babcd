"""The four roles of a newsroom, as groups with their permissions, and how a person's are read."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Concat

VIEWER: tuple[str, ...] = ("tracker.view_story", "sources.view_reliabilitynote")
CONTRIBUTOR = (*VIEWER, "tracker.propose_evidence")
EDITOR = (
    *CONTRIBUTOR,
    "tracker.decide_suggestion",
    "tracker.add_evidence",
    "tracker.withdraw_evidence",
    "tracker.add_claim",
    "tracker.change_claim",
    "tracker.add_statuschange",
    "tracker.dismiss_article",
    "tracker.take_bundle",
    "tracker.publish_claim",
    "sources.tag_source",
    "sources.add_tag",
    "sources.change_tag",
    "sources.add_reliabilitynote",
    "sources.add_source",
    "sources.add_feed",
    "sources.regroup_copies",
    "sources.change_source",
    "sources.start_run",
)
ADMINISTRATOR = (
    *EDITOR,
    "tracker.add_story",
    "tracker.change_story",
    "tracker.add_user",
    "tracker.change_user",
    "tracker.view_user",
    "tracker.expunge",
    "sources.change_feed",
)
ROLES = {
    "viewer": VIEWER,
    "contributor": CONTRIBUTOR,
    "editor": EDITOR,
    "administrator": ADMINISTRATOR,
}


def ensure(**kwargs: Any) -> None:
    """Make the groups and give each exactly its permissions; runs after every migrate."""
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        wanted = Q(pk__in=[])
        for name in names:
            app, codename = name.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        group.permissions.set(Permission.objects.filter(wanted))


class RoleBackend(AuthenticationBackend):  # type: ignore[misc]
    """Reads a person and all they may do in one query, where Django's takes three a page."""

    def get_user(self, user_id: int) -> Any:
        """The person of a session, with the names of their permissions in `granted`."""
        users = get_user_model()
        person = Q(user=OuterRef(OuterRef("pk")))
        of_groups = users.groups.through.objects.filter(person).values("group")
        own = users.user_permissions.through.objects.filter(person).values("permission")
        granted = Permission.objects.filter(Q(group__in=of_groups) | Q(pk__in=own)).order_by()
        names = granted.values(word=Concat("content_type__app_label", Value("."), "codename"))
        found = users.objects.annotate(granted=ArraySubquery(names)).filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """What `get_user` has read; of a person who came another way, as Django asks for it."""
        granted = user_obj.__dict__.get("granted")
        if granted is None or obj is not None or user_obj.is_superuser or not user_obj.is_active:
            return set(super().get_all_permissions(user_obj, obj))
        return set(granted)
