"""Writes what was read from pages: new versions, the articles' dates, their copy clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from sources.ingest import decide, identify, polling, rows
from sources.ingest.dates import Chosen, Date, choose, from_url, parse_date
from sources.ingest.decide import OK, Revision
from sources.ingest.extract import Document
from sources.ingest.lease import Claimed
from sources.ingest.store import boilerplate, copies, twins
from sources.ingest.store.pages import settle_all
from sources.models import Article, Fetch, Job, Version

PARTIAL = frozenset(["teaser", "paywalled"])  # what we may read of them is kept as a text
TEXTS = PARTIAL | {"ok"}
EMPTY = frozenset(["empty", "not_article", "not_html"])  # what may stand where a text stood
NEW_VERSION = "new_version"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one page, with what it was read for.

    `before` are the current version's bytes read anew, where another extractor read them then.
    """

    claimed: Claimed
    article: Article
    fetch: Fetch
    document: Document
    before: Document | None = None


def pages_read(readings: Sequence[Reading]) -> dict[int, str]:
    """Write what was read from pages. Call inside a transaction that holds their jobs.

    An article without a new version is settled. The job of one with a new version stays ours, as
    one that has yet to tell of it: whoever dies now leaves the telling to the next worker.

    Returns:
        NEW_VERSION where there is a version to tell of, else the outcome.
    """
    now = timezone.now()
    alive = twins.fold_shells(readings)
    changes = {one.article.pk: _note(one, now) for one in alive if not _has_text(one.document)}
    revised = [(one, _revision(one)) for one in alive if _has_text(one.document)]
    news = [(one, change) for one, change in revised if change.kind != "same"]
    changes |= {
        one.article.pk: {"text_state": one.document.state, "state_detail": "", "emptied_at": None}
        | _validators(one.fetch, now)
        for one, change in revised
        if change.kind == "same"
    }
    changes |= _store_versions(news, now)
    rows.update(Article, changes.items())
    told = [one for one, _ in news]
    copies.assign_all([(one.article, one.document) for one in told], now)
    Job.objects.filter(pk__in=[one.claimed.job for one in told]).update(kind="tell")
    settle_all([one for one in alive if one not in told])
    return {one.claimed.job: OK for one in readings} | {
        one.claimed.job: NEW_VERSION for one in told
    }


def _has_text(document: Document) -> bool:
    return document.state == "ok" or (document.state in PARTIAL and bool(document.text))


def _revision(one: Reading) -> Revision:
    """What the text is to the one held."""
    current = one.article.current_version
    known = (
        decide.Known(
            current.title, current.text, current.extractor, current.raw_sha256, current.author
        )
        if current
        else None
    )
    document, before = one.document, one.before
    now = decide.Known(
        document.title, document.text, document.extractor, one.fetch.raw_sha256, document.author
    )
    return decide.revision(known, now, (before.title, before.text) if before else None)


def _store_versions(
    news: Sequence[tuple[Reading, Revision]], now: datetime
) -> dict[int, dict[str, Any]]:
    """Store new versions. The articles in hand stay as they were loaded: what is rolled back is
    done again with them, and a version that was lost must not pass for the one that is held.

    Returns:
        What changes in the articles, by their keys: each has its new version as the current one.
    """
    dates = [_dates(one.article, one.document, now) for one, _ in news]
    versions = [
        _version(one, change, chosen) for (one, change), chosen in zip(news, dates, strict=True)
    ]
    rows.insert(versions)
    repeated = boilerplate.among(versions, {one.article.pk: one.article for one, _ in news})
    changes = {}
    for (one, _), version, chosen in zip(news, versions, dates, strict=True):
        state = "boilerplate" if version.pk in repeated else one.document.state
        changes[one.article.pk] = _brought_up_to_date(one, version, state, chosen, now)
    return changes


def _version(one: Reading, change: Revision, chosen: Chosen) -> Version:
    article, document, current = one.article, one.document, one.article.current_version
    return Version(
        article=article,
        seq=(current.seq if current else 0) + 1,
        kind=change.kind,
        fetch=one.fetch,
        title=document.title or article.title,
        text=document.text,
        language=document.language or article.language,
        text_sha256=identify.text_hash(document.text),
        raw_sha256=one.fetch.raw_sha256,
        extractor=document.extractor,
        words=document.words,
        similarity=change.similarity,
        author=document.author,
        modified_at=_modified(document),
        sort_at=chosen.sort_at,
    )


def _modified(document: Document) -> datetime | None:
    """When the page says it was changed last; None where it does not say it well."""
    said = parse_date(document.modified, tz=settings.TIME_ZONE) if document.modified else None
    return said.at if said else None


def _brought_up_to_date(
    one: Reading, version: Version, state: str, chosen: Chosen, now: datetime
) -> dict[str, Any]:
    return {
        "current_version_id": version.pk,
        "title": version.title,
        "author": one.document.author or one.article.author,
        "language": version.language,
        "text_state": state,
        "state_detail": "",
        "emptied_at": None,
        "published_at": chosen.published_at,
        "published_precision": chosen.precision,
        "published_from": chosen.origin,
        "date_flags": list(chosen.flags),
        "sort_at": chosen.sort_at,
        **_validators(one.fetch, now),
    }


def _validators(fetch: Fetch, now: datetime) -> dict[str, str | None]:
    """What a re-check may name: stored with the text it stands for, never before."""
    headers = {name: value for name, value in fetch.headers}  # noqa: C416  a list of lists
    etag, modified = polling.validators(
        headers.get("etag", ""), headers.get("last-modified", ""), now
    )
    return {"etag": etag, "last_modified": modified}


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


def _note(one: Reading, now: datetime) -> dict[str, Any]:
    """Say what stands there instead of a text; one we hold from before stays the current one, and
    since when it is not there any more is kept."""
    values: dict[str, Any] = {
        "text_state": one.document.state,
        "state_detail": ", ".join(one.document.flags),
    }
    if one.article.current_version_id is not None and one.document.state in EMPTY:
        values["emptied_at"] = one.article.emptied_at or now
    if one.article.current_version_id is None:
        values["title"] = one.article.title or one.document.title
    return values
