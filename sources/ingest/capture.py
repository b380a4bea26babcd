"""Gathers what is held of one version: its text, its fetch, and the bytes that were sent."""

from __future__ import annotations

from zstandard import ZstdError

from sources.ingest import raw
from sources.ingest.warc import Answer, Capture
from sources.models import Fetch, Version


def capture_of(version: Version) -> Capture:
    """The version as plain values, ready to be written into an archive.

    An answer whose bytes are gone or damaged comes without them and says so; it is never passed
    off as complete. `version` should come with its article, that one's source, and fetch.
    """
    return Capture(
        article=version.article_id,
        seq=version.seq,
        kind=version.kind,
        url=version.article.url,
        title=version.title,
        language=version.language,
        text=version.text,
        text_sha256=bytes(version.text_sha256).hex(),
        extractor=version.extractor,
        read_at=version.at,
        answer=_answer(version.fetch, version.raw_sha256) if version.fetch else None,
        sample=version.article.source.sample,
    )


def _answer(fetch: Fetch, digest: str) -> Answer | None:
    """What the server said. None for a fetch without a status: nothing was said then."""
    if fetch.status is None:
        return None
    body, state = body_of(digest)
    return Answer(
        fetch=fetch.pk,
        asked=fetch.url,
        url=fetch.final_url or fetch.url,
        at=fetch.at,
        status=fetch.status,
        headers=tuple((name, value) for name, value in fetch.headers),
        hops=tuple((status, url, location) for status, url, location in fetch.hops),
        ip=fetch.ip,
        raw_sha256=digest,
        body=body,
        body_state=state,
    )


def body_of(digest: str) -> tuple[bytes | None, str]:
    """The bytes kept under a SHA-256, and how they are: kept, missing or damaged."""
    try:
        return (raw.read(digest), "kept") if digest else (None, "missing")
    except FileNotFoundError:
        return None, "missing"
    except (raw.DamagedError, ZstdError):
        return None, "damaged"
