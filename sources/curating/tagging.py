"""Tags on many sources as one act: what it would change, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pghistory
from django.apps import apps
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sources.models import Source, SourceTag, Tag

if TYPE_CHECKING:
    from tracker.models import User

MOST = 2000  # sources in one act: what its preview can name, each of them

ACT = "tags"  # what the history calls an act on the tags of sources


class Verb(TextChoices):
    """What an act does with its tags."""

    ADD = "tag", _("add")
    REMOVE = "untag", _("remove")
    REPLACE = "replace", _("replace")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done.

    `instead` narrows a replacement to sources that carry that tag, which alone is taken off;
    without it the tags of the wish take the place of all others.
    """

    verb: Verb
    tags: tuple[Tag, ...]
    instead: Tag | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an act would do to one source."""

    source: Source
    added: tuple[Tag, ...]
    removed: tuple[Tag, ...]


def plan(sources: Iterable[Source], wish: Wish) -> list[Change]:
    """What the wish would change, source by source, in two queries; the others are left out."""
    held = {one.pk: one for one in sources}
    worn: dict[int, list[Tag]] = {pk: [] for pk in held}
    for given in SourceTag.objects.filter(source__in=held).select_related("tag"):
        worn[given.source_id].append(given.tag)
    changes = (_change(source, worn[pk], wish) for pk, source in held.items())
    return [change for change in changes if change.added or change.removed]


def _change(source: Source, worn: Sequence[Tag], wish: Wish) -> Change:
    missing = tuple(tag for tag in wish.tags if tag not in worn)
    if wish.verb == Verb.ADD:
        return Change(source, missing, ())
    if wish.verb == Verb.REMOVE:
        return Change(source, (), tuple(tag for tag in worn if tag in wish.tags))
    if wish.instead is not None and wish.instead not in worn:
        return Change(source, (), ())
    going = worn if wish.instead is None else [wish.instead]
    return Change(source, missing, tuple(tag for tag in going if tag not in wish.tags))


@transaction.atomic
def carry_out(changes: Sequence[Change], by: User, kind: str = ACT) -> UUID:
    """Do what was planned, whatever its size in two statements.

    A tag that somebody else put on in between stays theirs.

    Args:
        kind: what the history calls the act.

    Returns:
        The act, by which it is found in the history and taken back.
    """
    with pghistory.context(act=kind) as act:
        gone = [(change.source.pk, tag.pk) for change in changes for tag in change.removed]
        by_tag: dict[int, list[int]] = {}
        for source, tag in gone:
            by_tag.setdefault(tag, []).append(source)
        for tag, wearers in by_tag.items():
            SourceTag.objects.filter(tag=tag, source__in=wearers).delete()
        fresh = [
            SourceTag(source=change.source, tag=tag, by=by)
            for change in changes
            for tag in change.added
        ]
        SourceTag.objects.bulk_create(fresh, ignore_conflicts=True)
        return UUID(str(act.id))


@transaction.atomic
def take_back(act: UUID, kind: str = ACT) -> tuple[int, UUID]:
    """Undo one act: the tags it put on come off, those it took off come back as they were.

    What somebody did since stands: a tag that was put on again stays, one that is on again is not
    put on twice.

    Args:
        kind: what the act was; an act of another kind is left alone.

    Returns:
        How many sources that touched, and the act of undoing, which can be taken back too.
    """
    done = list(_events(act, kind))
    with pghistory.context(act=kind if kind == ACT else f"{kind}-undone") as undoing:
        put = [event.pgh_obj_id for event in done if event.pgh_label == "insert"]
        SourceTag.objects.filter(pk__in=put).delete()
        taken = [event for event in done if event.pgh_label == "delete"]
        standing = set(Tag.objects.standing().values_list("pk", flat=True))
        back = [
            SourceTag(source_id=one.source_id, tag_id=one.tag_id, by_id=one.by_id, at=one.at)
            for one in taken
            if one.tag_id in standing
        ]
        SourceTag.objects.bulk_create(back, ignore_conflicts=True)
        return len({event.source_id for event in done}), UUID(str(undoing.id))


def is_act(act: UUID) -> bool:
    """Whether an act changed the tags of sources, so that it can be taken back whole."""
    return bool(_events(act, ACT).exists())


def _events(act: UUID, kind: str) -> Any:
    events: Any = apps.get_model("sources", "SourceTagEvent").objects
    return events.filter(pgh_context=act, pgh_context__metadata__act=kind)
