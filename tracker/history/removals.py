"""Reads removals by order as acts of the history: asked for, carried out or called off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.models import Removal, User

# When each step was taken, and by whom.
STEPS = {"asked_at": "asked_by", "confirmed_at": "confirmed_by", "called_off_at": "called_off_by"}
_OF = {"story": "story", "source": "source"}
OBJECTS = tuple(_OF)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a removal: the column that tells its moment, when, and by whom."""

    row: Removal
    taken: str
    at: datetime
    by: User


def steps(
    user: User | AnonymousUser,
    by: int | None,
    of: tuple[str, int] | None,
    befores: Mapping[str, Q],
    size: int,
) -> list[Step]:
    """Up to `size` of each step, for those who remove; nobody else is told of an order.

    Args:
        by: the only person wanted.
        of: the only story or source wanted, as its kind and key.
        befores: by step, the condition that leaves out what a page before has shown.
    """
    if not user.has_perm("tracker.expunge"):
        return []
    rows = Removal.objects.visible_to(user).filter(part_of=None)
    if of is not None:
        rows = rows.filter(**{_OF[of[0]]: of[1]})
    found = []
    for when, who in STEPS.items():
        taken = rows.filter(befores[when], **{f"{when}__isnull": False})
        if by is not None:
            taken = taken.filter(**{who: by})
        for row in taken.select_related("source", "story", who).order_by(f"-{when}", "-pk")[:size]:
            found.append(Step(row, when, getattr(row, when), getattr(row, who)))
    return found


def said(step: Step) -> tuple[str, ...]:
    """What was done, of what, and by what order; never what it said."""
    words = {
        "asked_at": _("Asked for a removal by order. %(what)s no. %(key)s, %(source)s: %(order)s"),
        "confirmed_at": _("Removed by order. %(what)s no. %(key)s, %(source)s: %(order)s"),
        "called_off_at": _("Called a removal off. %(what)s no. %(key)s, %(source)s: %(order)s"),
    }[step.taken]
    row = step.row
    return (
        words
        % {
            "what": capfirst(row.get_what_display()),
            "key": row.key,
            "source": row.source,
            "order": row.order,
        },
        _("Why: %(why)s") % {"why": row.because},
    )


def address() -> str:
    """Where removals are seen."""
    return reverse("removals")
