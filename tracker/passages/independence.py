"""What an editor established about a passage: independent, not, or not established; and why."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction

from tracker.models import Evidence, User


@transaction.atomic
def state(evidence: Evidence, independent: str, because: str, by: User) -> bool:
    """Say whether a passage is independent; False when that was said in these words before.

    Args:
        independent: "yes", "no", or "" for not established.
        because: the sentence it rests on; the history keeps who said it and when.
    """
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if (row.independent, row.independent_because) == (independent, because):
        return False
    row.independent, row.independent_because = independent, because
    row.save(update_fields=["independent", "independent_because"])
    return True


@transaction.atomic
def take_back(evidence: Evidence, by: User) -> bool:
    """Let stand again what was said before one's own last word; whether that was possible."""
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    last, before = _last_change(row)
    if last is None or before is None or _who(last) != by.pk:
        return False
    row.independent, row.independent_because = before.independent, before.independent_because
    row.save(update_fields=["independent", "independent_because"])
    return True


def _last_change(row: Evidence) -> tuple[Any, Any]:
    """The recorded state that brought what holds now, and the one before it."""
    events = apps.get_model("tracker", "EvidenceEvent")._default_manager
    states = list(
        events.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("-pgh_id")
    )
    for later, earlier in zip(states, states[1:], strict=False):
        if _said(later) != _said(earlier):
            return later, earlier
    return None, None


def _said(event: Any) -> tuple[str, str]:
    return event.independent, event.independent_because


def _who(event: Any) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None
