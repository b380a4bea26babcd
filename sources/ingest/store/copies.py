"""Puts an article into the copy cluster of its text; the sketches are rows of PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from sources.ingest.copies import compare, credit, sketch, verdict
from sources.ingest.extract import Document
from sources.models import Article, Cluster, Sketch, Source, Version
from sources.models.copies import Basis
from sources.models.source import SourceKind

# One transaction at a time decides who copies whom: two copies may be read in the same second.
_CLUSTERING = 0x636F7079
_COMMON_TO = 20  # a hash shared by so many clusters is boilerplate
_LEAST_SHARED = 3

_SHARING = """
SELECT s.article_id, a.cluster_id, a.sort_at, array_agg(s.hash), c.settled
FROM sources_sketch s
JOIN sources_article a ON a.id = s.article_id
JOIN sources_cluster c ON c.id = a.cluster_id
WHERE s.hash = ANY(%s) AND s.article_id <> %s
GROUP BY s.article_id, a.cluster_id, a.sort_at, c.settled
HAVING count(*) >= %s
ORDER BY count(*) DESC LIMIT 200
"""


def assign(article: Article, version: Version, document: Document, now: datetime) -> None:
    """Join the article to the cluster that carries its text, if there is one.

    Call inside a transaction. A cluster an editor settled is neither joined nor left.
    """
    hashes = sketch(version.text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLUSTERING])
    if version.seq > 1:
        Sketch.objects.filter(article=article).delete()
    Sketch.objects.bulk_create(Sketch(hash=one, article=article, at=now) for one in hashes)
    own = _cluster(article, article.cluster_id)
    if own.alone and not own.settled:
        home = _home(article, hashes)
        if home is not None:
            Article.objects.filter(pk=article.pk).update(cluster_id=home)
            Cluster.objects.filter(pk=own.pk).delete()
            own = _cluster(article, home)
    _note_credit(own, version.text, document.author)


@dataclass(frozen=True, slots=True)
class _Own:
    """A cluster as the decision needs it, with the agencies the newsroom knows, by name."""

    pk: int
    settled: bool
    has_origin: bool
    alone: bool
    agencies: list[str]


def _cluster(article: Article, pk: int) -> _Own:
    others = Article.objects.filter(cluster=OuterRef("pk")).exclude(pk=article.pk)
    names = _agencies().order_by("pk").values("name")
    row = Cluster.objects.annotate(alone=~Exists(others), agencies=ArraySubquery(names))
    settled, origin, alone, agencies = row.values_list(
        "settled", "origin_id", "alone", "agencies"
    ).get(pk=pk)
    return _Own(pk, settled, origin is not None, alone, agencies)


def _agencies() -> QuerySet[Source]:
    return Source.objects.standing().filter(kind=SourceKind.AGENCY)


def _home(article: Article, hashes: frozenset[int]) -> int | None:
    """The cluster of the article that is most surely the same text."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [list(hashes), article.pk, _LEAST_SHARED])
        rows = cursor.fetchall()
    spread: dict[int, set[int]] = defaultdict(set)
    for _, cluster, _, shared, _ in rows:
        for one in shared:
            spread[one].add(cluster)
    common = {one for one, clusters in spread.items() if len(clusters) > _COMMON_TO}
    sketches = _whole_sketches([row[0] for row in rows])
    best: tuple[float, int] | None = None
    for other, cluster, sort_at, _, settled in rows:
        overlap = compare(hashes - common, sketches[other] - common)
        days = abs((article.sort_at - sort_at).total_seconds()) / 86400
        if settled or days > settings.INGEST["copy_days"]:
            continue
        if verdict(overlap, days) == "same" and (best is None or overlap.of_shorter > best[0]):
            best = (overlap.of_shorter, cluster)
    return best[1] if best else None


def _whole_sketches(articles: list[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for article, one in Sketch.objects.filter(article__in=articles).values_list("article", "hash"):
        found[article].add(one)
    return {article: frozenset(hashes) for article, hashes in found.items()}


def _note_credit(own: _Own, text: str, byline: str) -> None:
    """Name the agency a text credits, where the newsroom knows it; never over an editor's word."""
    if own.settled or own.has_origin:
        return
    agency = credit(text, byline, own.agencies)
    if not agency:
        return
    source = _agencies().filter(name__iexact=agency).first()
    if source is not None:
        basis = Basis.BYLINE if byline and agency.lower() in byline.lower() else Basis.CREDIT
        Cluster.objects.filter(pk=own.pk).update(origin=source, basis=basis)


def forget_old(now: datetime) -> int:
    """Delete sketches past their use. Returns how many hashes went."""
    oldest = now - timedelta(days=settings.INGEST["sketch_days"])
    return Sketch.objects.filter(at__lt=oldest).delete()[0]
