"""Lists edits for the inbox: those that wait for an editor, or all, with what each touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tracker.models import Anchor, Edit, EditClass, Omission
from tracker.models.claim import standing_statuses
from tracker.models.edit import EditQuerySet, OmissionQuerySet
from tracker.passages import alterations, inline
from tracker.passages.inline import Run

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.models import User

_TEXTS = [f"{side}__{name}" for side in ("older", "newer") for name in ("text", "search")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which edits: all or those that wait, of one class, `silent` or `announced`; "" = any."""

    everything: bool = False
    kind: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A linked passage that an edit altered or took out, its words then and now as one text."""

    anchor: Anchor
    runs: list[Run]


@dataclass(slots=True)
class Row:
    """An edit, the linked passages it touched, and the tracked sentences nobody had linked."""

    edit: Edit
    touched: list[Touched] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)


def edits(user: User | AnonymousUser, asked: Asked) -> EditQuerySet:
    """The edits asked for that this person may know of, newest first."""
    found = Edit.objects.visible_to(user)
    if not asked.everything:
        touched: Any = alterations.with_edit(alterations.waiting(user))
        found = found.filter(
            Q(pk__in=touched.values("edit")) | Q(pk__in=omissions(user).values("edit"))
        )
    if asked.kind:
        found = found.filter(classes__contains=[asked.kind])
    if asked.told == "announced":
        found = found.exclude(announced="")
    elif asked.told == "silent":
        aside = [EditClass.BOILERPLATE.value, EditClass.REREAD.value]
        found = found.filter(announced="").exclude(classes__contained_by=aside)
    related = found.select_related("article__source", "older", "newer").defer(*_TEXTS)
    return related.order_by("-newer__at", "-pk")


def omissions(user: User | AnonymousUser) -> OmissionQuerySet:
    """The tracked sentences that wait for this person or a colleague."""
    return Omission.objects.visible_to(user).waiting()


def rows(user: User | AnonymousUser, shown: Sequence[Edit], asked: Asked) -> list[Row]:
    """These edits with what they touched: what waits, or all; constantly many queries."""
    found = {edit.pk: Row(edit) for edit in shown}
    anchors = alterations.alterations if asked.everything else alterations.waiting
    articles = {edit.article_id for edit in shown}
    touched = alterations.with_edit(anchors(user).filter(version__article__in=articles))
    statuses = standing_statuses("evidence__claim__")
    shown_now = alterations.for_display(touched).select_related("seen_by")
    for anchor in shown_now.prefetch_related(statuses):
        if row := found.get(getattr(anchor, "edit", 0)):
            now = getattr(anchor, "now", None) or ""
            row.touched.append(Touched(anchor, inline.words(anchor.evidence.exact, now)))
    for pk, some in _omitted(user, found, asked).items():
        found[pk].omissions = some
    return list(found.values())


def _omitted(
    user: User | AnonymousUser, found: dict[int, Row], asked: Asked
) -> dict[int, list[Omission]]:
    visible = Omission.objects.visible_to(user) if asked.everything else omissions(user)
    held: defaultdict[int, list[Omission]] = defaultdict(list)
    related = visible.select_related("story", "claim", "seen_by")
    related = related.prefetch_related(standing_statuses("claim__"))
    for one in related.filter(edit__in=found).order_by("start", "pk"):
        held[one.edit_id].append(one)
    return held
