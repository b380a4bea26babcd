"""Linked passages that their publishers altered or took out, and the editors' note of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Substr

from tracker.models import Anchor, Edit, Evidence, Omission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.models import User

TOUCHED = (Anchor.State.ALTERED, Anchor.State.GONE)
_VERSIONS = ("version", "evidence__version")


def alterations(user: User | AnonymousUser) -> models.QuerySet[Anchor]:
    """What the articles as they now stand did to standing evidence this person may know of."""
    evidence = Evidence.objects.visible_to(user).standing()
    return Anchor.objects.filter(
        evidence__in=evidence,
        state__in=TOUCHED,
        version=F("version__article__current_version"),
    )


def waiting(user: User | AnonymousUser) -> models.QuerySet[Anchor]:
    """Those of them nobody took note of yet."""
    return alterations(user).filter(seen_by=None)


def for_display(anchors: models.QuerySet[Anchor]) -> models.QuerySet[Anchor]:
    """With what a row shows, and `now`: the passage as it reads today. Newest first."""
    # only the passage is read, not two whole texts for each row
    now = Substr("version__text", F("start") + 1, F("end") - F("start"))
    texts = [f"{side}__{name}" for side in _VERSIONS for name in ("text", "search")]
    related = ("evidence__claim__story", "evidence__version", "version__article__source")
    rows = anchors.select_related(*related).defer(*texts)
    return rows.annotate(now=now).order_by("-version__at", "-pk")


def with_edit(anchors: models.QuerySet[Anchor]) -> models.QuerySet[Anchor]:
    """Each with `edit`, the key of the edit since which the passage is what it is now."""
    other = Anchor.objects.filter(
        evidence=OuterRef("evidence"), version__seq__lt=OuterRef("version__seq")
    ).exclude(state=OuterRef("state"))
    since = Subquery(other.order_by("-version__seq").values("version__seq")[:1])
    edits = Edit.objects.filter(
        article=OuterRef("version__article"), newer__seq__gt=OuterRef("stood")
    )
    return anchors.annotate(stood=Coalesce(since, F("evidence__version__seq"))).annotate(
        edit=Subquery(edits.order_by("newer__seq").values("pk")[:1])
    )


def note(row: Anchor | Omission, by: User) -> bool:
    """Remember who took note. False when somebody did before."""
    return bool(_same(row).filter(seen_by=None).update(seen_by=by))


def take_back(row: Anchor | Omission, by: User) -> bool:
    """Let it wait again. False when it is not this person's note."""
    return bool(_same(row).filter(seen_by=by).update(seen_by=None))


def _same(row: Anchor | Omission) -> models.QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk)
