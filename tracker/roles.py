"""The four roles of a newsroom, as groups with their permissions, and how a person's are read."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

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


_PERSON = """
SELECT person.*, ARRAY(
  SELECT type.app_label || '.' || permission.codename
  FROM auth_permission permission
  JOIN django_content_type type ON type.id = permission.content_type_id
  WHERE permission.id IN (
    SELECT own.permission_id FROM tracker_user_user_permissions own WHERE own.user_id = person.id
    UNION ALL
    SELECT given.permission_id FROM auth_group_permissions given
    JOIN tracker_user_groups held ON held.group_id = given.group_id
    WHERE held.user_id = person.id
  )
) AS granted
FROM tracker_user person WHERE person.id = %s"""


class RoleBackend(AuthenticationBackend):  # type: ignore[misc]
    """Reads a person and all they may do in one query, where Django's takes three a page."""

    def get_user(self, user_id: int) -> Any:
        """The person of a session, with the names of their permissions in `granted`."""
        found = next(iter(get_user_model().objects.raw(_PERSON, [user_id])), None)
        return found if found is not None and self.user_can_authenticate(found) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """What `get_user` has read; of a person who came another way, as Django asks for it."""
        granted = user_obj.__dict__.get("granted")
        if granted is None or obj is not None or user_obj.is_superuser or not user_obj.is_active:
            return set(super().get_all_permissions(user_obj, obj))
        return set(granted)
