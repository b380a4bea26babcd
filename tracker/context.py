"""What every template may use: the product's name and what waits in the inbox."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tracker.models import Suggestion, User


def site(request: HttpRequest) -> dict[str, Any]:
    """Add the newsroom's zone and, for those signed in, what asks for the inbox count."""
    found: dict[str, Any] = {
        "time_zone": settings.TIME_ZONE,
        "public_reading": settings.PUBLIC_READING,
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        found["inbox_count"] = partial(_waiting, user)
    return found


def _waiting(user: User) -> int:
    """How many decisions wait for a person."""
    return Suggestion.objects.visible_to(user).waiting_for(user).decisions()
