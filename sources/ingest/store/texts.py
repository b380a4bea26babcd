"""Writes what was read from a page: a new version, the article's dates, its copy cluster."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sources.ingest import decide, identify, lease, polling
from sources.ingest.dates import Chosen, Date, choose, from_url, parse_date
from sources.ingest.extract import Document
from sources.ingest.lease import Claimed
from sources.ingest.store import articles, copies
from sources.ingest.store.pages import known_elsewhere, settle
from sources.models import Article, Fetch, Version

PARTIAL = frozenset(["teaser", "paywalled"])  # what we may read of them is kept as a text
TEXTS = PARTIAL | {"ok"}
BOILERPLATE_AT = 3  # the same text under so many addresses of one source is the site's, not news


def page_read(
    claimed: Claimed,
    article: Article,
    fetch: Fetch,
    document: Document,
    before: Document | None = None,
) -> bool:
    """Write the outcome of reading a page, in one transaction.

    Without a new version the article is settled. With one the job stays ours, as one that has yet
    to tell of the version: whoever dies now leaves the telling to the next worker.

    Args:
        before: the current version's bytes read anew, where another extractor read them then.

    Returns:
        Whether there is a version to tell of.

    Raises:
        LostLeaseError: another worker took the article over; nothing was written.
    """
    now = timezone.now()
    version = None
    with transaction.atomic():
        twin = _twin(article, document)
        if twin is not None:
            lease.retire(claimed)
            articles.fold(article, twin.pk)
            return False
        if document.state == "ok" or (document.state in PARTIAL and document.text):
            version = _revise(article, fetch, document, before, now)
        else:
            _note_state(article, document)
        if version is None:
            settle(claimed, article, now)
        else:
            lease.move_on(claimed, "tell")
    return version is not None


def _twin(article: Article, document: Document) -> Article | None:
    """The article we hold under the page's canonical address, if this one is a mere shell."""
    canonical = identify.usable_canonical(article.url, document.canonical)
    if not canonical:
        return None
    articles.lock_making()
    other = known_elsewhere(article, canonical)
    if other is None:
        articles.remember(article.pk, [canonical], "canonical")
        return None
    return other if article.current_version_id is None else None


def _revise(
    article: Article, fetch: Fetch, document: Document, before: Document | None, now: datetime
) -> Version | None:
    """Store a version if the text is new, and bring the article up to date. None when it is not."""
    current = article.current_version
    known = (
        decide.Known(current.title, current.text, current.extractor, current.raw_sha256)
        if current
        else None
    )
    change = decide.revision(
        known,
        decide.Known(document.title, document.text, document.extractor, fetch.raw_sha256),
        (before.title, before.text) if before else None,
    )
    if change.kind == "same":
        Article.objects.filter(pk=article.pk).update(
            text_state=document.state, state_detail="", **_validators(fetch, now)
        )
        return None
    version = Version.objects.create(
        article=article,
        seq=(current.seq if current else 0) + 1,
        kind=change.kind,
        fetch=fetch,
        title=document.title or article.title,
        text=document.text,
        language=document.language or article.language,
        text_sha256=identify.text_hash(document.text),
        raw_sha256=fetch.raw_sha256,
        extractor=document.extractor,
        words=document.words,
        similarity=change.similarity,
    )
    _bring_up_to_date(article, version, fetch, document, now)
    copies.assign(article, version, document, now)
    article.current_version = version
    return version


def _bring_up_to_date(
    article: Article, version: Version, fetch: Fetch, document: Document, now: datetime
) -> None:
    chosen = _dates(article, document, now)
    Article.objects.filter(pk=article.pk).update(
        current_version=version,
        title=version.title,
        author=document.author or article.author,
        language=version.language,
        text_state=_state(article, version, document),
        state_detail="",
        published_at=chosen.published_at,
        published_precision=chosen.precision,
        published_from=chosen.origin,
        date_flags=list(chosen.flags),
        sort_at=chosen.sort_at,
        **_validators(fetch, now),
    )


def _validators(fetch: Fetch, now: datetime) -> dict[str, str]:
    """What a re-check may name: stored with the text it stands for, never before."""
    headers = {name: value for name, value in fetch.headers}  # noqa: C416  a list of lists
    etag, modified = polling.validators(
        headers.get("etag", ""), headers.get("last-modified", ""), now
    )
    return {"etag": etag, "last_modified": modified}


def _state(article: Article, version: Version, document: Document) -> str:
    """`boilerplate` when the source serves this very text under several addresses."""
    since = timezone.now() - timedelta(days=settings.INGEST["sketch_days"])
    same = Version.objects.filter(
        text_sha256=version.text_sha256, article__source=article.source_id, at__gte=since
    )
    carriers = set(same.values_list("article", flat=True)[: 10 * BOILERPLATE_AT])
    if len(carriers) < BOILERPLATE_AT:
        return document.state
    others = Article.objects.filter(current_version__in=same, text_state="ok")
    others.update(text_state="boilerplate")
    return "boilerplate"


def _dates(article: Article, document: Document, now: datetime) -> Chosen:
    """Choose the publication date from the page, the feed and the address."""
    zone = settings.TIME_ZONE
    candidates: dict[str, Date | None] = {
        origin: parse_date(raw, tz=zone) for origin, raw in reversed(document.dates)
    }
    if article.published_at and article.published_from in ("feed", "feed_updated"):
        candidates[article.published_from] = Date(
            article.published_at,
            article.published_precision,
            tuple(flag for flag in article.date_flags if flag in ("naive", "ambiguous")),
        )
    candidates["url"] = from_url(article.url)
    return choose(candidates, first_seen=article.first_seen_at, now=now)


def _note_state(article: Article, document: Document) -> None:
    """Say what stands there instead of a text; one we hold from before stays the current one."""
    values: dict[str, Any] = {
        "text_state": document.state,
        "state_detail": ", ".join(document.flags),
    }
    if article.current_version_id is None:
        values["title"] = article.title or document.title
    Article.objects.filter(pk=article.pk).update(**values)
