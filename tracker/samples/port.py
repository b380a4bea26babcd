"""The port the sample outlets' addresses carry: that of the data, once there is any."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from sources.models import Feed
from tracker.samples.addresses import outlet_at


def stored() -> int | None:
    """The port that the sample was loaded with; None before it was."""
    for url in Feed.objects.filter(source__sample=True).values_list("url", flat=True):
        place = urlsplit(url)
        if place.port and outlet_at(place.hostname or ""):
            return place.port
    return None


def in_use() -> int:
    """The port to serve the outlets on and to look for them: addresses are kept as they are."""
    return stored() or int(settings.SAMPLE_PORT)
