"""What every template may use: the product's name and what waits in the inbox."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tracker.models import Story, Suggestion


def site(request: HttpRequest) -> dict[str, Any]:
    """Add the newsroom's zone and, lazily, the visible stories and the inbox count."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"time_zone": settings.TIME_ZONE, "public_reading": settings.PUBLIC_READING}
    return {
        "time_zone": settings.TIME_ZONE,
        "public_reading": settings.PUBLIC_READING,
        "stories": Story.objects.visible_to(user),
        "inbox_count": Suggestion.objects.visible_to(user).waiting_for(user).decisions,
    }
