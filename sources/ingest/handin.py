"""Takes in a text that somebody hands in: pasted, or read from an uploaded PDF."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from sources.ingest import raw
from sources.ingest.extract import Document
from sources.ingest.identify import clean_text, text_hash
from sources.ingest.pagestate import count_words
from sources.ingest.store import articles, copies
from sources.models import Article, ArticleUrl, Cluster, Host, Job, RemovedAddress, Source, Version
from sources.models.article import Arrival

if TYPE_CHECKING:
    from tracker.models import User

HANDED_IN = "handed-in"  # the host of what stands nowhere: nobody is ever asked there


class RemovedError(Exception):
    """What is handed in was removed by order."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A text with what whoever hands it in says of it. `original`: the bytes it was read from."""

    source: Source
    title: str
    text: str
    language: str
    arrival: Arrival
    original: bytes
    extractor: str
    published_at: datetime | None = None


@transaction.atomic
def take_in_text(one: HandedIn, by: User) -> tuple[Article, bool]:
    """Make an article of it, searched, matched and cited like any other, and never re-checked.

    Ring the worker that tells of new versions afterwards.

    Returns:
        The article, and whether it is new: the same bytes for the same source are one article.

    Raises:
        RemovedError: the same was removed by order.
    """
    digest = hashlib.sha256(one.original).hexdigest()
    place = f"urn:sha256:{digest}#{one.source.slug}"
    key = hashlib.sha256(place.encode()).digest()
    articles.lock_making()
    if RemovedAddress.objects.filter(pk=key).exists():
        raise RemovedError
    raw.keep(one.original)
    held = ArticleUrl.objects.filter(url_key=key).select_related("article").first()
    if held is not None:
        return held.article, False
    now = timezone.now()
    article = Article.objects.create(
        source=one.source,
        cluster=Cluster.objects.create(),
        url=place,
        title=one.title,
        language=one.language,
        text_state="ok",
        state_detail=by.get_username(),  # who brought it
        published_at=one.published_at,
        published_precision="day" if one.published_at else "unknown",
        published_from="editor" if one.published_at else "none",
        sort_at=min(one.published_at or now, now),
        arrival=one.arrival,
    )
    ArticleUrl.objects.create(url_key=key, article=article, url=place, kind="editor")
    article.current_version = _version(article, one, digest)
    article.save(update_fields=["current_version"])
    copies.assign_all([(article, _document(one))], now)
    host, _ = Host.objects.get_or_create(authority=HANDED_IN)
    Job.objects.create(kind="tell", article=article, host=host, priority=10)
    return article, True


def _version(article: Article, one: HandedIn, digest: str) -> Version:
    return Version.objects.create(
        article=article,
        seq=1,
        title=one.title,
        text=one.text,
        language=one.language,
        text_sha256=text_hash(one.text),
        raw_sha256=digest,
        extractor=one.extractor,
        words=count_words(one.text),
        sort_at=article.sort_at,
    )


def _document(one: HandedIn) -> Document:
    return Document(
        state="ok",
        title=one.title,
        text=one.text,
        author="",
        language=one.language,
        dates=(),
        canonical="",
        site_name="",
        alternates=(),
        extractor=one.extractor,
        words=count_words(one.text),
        charset="utf-8",
        flags=(),
    )


def plain_text(words: str) -> str:
    """A pasted text as it is kept: paragraphs without empty lines between, nothing unstorable."""
    lines = (" ".join(line.split()) for line in clean_text(words.replace("\r", "\n")).split("\n"))
    return "\n".join(line for line in lines if line)
