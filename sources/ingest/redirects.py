"""Where a redirect leads, and whether the next hop may be taken at all."""

from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from sources.ingest import destination
from sources.ingest.transport import FetchError, Hop, Limits

STATUSES = frozenset({301, 302, 303, 307, 308})


def location(headers: Sequence[tuple[str, str]], base: str) -> str:
    """The absolute URL a redirect points to (RFC 9110 10.2.2)."""
    target = next((value for name, value in headers if name == "location"), "")
    if not target:
        raise FetchError("redirects", "a redirect that does not say where to")
    try:
        return urljoin(base, target)
    except ValueError as error:
        raise FetchError("bad_url", str(error)) from None


def place(target: str, hops: Sequence[Hop], limits: Limits) -> destination.Destination:
    """The next destination, checked like the first: its address, loops, the number of hops."""
    if len(hops) > limits.max_redirects:
        raise FetchError("redirects", f"more than {limits.max_redirects} redirects")
    try:
        found = destination.check(target, limits.allow_networks)
    except destination.Refused as refused:
        raise FetchError(refused.outcome, refused.detail) from None
    if any(hop.url == found.url for hop in hops):
        raise FetchError("redirects", f"a loop at {found.url}")
    return found


def changes_host(before: str, after: str) -> bool:
    """Whether two checked URLs name different servers; the scheme alone makes none."""
    return _server(before) != _server(after)


def _server(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, ""))
