"""The four roles of a newsroom, as groups with their permissions."""

from __future__ import annotations

from typing import Any

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
    "sources.tag_source",
    "sources.add_tag",
    "sources.change_tag",
    "sources.add_reliabilitynote",
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
    "sources.add_source",
    "sources.add_feed",
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
