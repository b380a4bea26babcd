"""How many linked passages were altered or removed and wait for somebody to note it."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser

from tracker import alterations
from tracker.models import User

register = template.Library()


@register.simple_tag
def altered_passages(user: User | AnonymousUser) -> int:
    """The number for this person; a page asks only where it shows it."""
    return alterations.waiting(user).count()
