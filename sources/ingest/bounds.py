"""The limits of each kind of request, from the settings."""

from django.conf import settings

from sources.ingest import robots
from sources.ingest.fetch import Limits


def limits(what: str, *, user_agent: str = "", allow_bad_tls: bool = False) -> Limits:
    """How long and how much one request may take.

    Args:
        what: "feed", "page" or "robots". Of a robots.txt that is too large the beginning is read
            (RFC 9309 2.5); a feed or a page is refused.
    """
    ingest = settings.INGEST
    return Limits(
        connect=ingest["connect_timeout"],
        stall=ingest["stall_timeout"],
        total=ingest[f"{what}_timeout"],
        max_bytes=robots.MAX_BYTES if what == "robots" else ingest[f"{what}_bytes"],
        max_redirects=ingest["max_redirects"],
        user_agent=user_agent or ingest["user_agent"],
        allow_networks=tuple(ingest["allow_networks"]),
        allow_bad_tls=allow_bad_tls,
        cut=what == "robots",
    )
