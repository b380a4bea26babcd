"""Reads fetched pages, then tells of their new versions: the stages that wait for no host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from sources.ingest import batch, raw, store
from sources.ingest.batch import Words
from sources.ingest.extract import EXTRACTOR, Document, extract
from sources.ingest.lease import Claimed
from sources.ingest.store.texts import Reading
from sources.ingest.timelimit import TooSlowError, time_limit
from sources.models import Article, Fetch, Job
from sources.signals import versions_stored


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that was fetched and waits to be read."""

    claimed: Claimed
    article: Article
    fetch: Fetch


@dataclass(frozen=True, slots=True)
class Told:
    """An article whose new version is told of."""

    claimed: Claimed
    article: Article


def load_pages(claims: Sequence[Claimed]) -> list[Kept]:
    """The pages of these jobs; one that was deleted meanwhile is left out."""
    jobs = (
        Job.objects.select_related("article__current_version", "fetch")
        .defer("article__current_version__search")
        .in_bulk([claimed.job for claimed in claims])
    )
    found = ((claimed, jobs.get(claimed.job)) for claimed in claims)
    return [
        Kept(claimed, job.article, job.fetch)
        for claimed, job in found
        if job is not None and job.article is not None and job.fetch is not None
    ]


def read(page: Kept) -> Reading:
    """Read a page: text, title, dates."""
    document = _document(page.fetch)
    return Reading(page.claimed, page.article, page.fetch, document, _read_anew(page))


def size(reading: Reading) -> int:
    """How many characters it keeps in memory."""
    return len(reading.document.text)


def _document(fetch: Fetch) -> Document:
    headers = {name: value for name, value in fetch.headers}  # noqa: C416  a list of lists
    try:
        with time_limit(settings.INGEST["extract_seconds"]):
            return extract(
                raw.read(fetch.raw_sha256),
                url=fetch.final_url or fetch.url,
                content_type=headers.get("content-type", ""),
            )
    except TooSlowError:
        return _unread(f"reading took more than {settings.INGEST['extract_seconds']} s")


def _read_anew(page: Kept) -> Document | None:
    """The bytes of the current version as today's extractor reads them, where another one did:
    without them an edit that came together with an upgrade would pass for the upgrade."""
    known = page.article.current_version
    if known is None or known.extractor == EXTRACTOR or known.fetch is None:
        return None
    if known.fetch.raw_sha256 in ("", page.fetch.raw_sha256):
        return None
    try:
        document = _document(known.fetch)
    except FileNotFoundError:
        return None
    return document if document.state in store.TEXTS else None


def write_texts(readings: Sequence[Reading]) -> Words:
    """Store what was read, then tell of what is new."""
    words = batch.committed(store.pages_read, readings)
    new = [
        Told(reading.claimed, reading.article)
        for reading in readings
        if words[reading.claimed.job] == store.NEW_VERSION
    ]
    return words | tell(new)


def load_news(claims: Sequence[Claimed]) -> list[Told]:
    """The articles of these jobs, whose versions were stored by a worker who did not come to tell
    of them; one that was deleted meanwhile is left out."""
    articles = Article.objects.in_bulk([claimed.target for claimed in claims])
    return [
        Told(claimed, articles[claimed.target]) for claimed in claims if claimed.target in articles
    ]


def as_it_is(told: Told) -> Told:
    """Nothing is to be worked out before an article's version is told of."""
    return told


def tell(news: Sequence[Told]) -> Words:
    """Tell whoever listens of new versions, then settle their articles. Where a receiver raises,
    each is told of by itself, and only the jobs of those it refuses come back."""

    def at_once(some: Sequence[Told]) -> Words:
        held = Article.objects.filter(pk__in=[told.article.pk for told in some])
        versions = held.exclude(current_version=None).values_list("current_version", flat=True)
        versions_stored.send(sender=Article, versions=list(versions))
        return batch.committed(store.settle_all, some)

    return batch.attempt(at_once, news)


def _unread(flag: str) -> Document:
    return Document(
        state="failed",
        title="",
        text="",
        author="",
        language="",
        dates=(),
        canonical="",
        site_name="",
        alternates=(),
        extractor=EXTRACTOR,
        words=0,
        charset="",
        flags=(flag,),
    )
