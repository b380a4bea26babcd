"""The copy clusters that a batch of texts may belong to: read together, changed here, written
together. What one text of the batch changes the next one sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from sources.ingest import rows
from sources.ingest.store import sketches
from sources.models import Article, Cluster, TextPair
from sources.models.copies import Basis

_MEMBERS = 20  # of a cluster are looked at, the earliest

_GATHER = """
UPDATE sources_article a SET cluster_id = gathered.home
FROM unnest(%s::bigint[], %s::bigint[]) AS gathered(cluster, home)
WHERE a.cluster_id = gathered.cluster
"""


@dataclass(slots=True)
class _Held:
    """A cluster: how its origin is known, its earliest articles, and the clusters put into it."""

    basis: str
    origin: int | None
    members: list[int]
    parts: list[int]


class Clusters:
    """Clusters by key. One that was put into another is known by both keys, as that other one."""

    def __init__(self, articles: Collection[int]) -> None:
        """Read the clusters of these articles."""
        found = Article.objects.filter(pk__in=articles).values_list("pk", "cluster")
        self._of: dict[int, int] = dict(found)
        self._apart = _told_apart(articles)
        self._home: dict[int, int] = {}
        self._held: dict[int, _Held] = {}
        self._credited: dict[int, tuple[int, str]] = {}
        self._sketches: dict[int, frozenset[int]] = {}
        self.read(self._of.values())

    def read(self, clusters: Iterable[int]) -> None:
        """Read further clusters that will be asked about."""
        missing = set(clusters) - self._held.keys()
        if not missing:
            return
        found = Article.objects.filter(cluster__in=missing).values_list(
            "pk", "cluster", "cluster__basis", "cluster__origin"
        )
        for article, cluster, basis, origin in sorted(found):
            held = self._held.setdefault(cluster, _Held(basis, origin, [], [cluster]))
            if len(held.members) < _MEMBERS:
                held.members.append(article)

    def of(self, article: int) -> int:
        """The cluster one of the articles of the batch stands in."""
        return self.now(self._of[article])

    def now(self, cluster: int) -> int:
        """The cluster it has become."""
        while cluster in self._home:
            cluster = self._home[cluster]
        return cluster

    def told_apart(self, article: int) -> set[int]:
        """The clusters in which an article stands that is not the same text: an editor said so."""
        return {self.now(cluster) for cluster in self._apart.get(article, ())}

    def is_alone(self, cluster: int) -> bool:
        """Whether there is one article in it."""
        return len(self._standing(cluster).members) == 1

    def is_credited(self, cluster: int) -> bool:
        """Whether its origin is known, or an editor said that nobody knows it."""
        return self._standing(cluster).basis != Basis.UNKNOWN

    def sketches(self, clusters: Iterable[int]) -> dict[int, list[frozenset[int]]]:
        """The sketches of some of the articles of each cluster, the earliest."""
        members = {cluster: self._standing(cluster).members for cluster in clusters}
        asked = {article for articles in members.values() for article in articles}
        self._sketches |= sketches.held(asked - self._sketches.keys())
        return {
            cluster: [one for article in articles if (one := self._sketches[article])]
            for cluster, articles in members.items()
        }

    def gather(self, clusters: Iterable[int]) -> int:
        """Put clusters together, into one whose origin is known if there is one. Another stays
        apart where its origin is a different one, or where an editor said "two texts".

        Returns:
            The cluster they are in now.
        """
        home, *others = sorted(clusters, key=lambda one: not self.is_credited(one))
        for other in others:
            here, there = self._standing(home), self._standing(other)
            contested = self.is_credited(other) and there.origin != here.origin
            if not contested and not _hold_two_texts([*here.parts, *there.parts]):
                self.put(other, home)
        return home

    def put(self, cluster: int, home: int) -> None:
        """Put one cluster into another."""
        here, there = self._standing(home), self._standing(cluster)
        here.members = sorted(here.members + there.members)[:_MEMBERS]
        here.parts += there.parts
        self._home[cluster] = home

    def credit(self, cluster: int, source: int, basis: str) -> None:
        """Say where its text is from."""
        held = self._standing(cluster)
        held.origin, held.basis = source, basis
        self._credited[cluster] = source, basis

    def write(self) -> None:
        """Write what has changed."""
        gathered = list(self._home)
        if gathered:
            homes = [self.now(cluster) for cluster in gathered]
            with connection.cursor() as cursor:
                cursor.execute(_GATHER, [gathered, homes])
            Cluster.objects.filter(pk__in=gathered).delete()
        rows.update(
            Cluster,
            (
                (cluster, {"origin_id": source, "basis": basis})
                for cluster, (source, basis) in self._credited.items()
                if cluster not in self._home
            ),
        )

    def _standing(self, cluster: int) -> _Held:
        self.read([cluster])
        return self._held[self.now(cluster)]


def _told_apart(articles: Collection[int]) -> dict[int, list[int]]:
    """For each article, the clusters of those an editor told it apart from."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    pairs = TextPair.objects.filter(Q(one__in=articles) | Q(other__in=articles), same=False)
    for one, other, *clusters in pairs.values_list(
        "one", "other", "one__cluster", "other__cluster"
    ):
        found[one].append(clusters[1])
        found[other].append(clusters[0])
    return dict(found)


def _hold_two_texts(clusters: Collection[int]) -> bool:
    """Whether an editor said "two texts" of any two articles of these clusters."""
    within = TextPair.objects.filter(one__cluster__in=clusters, other__cluster__in=clusters)
    return within.filter(same=False).exists()
