"""What editors decide about copies: which articles carry one text, and where that text is from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q
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
def put_back(home: Cluster, made: Cluster, by: AbstractBaseUser) -> None:
    """Take one's own taking out back: the articles return, and what was asked waits again.

    Args:
        made: the cluster that `take_out` returned.

    Raises:
        NothingToRegroupError: one of the two is gone, or somebody else told them apart.
    """
    held = Cluster.objects.select_for_update().in_bulk(sorted({home.pk, made.pk}))
    told = TextPair.objects.filter(_between(home.articles.all(), made.articles.all()), same=False)
    if len(held) != 2 or not told.filter(by=by.pk).exists():
        raise NothingToRegroupError
    _unanswer(list(told))
    Article.objects.filter(cluster=made).update(cluster=home)
    made.delete()


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
    """Take "two texts" back: the question is open again."""
    pair.same, pair.why, pair.by = None, "", None
    pair.save(update_fields=["same", "why", "by"])


@transaction.atomic
def take_back(pair: TextPair, moved: Collection[int]) -> None:
    """Take "one text" back: the articles that moved stand apart, and what was asked waits again.

    Args:
        moved: the articles that the answer moved, by key, as `join` returned them.

    Raises:
        NothingToRegroupError: the two articles of the pair no longer stand together as they did.
    """
    held = list(Article.objects.select_for_update().filter(pk__in=[*moved, *_sides(pair)]))
    clusters = {article.cluster_id for article in held}
    if len(clusters) != 1 or len(_sides(pair) & set(moved)) != 1:
        raise NothingToRegroupError
    home = Cluster.objects.get(pk=clusters.pop())
    stayed = list(home.articles.exclude(pk__in=moved).values_list("pk", flat=True))
    made = Cluster.objects.create()
    _give_origin_back(home, made, pair)
    Article.objects.filter(pk__in=moved).update(cluster=made)
    _unanswer(TextPair.objects.filter(_between(moved, stayed), same=True))


def _between(some: Any, others: Any) -> Q:
    """Pairs of one of `some` and one of `others`."""
    return Q(one__in=some, other__in=others) | Q(one__in=others, other__in=some)


def _sides(pair: TextPair) -> set[int]:
    return {pair.one_id, pair.other_id}


def _give_origin_back(home: Cluster, made: Cluster, pair: TextPair) -> None:
    """Where the join brought an origin along, it goes with the articles that brought it."""
    answered = _events("TextPairEvent").filter(pgh_obj=pair.pk).order_by("pgh_id").last()
    brought = _events("ClusterEvent").filter(
        pgh_obj=home.pk,
        pgh_created_at=answered.pgh_created_at,
        origin=home.origin_id,
        basis=home.basis,
    )
    if not brought.exists():
        return
    made.origin, made.basis = home.origin, home.basis
    home.origin, home.basis = None, Basis.UNKNOWN
    for cluster in (made, home):
        cluster.save(update_fields=["origin", "basis"])


def _unanswer(pairs: Iterable[TextPair]) -> None:
    """Bring pairs back to what they were before their last answer; some there were none of."""
    by_key = {pair.pk: pair for pair in pairs}
    before: dict[int, list[Any]] = {pk: [] for pk in by_key}
    for event in _events("TextPairEvent").filter(pgh_obj__in=by_key).order_by("pgh_id"):
        before[event.pgh_obj_id].append(event)
    for pk, events in before.items():
        if len(events) < 2:
            by_key[pk].delete()
            continue
        for name in ("same", "why", "by_id", "at"):
            setattr(by_key[pk], name, getattr(events[-2], name))
        by_key[pk].save()


def _events(name: str) -> Any:
    return apps.get_model("sources", name)._base_manager


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
