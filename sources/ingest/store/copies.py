"""Puts articles into the copy clusters of their texts, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.conf import settings
from django.db import connection

from sources.ingest.copies import LEAST_SHARED, Overlap, akin, compare, credit, sketch, verdict
from sources.ingest.extract import Document
from sources.ingest.store import sketches
from sources.ingest.store.agencies import Agencies
from sources.ingest.store.clusters import Clusters
from sources.ingest.store.sketches import Sharer
from sources.models import Article, Sketch, TextPair
from sources.models.copies import Basis

# One transaction at a time decides who copies whom: two copies may be read in the same second.
_CLUSTERING = 0x636F7079
_COMMON_TO = 20  # a hash shared by so many clusters is boilerplate
_NEAR = 4  # clusters are looked at as the home of one text
_LIKELY = 2 * _NEAR  # of those who share the most with a text, clusters are read in advance
_QUESTIONS = 5  # a text asks an editor at the most


@dataclass(frozen=True, slots=True)
class Sharing:
    """Another article that shares text with ours, and how much of it."""

    article: int
    cluster: int
    overlap: Overlap
    verdict: str


def assign_all(texts: Sequence[tuple[Article, Document]], now: datetime) -> None:
    """Put articles into the clusters of their new texts. Call inside a transaction.

    Most texts share no words with another and credit nobody: those stay where they are. Where only
    an editor can tell a copy from a quotation, the question is kept as a `TextPair`; what an editor
    answered is never undone.
    """
    if not texts:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLUSTERING])
    hashes = {article.pk: sketch(document.text) for article, document in texts}
    sketches.keep(hashes, now)
    sharers = sketches.sharing(hashes)
    credited = _credited(texts)
    moving = [article for article, _ in texts if article.pk in sharers or article.pk in credited]
    if not moving:
        return
    near = Neighbourhood(moving, sharers, hashes)
    questions: list[TextPair] = []
    for article in moving:
        if article.pk in sharers and near.clusters.is_alone(near.clusters.of(article.pk)):
            questions += join(article, near)
        own = near.clusters.of(article.pk)
        if article.pk in credited and not near.clusters.is_credited(own):
            near.clusters.credit(own, *credited[article.pk])
    near.clusters.write()
    if questions:
        TextPair.objects.bulk_create(questions, ignore_conflicts=True)


class Neighbourhood:
    """The texts that share words with those of a batch, and the clusters all of them stand in."""

    def __init__(
        self,
        articles: Sequence[Article],
        sharers: Mapping[int, Sequence[Sharer]],
        hashes: dict[int, frozenset[int]],
    ) -> None:
        self._sharers, self._hashes = sharers, hashes
        others = {one.article for found in sharers.values() for one in found} - hashes.keys()
        self._sketches = sketches.held(others) | hashes
        self.clusters = Clusters([article.pk for article in articles])
        self.clusters.read(one.cluster for found in sharers.values() for one in found[:_LIKELY])

    def sharing(self, article: Article) -> list[Sharing]:
        """The articles that share text with this one, the most alike first. Left out are those that
        share only what many do, and those in a cluster that an editor told it apart from."""
        own, apart = self._hashes[article.pk], self.clusters.told_apart(article.pk)
        placed = ((one, self.clusters.now(one.cluster)) for one in self._sharers[article.pk])
        others = [
            (one, cluster, own & self._sketches[one.article])
            for one, cluster in placed
            if cluster not in apart
        ]
        common = _common((cluster, shared) for _, cluster, shared in others)
        found = []
        for one, cluster, shared in others:
            if len(shared - common) < LEAST_SHARED:
                continue
            overlap = compare(own - common, self._sketches[one.article] - common)
            days = (article.sort_at - one.sort_at).total_seconds() / 86400
            judged = verdict(overlap, days, settings.INGEST["copy_days"])
            if judged != "different":
                found.append(Sharing(one.article, cluster, overlap, judged))
        return sorted(found, key=lambda one: (-one.overlap.of_shorter, one.article))

    def homes(self, article: Article, found: Sequence[Sharing]) -> list[int]:
        """The clusters whose text this is, the most alike first: several where copies were so cut
        that only this one shows that they are one. None where the text ties two, as a roundup
        does.

        Args:
            found: who shares text with it.
        """
        near = list(dict.fromkeys(one.cluster for one in found if one.verdict == "same"))[:_NEAR]
        members = self.clusters.sketches(near)
        homes = [one for one in near if akin([self._hashes[article.pk]], members[one])]
        apart = any(not akin(members[a], members[b]) for a, b in combinations(homes, 2))
        return [] if apart else homes


def _common(carried: Iterable[tuple[int, frozenset[int]]]) -> frozenset[int]:
    """The hashes that too many clusters carry to tell anything.

    Args:
        carried: the cluster of a text, and what it shares.
    """
    spread: defaultdict[int, set[int]] = defaultdict(set)
    for cluster, shared in carried:
        for one in shared:
            spread[one].add(cluster)
    return frozenset(one for one, clusters in spread.items() if len(clusters) > _COMMON_TO)


def join(article: Article, near: Neighbourhood) -> list[TextPair]:
    """Put an article that stands alone into the cluster that carries its text, if there is one.

    Returns:
        The questions that it leaves to an editor, one for each further cluster it may belong to.
    """
    found = near.sharing(article)
    homes = near.homes(article, found)
    if homes:
        near.clusters.put(near.clusters.of(article.pk), near.clusters.gather(homes))
    doubtful: dict[int, Sharing] = {}
    for one in found:
        if one.cluster not in homes:
            doubtful.setdefault(one.cluster, one)
    return [
        TextPair(
            one_id=min(article.pk, other.article),
            other_id=max(article.pk, other.article),
            share=other.overlap.of_shorter,
        )
        for other in list(doubtful.values())[:_QUESTIONS]
    ]


def _credited(texts: Sequence[tuple[Article, Document]]) -> dict[int, tuple[int, Basis]]:
    """The agencies that texts credit, by article: the source, and where it is credited."""
    agencies = Agencies()
    found = {}
    for article, document in texts:
        agency = credit(document.text, document.author, agencies.names)
        source = agencies.source(agency) if agency else None
        if source is not None:
            signed = agency.lower() in document.author.lower()
            found[article.pk] = source, Basis.BYLINE if signed else Basis.CREDIT
    return found


def forget_old(now: datetime) -> int:
    """Delete sketches past their use. Returns how many hashes went."""
    oldest = now - timedelta(days=settings.INGEST["sketch_days"])
    return Sketch.objects.filter(at__lt=oldest).delete()[0]
