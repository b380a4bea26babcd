"""Puts an article into the copy cluster of its text; the sketches are rows of PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from sources.ingest.copies import Overlap, akin, compare, credit, sketch, verdict
from sources.ingest.extract import Document
from sources.ingest.store import sketches
from sources.models import Article, Cluster, Sketch, Source, TextPair
from sources.models.copies import Basis
from sources.models.source import SourceKind

# One transaction at a time decides who copies whom: two copies may be read in the same second.
_CLUSTERING = 0x636F7079
_COMMON_TO = 20  # a hash shared by so many clusters is boilerplate
_LEAST_SHARED = 3
_CARRIERS = 64  # of one hash are looked at: enough to see whether it is boilerplate
_NEAR = 4  # clusters are looked at as the home of one text
_MEMBERS = 20  # of a cluster are asked whether a text is theirs
_QUESTIONS = 5  # a text asks an editor at the most

# Never more than _CARRIERS rows a hash, so that a phrase every page carries costs no more than a
# rare one. An editor who said "two texts" of this article and a member keeps it out of the cluster.
_SHARING = """
SELECT s.article_id, a.cluster_id, a.sort_at, array_agg(s.hash)
FROM unnest(%(hashes)s::bigint[]) AS own(hash)
CROSS JOIN LATERAL (
    SELECT hash, article_id FROM sources_sketch
    WHERE hash = own.hash AND article_id <> %(article)s LIMIT %(carriers)s
) s
JOIN sources_article a ON a.id = s.article_id
WHERE a.cluster_id NOT IN (
    SELECT m.cluster_id FROM sources_textpair p JOIN sources_article m
    ON m.id = p.one_id + p.other_id - %(article)s
    WHERE p.same IS FALSE AND %(article)s IN (p.one_id, p.other_id)
)
GROUP BY s.article_id, a.cluster_id, a.sort_at
HAVING count(*) >= %(least)s
ORDER BY count(*) DESC LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Another article that shares text with ours, and how much of it."""

    article: int
    cluster: int
    overlap: Overlap
    verdict: str


def assign_all(texts: Sequence[tuple[Article, Document]], now: datetime) -> None:
    """Put articles into the clusters of their new texts. Call inside a transaction.

    Most texts share no words with another and credit nobody: those stay where they are, for
    three statements in all.
    """
    if not texts:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLUSTERING])
    hashes = {article.pk: sketch(document.text) for article, document in texts}
    sketches.keep(hashes, now)
    alike = sketches.sharing(hashes)
    agencies = list(_agencies().order_by("pk").values_list("name", flat=True))
    for article, document in texts:
        if article.pk in alike or credit(document.text, document.author, agencies):
            assign(article, document, hashes[article.pk])


def assign(article: Article, document: Document, hashes: frozenset[int]) -> None:
    """Join the article to the cluster that carries its text, if there is one.

    Call inside a transaction, with the sketch kept. Where only an editor can tell a copy from a
    quotation, the question is kept as a `TextPair`; what an editor answered is never undone.
    """
    own = _cluster(article)
    if own.alone:
        found = sharing(article, hashes)
        homes = homes_of(found, hashes)
        if homes:
            _gather(article, own.pk, homes)
            own = _cluster(article)
        _ask(article, [one for one in found if one.cluster not in homes])
    _note_credit(own, document.text, document.author)


@dataclass(frozen=True, slots=True)
class _Own:
    """A cluster as the decision needs it, with the agencies the newsroom knows, by name."""

    pk: int
    credited: bool
    alone: bool
    agencies: list[str]


def _cluster(article: Article) -> _Own:
    """The cluster the article stands in now: another text of its batch may have moved it."""
    others = Article.objects.filter(cluster=OuterRef("pk")).exclude(pk=article.pk)
    names = _agencies().order_by("pk").values("name")
    row = Cluster.objects.filter(articles=article.pk).annotate(
        alone=~Exists(others), agencies=ArraySubquery(names)
    )
    pk, basis, alone, agencies = row.values_list("pk", "basis", "alone", "agencies").get()
    return _Own(pk, basis != Basis.UNKNOWN, alone, agencies)


def _agencies() -> QuerySet[Source]:
    return Source.objects.standing().filter(kind=SourceKind.AGENCY)


def sharing(article: Article, hashes: frozenset[int]) -> list[Sharing]:
    """The articles that share text with this one, the most alike first.

    Args:
        hashes: the sketch of the article's text.
    """
    asked: dict[str, Any] = {"hashes": list(hashes), "article": article.pk}
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, asked | {"carriers": _CARRIERS, "least": _LEAST_SHARED})
        rows = cursor.fetchall()
    spread: dict[int, set[int]] = defaultdict(set)
    for _, cluster, _, shared in rows:
        for one in shared:
            spread[one].add(cluster)
    common = {one for one, clusters in spread.items() if len(clusters) > _COMMON_TO}
    sketches = _sketches(row[0] for row in rows)
    found = []
    for other, cluster, sort_at, _ in rows:
        overlap = compare(hashes - common, sketches[other] - common)
        days = (article.sort_at - sort_at).total_seconds() / 86400
        judged = verdict(overlap, days, settings.INGEST["copy_days"])
        found.append(Sharing(other, cluster, overlap, judged))
    return sorted(found, key=lambda one: (-one.overlap.of_shorter, one.article))


def homes_of(found: list[Sharing], hashes: frozenset[int]) -> list[int]:
    """The clusters whose text this is, the most alike first: several where copies were so cut that
    only this one shows that they are one. None where the text ties two, as a roundup does."""
    near = list(dict.fromkeys(one.cluster for one in found if one.verdict == "same"))[:_NEAR]
    members = _members(near)
    homes = [one for one in near if akin([hashes], members[one])]
    apart = any(not akin(members[a], members[b]) for a, b in combinations(homes, 2))
    return [] if apart else homes


def _members(clusters: list[int]) -> dict[int, list[frozenset[int]]]:
    """The sketches of some carriers of each cluster, the earliest."""
    members: dict[int, list[frozenset[int]]] = {one: [] for one in clusters}
    if len(clusters) == 0:
        return members
    rows = Article.objects.filter(cluster__in=clusters).order_by("pk").values_list("cluster", "pk")
    taken: dict[int, int] = {}
    held: defaultdict[int, int] = defaultdict(int)
    for cluster, article in rows:
        if held[cluster] < _MEMBERS:
            held[cluster] += 1
            taken[article] = cluster
    for article, one in _sketches(taken).items():
        members[taken[article]].append(one)
    return members


def _gather(article: Article, own: int, homes: list[int]) -> None:
    """Put the article into the first of its homes, and the others with it.

    A home whose origin is known comes first. Another stays apart where its origin is a different
    one, or where an editor said "two texts".
    """
    held = Cluster.objects.in_bulk(homes)
    home, *others = sorted(homes, key=lambda one: held[one].basis == Basis.UNKNOWN)
    judged = TextPair.objects.filter(same=False)
    for other in others:
        both = (home, other)
        apart = judged.filter(one__cluster__in=both, other__cluster__in=both).exists()
        known = held[other].basis != Basis.UNKNOWN
        contested = known and held[other].origin_id != held[home].origin_id
        if not apart and not contested:
            Article.objects.filter(cluster=other).update(cluster=home)
            Cluster.objects.filter(pk=other).delete()
    Article.objects.filter(pk=article.pk).update(cluster_id=home)
    Cluster.objects.filter(pk=own).delete()


def _ask(article: Article, found: list[Sharing]) -> None:
    """Keep the question whether these are copies, one for each cluster, for an editor to answer."""
    doubtful: dict[int, Sharing] = {}
    for one in found:
        if one.verdict != "different":
            doubtful.setdefault(one.cluster, one)
    pairs = [
        TextPair(
            one_id=min(article.pk, other.article),
            other_id=max(article.pk, other.article),
            share=other.overlap.of_shorter,
        )
        for other in list(doubtful.values())[:_QUESTIONS]
    ]
    if pairs:
        TextPair.objects.bulk_create(pairs, ignore_conflicts=True)


def _sketches(articles: Iterable[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    asked = list(articles)
    rows = Sketch.objects.filter(article__in=asked).values_list("article", "hash") if asked else ()
    for article, one in rows:
        found[article].add(one)
    return {article: frozenset(hashes) for article, hashes in found.items()}


def _note_credit(own: _Own, text: str, byline: str) -> None:
    """Name the agency a text credits, where the newsroom knows it; never over an editor's word."""
    if own.credited:
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
