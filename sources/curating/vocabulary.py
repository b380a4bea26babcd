"""The vocabulary of tags: one made, reworded, merged into another, and taken apart again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pghistory
from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from sources.curating import tagging
from sources.models import SourceTag, Tag
from sources.models.slugs import free_slug

MERGED = "tag-merged"


class VocabularyError(ValueError):
    """It can't be done so; the message is for the editor."""


def slug_for(label: str) -> str:
    """A slug no tag has, from a label of any script."""
    return free_slug(Tag, label, "tag")


@transaction.atomic
def merge(tag: Tag, into: Tag) -> UUID:
    """Let one tag become another: every source that carries it carries the other from now on.

    Who tagged a source first, and when, stays known. Addresses that name the old tag mean the new.

    Returns:
        The act, by which it is found in the history.

    Raises:
        VocabularyError: it was merged already, or would end up in itself.
    """
    rows = {one.pk: one for one in Tag.objects.select_for_update().order_by("pk")}
    tag, into = rows[tag.pk], rows[into.pk]
    if tag.merged_into_id is not None:
        raise VocabularyError(_("This tag was merged already."))
    if tag == into or into.merged_into_id is not None:
        raise VocabularyError(_("A tag is merged into another one that stands."))
    with pghistory.context(act=MERGED) as act:
        worn = list(SourceTag.objects.filter(tag=tag))
        SourceTag.objects.filter(tag=tag).delete()
        moved = [SourceTag(source_id=o.source_id, tag=into, by_id=o.by_id, at=o.at) for o in worn]
        SourceTag.objects.bulk_create(moved, ignore_conflicts=True)
        # no chains: what was merged into this one before leads on to the other
        Tag.objects.filter(merged_into=tag).update(merged_into=into)
        tag.merged_into = into
        tag.save(update_fields=["merged_into"])
        return UUID(str(act.id))


@transaction.atomic
def unmerge(tag: Tag) -> None:
    """Let a merged tag stand again, on the sources that carried it.

    Raises:
        VocabularyError: it stands already.
    """
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    if tag.merged_into_id is None:
        raise VocabularyError(_("This tag stands by itself already."))
    events: Any = apps.get_model("sources", "TagEvent").objects
    merged = events.filter(pgh_obj_id=tag.pk, merged_into__isnull=False, pgh_label="update")
    # the first state after it stood last is the merge; later ones follow where it led
    stood = events.filter(pgh_obj_id=tag.pk, merged_into=None).order_by("-pgh_id").first()
    done = merged.filter(pgh_id__gt=stood.pgh_id if stood else 0).order_by("pgh_id").first()
    Tag.objects.filter(pk=tag.pk).update(merged_into=None)
    if done is not None and done.pgh_context_id is not None:
        tagging.take_back(done.pgh_context_id, MERGED)
