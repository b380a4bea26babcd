"""Words about people: their roles."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from tracker.models.invitation import ROLE_NAMES

register = template.Library()


@register.simple_tag
def role(name: str) -> str:
    """The word for a role in the reader's language."""
    return str(ROLE_NAMES[name]) if name in ROLE_NAMES else _("no role")
