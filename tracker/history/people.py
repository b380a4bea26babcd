"""Says what was done to people as sentences: invited, added, given a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.models.invitation import ROLE_NAMES

if TYPE_CHECKING:
    from tracker.history.names import Names

KINDS = ("person", "role", "invitation")


def sentences(kind: str, before: Any, event: Any, names: Names) -> tuple[tuple[str, ...], str]:
    """The sentences of one recorded state, and the page of people.

    Args:
        before: the state of the row before; None for its first.
    """
    said = {"person": _person, "role": _role, "invitation": _invitation}[kind]
    return tuple(said(before, event, names)), reverse("people")


def _name(event: Any, names: Names) -> str:
    person = names.people.get(event.user_id)
    return person.get_username() if person else "?"


def _person(before: Any, event: Any, names: Names) -> list[str]:
    if before is None:
        return [_("%(name)s joined.") % {"name": event.username}]
    said = []
    if before.is_active != event.is_active:
        words = _("%(name)s may sign in again.") if event.is_active else _("%(name)s was shut out.")
        said.append(words % {"name": event.username})
    if before.username != event.username:
        said.append(
            _("%(old)s is now %(name)s.") % {"old": before.username, "name": event.username}
        )
    if before.email != event.email:
        said.append(_("The e-mail address of %(name)s was changed.") % {"name": event.username})
    if before.is_superuser != event.is_superuser:
        words = (
            _("%(name)s may do everything now.")
            if event.is_superuser
            else _("%(name)s may no longer do everything.")
        )
        said.append(words % {"name": event.username})
    return said


def _role(before: Any, event: Any, names: Names) -> list[str]:
    words = (
        _("%(name)s is no longer: %(role)s.")
        if event.pgh_label == "delete"
        else _("%(name)s has the role: %(role)s.")
    )
    group = names.roles.get(event.group_id, "?")
    return [words % {"name": _name(event, names), "role": ROLE_NAMES.get(group, group)}]


def _invitation(before: Any, event: Any, names: Names) -> list[str]:
    words = (
        _("Invited %(email)s as %(role)s.")
        if before is None
        else _("Took back the invitation of %(email)s.")
    )
    return [words % {"email": event.email, "role": ROLE_NAMES.get(event.role, event.role)}]
