"""What a site's robots.txt lets us do (RFC 9309)."""

from functools import lru_cache

from protego import Protego

MAX_BYTES = 512_000  # RFC 9309 2.5 asks for at least 500 KiB


def decode(body: bytes) -> str:
    """The text of a robots.txt as it came: UTF-8, errors replaced, without BOM and NUL.

    Of one that fills all we read the last line is left out: half a rule is another rule.
    """
    if len(body) >= MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]
    return body.decode("utf-8-sig", "replace").replace("\0", "")


def allows(robots: str | None, url: str, agent: str) -> bool:
    """Whether the agent may fetch the URL; no file, or an empty one, allows everything.

    Args:
        robots: the decoded file.
        url: absolute URL of the page.
        agent: the whole User-Agent header or its product token; groups name the token.
    """
    if not robots:
        return True
    try:
        return bool(_rules(robots).can_fetch(url, _token(agent)))
    except ValueError:  # no URL at all, so nothing anybody could allow
        return False


def crawl_delay(robots: str | None, agent: str, cap: float = 60.0) -> float | None:
    """The seconds the site asks to leave between requests, at most `cap`; None: it doesn't say."""
    delay = _rules(robots).crawl_delay(_token(agent)) if robots else None
    if delay is None or not delay >= 0:  # "nan" is a number to the parser
        return None
    return min(float(delay), cap)


def _token(agent: str) -> str:
    """The product token of a User-Agent header (RFC 9309 2.2.1)."""
    words = agent.split("/")[0].split()
    return words[0] if words else "*"


@lru_cache(maxsize=16)
def _rules(robots: str) -> Protego:
    return Protego.parse(robots)
