"""Makes articles of the links that feeds and editors bring; one article for one address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import connection

from sources.ingest import rows
from sources.ingest.identify import authority, same_site, site, url_key
from sources.models import (
    Article,
    ArticleUrl,
    Cluster,
    Feed,
    Host,
    Job,
    RemovedAddress,
    Source,
)
from sources.models.slugs import free_slug, slug_of
from sources.models.source import SourceKind

# One transaction at a time makes articles: two feeds may bring the same link in the same second.
_MAKING_ARTICLES = 0x636C61696D


@dataclass(frozen=True, slots=True)
class Lead:
    """A link to an article, with what is known of it before the page was fetched."""

    url: str
    title: str
    author: str = ""
    language: str = ""
    published_at: datetime | None = None
    precision: str = "unknown"
    origin: str = "none"
    flags: tuple[str, ...] = ()


def lock_making() -> None:
    """Wait until no other transaction makes articles; held until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING_ARTICLES])


def known(urls: Iterable[str]) -> dict[bytes, int]:
    """The articles already held under these addresses, by url key."""
    keys = {url_key(url) for url in urls}
    rows = ArticleUrl.objects.filter(url_key__in=keys).values_list("url_key", "article_id")
    return {bytes(key): article for key, article in rows}


def barred(urls: Iterable[str]) -> set[bytes]:
    """The keys of those addresses whose article was removed by order: never taken in again."""
    keys = {url_key(url) for url in urls if url}
    if not keys:
        return set()
    rows = RemovedAddress.objects.filter(pk__in=keys).values_list("pk", flat=True)
    return {bytes(key) for key in rows}


def make(
    leads: Sequence[Lead],
    *,
    feed: Feed | None,
    run: int | None,
    now: datetime,
    arrival: str = "feed",
    fetch_pages: bool = True,
) -> dict[bytes, int]:
    """Make an article, its address and its job for each lead that is new.

    Call inside a transaction, after `lock_making`.

    Args:
        feed: where the links stood; names their source unless another publisher's host does.
        run: the run that waits for their pages.
        fetch_pages: without it the articles stay what the feed said of them.

    Returns:
        The article of every lead, old and new, by url key; none of one that was removed by order.
    """
    found = known(lead.url for lead in leads)
    by_key = {url_key(lead.url): lead for lead in reversed(leads)}  # the first of a key is kept
    out = found.keys() | barred(lead.url for lead in leads if url_key(lead.url) not in found)
    fresh = {key: lead for key, lead in reversed(by_key.items()) if key not in out}
    if not fresh:
        return found
    sources = _sources({authority(lead.url) for lead in fresh.values()}, feed)
    clusters = [Cluster() for _ in fresh]
    rows.insert(clusters)
    articles = [
        _article(lead, sources[authority(lead.url)], cluster, now, arrival, fetch_pages)
        for lead, cluster in zip(fresh.values(), clusters, strict=True)
    ]
    rows.insert(articles)
    rows.insert_missing(
        [
            ArticleUrl(url_key=key, article=article, url=article.url, kind=f"{arrival}_link")
            for key, article in zip(fresh, articles, strict=True)
        ]
    )
    if fetch_pages:
        rows.insert(
            [
                Job(kind="page", article=article, host_id=authority(article.url), run_id=run)
                for article in articles
            ]
        )
    return found | {key: article.pk for key, article in zip(fresh, articles, strict=True)}


def _article(
    lead: Lead, source: int, cluster: Cluster, now: datetime, arrival: str, fetch_pages: bool
) -> Article:
    return Article(
        source_id=source,
        cluster=cluster,
        url=lead.url,
        title=lead.title,
        author=lead.author,
        language=lead.language,
        published_at=lead.published_at,
        published_precision=lead.precision,
        published_from=lead.origin,
        date_flags=list(lead.flags),
        sort_at=lead.published_at if lead.published_at and lead.published_at <= now else now,
        arrival=arrival,
        text_state="pending" if fetch_pages else "feed_only",
    )


def _sources(authorities: set[str], feed: Feed | None) -> dict[str, int]:
    """The source behind each host; a host nobody knows makes a source to be classified."""
    Host.objects.bulk_create(
        (Host(authority=name) for name in sorted(authorities)), ignore_conflicts=True
    )
    owners: dict[str, int | None] = dict(
        Host.objects.filter(pk__in=authorities).values_list("authority", "source_id")
    )
    for name, owner in owners.items():
        if owner is None:
            ours = feed is not None and (
                same_site(f"http://{name}/", feed.url)
                or bool(feed.site_url and same_site(f"http://{name}/", feed.site_url))
            )
            owners[name] = feed.source_id if feed is not None and ours else _unclassified(name)
            Host.objects.filter(pk=name).update(source=owners[name])
    return {name: owner for name, owner in owners.items() if owner is not None}


def _unclassified(name: str) -> int:
    """The source 'to be classified' of a site, made on its first article."""
    domain = site(f"http://{name}/") or name
    words = domain.replace(".", "-").replace(":", "-")
    # a slug outlives a new name; two sites may have the same, so that the hosts have to agree
    named = Host.objects.filter(source__slug=slug_of(words, "unknown"))
    for owner, host in named.values_list("source_id", "authority"):
        if site(f"http://{host}/") == domain:
            return owner
    source = Source.objects.filter(name=domain).order_by("pk").first()
    source = source or Source.objects.create(
        name=domain, slug=free_slug(Source, words, "unknown"), kind=SourceKind.UNCLASSIFIED
    )
    return source.stands_as.pk


def remember(article: int, urls: Iterable[str], kind: str) -> None:
    """Keep further addresses of an article; one that belongs to another article stays there."""
    rows.insert_missing(
        [
            ArticleUrl(url_key=url_key(url), article_id=article, url=url, kind=kind)
            for url in urls
            if urlsplit(url).scheme in ("http", "https")
        ]
    )


def fold(shell: Article, into: int) -> None:
    """Let an article without any text turn out to be one we hold: its addresses move there."""
    shell.items.update(article_id=into)
    shell.urls.update(article_id=into)
    shell.fetches.update(article_id=into)
    cluster = shell.cluster
    shell.delete()
    cluster.delete()
