"""What editors decide about copies: which articles carry one text, and where that text is from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from sources.models import Article, Cluster, Source, TextPair
from sources.models.copies import Basis

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class NothingToRegroupError(ValueError):
    """The articles do not stand where the act expects them; somebody else was faster."""


@transaction.atomic
def take_out(articles: Iterable[Article], by: AbstractBaseUser, why: str) -> Cluster:
    """Make a cluster of their own of articles that stand in one cluster with others.

    Returns:
        The new cluster; its origin is not known.

    Raises:
        NothingToRegroupError: they stand in several clusters, or nobody would stay behind.
    """
    leaving = {article.pk for article in articles}
    held = list(Article.objects.select_for_update().filter(pk__in=leaving))
    clusters = {article.cluster_id for article in held}
    if len(clusters) != 1:
        raise NothingToRegroupError
    staying = Article.objects.filter(cluster__in=clusters).exclude(pk__in=leaving)
    stayed = list(staying.values_list("pk", flat=True))
    if not stayed:
        raise NothingToRegroupError
    made = Cluster.objects.create()
    Article.objects.filter(pk__in=leaving).update(cluster=made)
    _answer(((one, other) for one in leaving for other in stayed), False, by, why)
    return made


@transaction.atomic
def join(cluster: Cluster, other: Cluster, by: AbstractBaseUser, why: str) -> list[int]:
    """Put the articles of `other` into `cluster`, whose origin stays unless it is not known.

    Returns:
        The articles that moved, by key: taking them out again undoes it.

    Raises:
        NothingToRegroupError: the two are one, or one is gone.
    """
    keys = sorted({cluster.pk, other.pk})
    held = Cluster.objects.select_for_update().in_bulk(keys)
    if len(held) != 2:
        raise NothingToRegroupError
    cluster, other = held[cluster.pk], held[other.pk]
    here = list(cluster.articles.values_list("pk", flat=True))
    moved = list(other.articles.values_list("pk", flat=True))
    if cluster.basis == Basis.UNKNOWN and other.basis != Basis.UNKNOWN:
        cluster.origin, cluster.basis = other.origin, other.basis
        cluster.save(update_fields=["origin", "basis"])
    Article.objects.filter(cluster=other).update(cluster=cluster)
    other.delete()
    _answer(((one, two) for one in here for two in moved), True, by, why)
    return moved


@transaction.atomic
def name_origin(cluster: Cluster, origin: Source | None, basis: str = Basis.EDITOR) -> None:
    """Say where the text of a cluster is from; None says that nobody knows, and holds as well.

    Args:
        basis: how it is known; another than the editor's word where an act is taken back.
    """
    cluster.origin, cluster.basis = origin, basis
    cluster.save(update_fields=["origin", "basis"])


@transaction.atomic
def tell_apart(pair: TextPair, by: AbstractBaseUser, why: str) -> None:
    """Answer a question of the machine: these are two texts, and stay two."""
    _answer([(pair.one_id, pair.other_id)], False, by, why)


@transaction.atomic
def ask_again(pair: TextPair) -> None:
    """Take an answer back: the question is open again."""
    pair.same, pair.why, pair.by = None, "", None
    pair.save(update_fields=["same", "why", "by"])


def _answer(pairs: Iterable[tuple[int, int]], same: bool, by: AbstractBaseUser, why: str) -> None:
    rows = [
        TextPair(
            one_id=min(pair), other_id=max(pair), same=same, why=why, by_id=by.pk, at=timezone.now()
        )
        for pair in pairs
    ]
    TextPair.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["same", "why", "by", "at"],
    )
