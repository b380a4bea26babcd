"""Merging two sources and splitting one, with everything that is theirs, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pghistory
from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sources.curating import tagging
from sources.curating.naming import free_slug
from sources.ingest.identify import authority
from sources.ingest.store.articles import lock_making
from sources.models import Article, Feed, Host, Source, SourceMove, SourceTag
from sources.signals import source_moved

if TYPE_CHECKING:
    from tracker.models import User

# Everything of ours that says whose it is, as model and column.
CARRIED = (
    ("sources.Article", "source"),
    ("sources.Feed", "source"),
    ("sources.Host", "source"),
    ("sources.Cluster", "origin"),
    ("sources.ReliabilityNote", "source"),
    ("sources.Source", "merged_into"),
)
MERGED = "source-merged"
SPLIT = "source-split"
BATCH = 5000


class MoveError(ValueError):
    """It can't be done so; the message is for the editor."""


@transaction.atomic
def merge(source: Source, into: Source, because: str, by: User) -> SourceMove:
    """Let one source become part of another: its articles, feeds, sites, tags and citations follow.

    Its address leads to the other from then on. Tags keep who gave them first.

    Raises:
        MoveError: one of them was merged already, they are one, or only one is invented.
    """
    source, into = _locked(source, into)
    if source.merged_into_id is not None or into.merged_into_id is not None:
        raise MoveError(_("One of the two was merged already."))
    if source.sample != into.sample:
        raise MoveError(_("What is invented for the sample is never mixed with what is not."))
    with pghistory.context(act=MERGED, because=because) as act:
        move = SourceMove(source=source, into=into, whole=True, because=because, by=by, act=act.id)
        for label, column in CARRIED:
            rows = apps.get_model(label)._base_manager.filter(**{column: source.pk})
            carry(move, rows, column, source.pk, into.pk)
        _tags_follow(source, into)
        source_moved.send(sender=SourceMove, move=move, back=False)
        source.merged_into = into
        source.save(update_fields=["merged_into"])
        move.save()
    return move


@transaction.atomic
def split(source: Source, name: str, hosts: Iterable[str], because: str, by: User) -> SourceMove:
    """Make some sites of a source a source of its own, with the articles and feeds on them.

    The new one has the type, country and languages of the old, and no tag: nobody gave it one.

    Raises:
        MoveError: no site was chosen, or all of them, or one that is not its own.
    """
    (source,) = _locked(source)
    own = set(Host.objects.filter(source=source).values_list("pk", flat=True))
    chosen = set(hosts)
    if not chosen or not chosen <= own:
        raise MoveError(_("Choose the sites that are another source."))
    if chosen == own:
        raise MoveError(_("These are all its sites: give it another name instead."))
    with pghistory.context(act=SPLIT, because=because) as act:
        part = Source.objects.create(
            slug=free_slug(name),
            name=name,
            kind=source.kind,
            country=source.country,
            languages=source.languages,
            sample=source.sample,
        )
        move = SourceMove(source=source, into=part, whole=False, because=because, by=by, act=act.id)
        articles = Article.objects.filter(on(chosen), source=source)
        feeds = [
            feed.pk
            for feed in Feed.objects.filter(source=source)
            if {authority(feed.url), authority(feed.site_url)} & chosen
        ]
        carry(move, articles, "source", source.pk, part.pk)
        carry(move, Feed.objects.filter(pk__in=feeds), "source", source.pk, part.pk)
        carry(move, Host.objects.filter(pk__in=chosen), "source", source.pk, part.pk)
        source_moved.send(sender=SourceMove, move=move, back=False)
        move.save()
    return move


@transaction.atomic
def take_back(move: SourceMove, by: User) -> SourceMove:
    """Undo a merge or a split. A split is undone by merging the part back, with all it got since.

    What a merged source had goes back to it, and what came since on its sites.

    Raises:
        MoveError: it was undone already, or one of the two went elsewhere since.
    """
    lock_making()
    move = SourceMove.objects.select_for_update().select_related("source", "into").get(pk=move.pk)
    source, into = move.source, move.into
    if move.undone_at is not None:
        raise MoveError(_("This was undone already."))
    if not move.whole:
        merge(into, source, _("The split was undone."), by)
    elif source.merged_into_id != into.pk or into.merged_into_id is not None:
        raise MoveError(_("Undo first what was done to these sources since."))
    else:
        with pghistory.context(act=f"{MERGED}-undone"):
            since = Article.objects.filter(
                on(move.moved.get("sources.Host.source", [])),
                source=into,
                first_seen_at__gt=move.at,
            )
            since.update(source=source)
            for label, column in CARRIED:
                bring_back(move, label, column, into.pk, source.pk)
            tagging.take_back(move.act, MERGED)
            source_moved.send(sender=SourceMove, move=move, back=True)
            source.merged_into = None
            source.save(update_fields=["merged_into"])
    move.undone_at, move.undone_by = timezone.now(), by
    move.save(update_fields=["undone_at", "undone_by"])
    return move


def carry(move: SourceMove, rows: Any, column: str, old: int, new: int) -> None:
    """Let rows point at another, and note their keys in the move."""
    label = f"{rows.model._meta.label}.{column}"
    keys = list(rows.order_by().values_list("pk", flat=True))
    move.moved[label] = keys
    _point(rows.model, column, keys, old, new)


def bring_back(move: SourceMove, label: str, column: str, now: int, before: int) -> None:
    """Let the rows the move noted point where they did, unless they went elsewhere since."""
    keys = move.moved.get(f"{label}.{column}", [])
    _point(apps.get_model(label), column, keys, now, before)


def _point(model: Any, column: str, keys: list[Any], old: int, new: int) -> None:
    for start in range(0, len(keys), BATCH):
        rows = model._base_manager.filter(pk__in=keys[start : start + BATCH], **{column: old})
        rows.update(**{column: new})


def on(hosts: Iterable[str]) -> Q:
    """The condition that an article's address is on one of the hosts."""
    found = Q(pk__in=[])
    for host in hosts:
        found |= Q(url__startswith=f"https://{host}/") | Q(url__startswith=f"http://{host}/")
    return found


def _locked(*sources: Source) -> list[Source]:
    """The rows as they are now, held until the transaction ends; no article is made meanwhile."""
    lock_making()
    keys = [source.pk for source in sources]
    if len(set(keys)) < len(keys):
        raise MoveError(_("A source can’t be merged into itself."))
    held = Source.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    rows = {row.pk: row for row in held}
    return [rows[key] for key in keys]


def _tags_follow(source: Source, into: Source) -> None:
    worn = list(SourceTag.objects.filter(source=source))
    SourceTag.objects.filter(source=source).delete()
    moved = [SourceTag(source=into, tag_id=one.tag_id, by_id=one.by_id, at=one.at) for one in worn]
    SourceTag.objects.bulk_create(moved, ignore_conflicts=True)
