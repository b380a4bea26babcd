"""What became of suggestions: how many were accepted, by the method and by the claim's place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.db.models.functions import Least

from tracker.models import Decision, User

FIRST = 3  # places of which one figure says whether the method is worth an editor's morning
_VERB = Decision.Verb
_COLUMNS = ("engine", "place", "as_proposed", "edited", "rejected", "open")
_LAST = FIRST + 1  # all places beyond the first are one row


@dataclass(frozen=True, slots=True)
class Fared:
    """Decisions on suggestions of one method, at one place among the claims of a passage.

    `place` is 0 where the passage was not ranked: its claim's terms let it through.
    """

    place: int
    as_proposed: int
    edited: int
    rejected: int
    open: int  # asked of a second reader, or nobody is sure

    @property
    def accepted(self) -> int:
        """Taken, as proposed or after an edit."""
        return self.as_proposed + self.edited

    @property
    def decided(self) -> int:
        """Accepted or rejected."""
        return self.accepted + self.rejected

    @property
    def further(self) -> bool:
        """Whether it stands for all places after the first."""
        return self.place == _LAST


@dataclass(frozen=True, slots=True)
class Method:
    """An engine with its version, what it did at each place, and over the first places."""

    engine: str
    places: list[Fared]
    first: Fared


def fared(user: User | AnonymousUser) -> list[Method]:
    """Every method whose suggestions somebody decided on and this person may know of, by name."""
    decisions = Decision.objects.visible_to(user).standing().filter(suggestion__isnull=False)
    grouped = decisions.annotate(place=Least("rank", _LAST)).values("engine", "place")
    counted = grouped.order_by("engine", "place").annotate(
        as_proposed=Count("pk", Q(verb=_VERB.ACCEPT)),
        edited=Count("pk", Q(verb=_VERB.EDIT)),
        rejected=Count("pk", Q(verb=_VERB.REJECT)),
        open=Count("pk", Q(verb__in=(_VERB.UNSURE, _VERB.SECOND))),
    )
    return list(_methods(counted.values_list(*_COLUMNS)))


def _methods(counts: Iterable[tuple[Any, ...]]) -> Iterator[Method]:
    for engine, rows in groupby(counts, key=lambda row: row[0]):
        places = [Fared(*row[1:]) for row in rows]
        places = [one for one in places if one.decided or one.open]
        if places:
            yield Method(engine, places, _together(one for one in places if not one.further))


def _together(places: Iterable[Fared]) -> Fared:
    held = list(places)
    return Fared(
        FIRST,
        sum(one.as_proposed for one in held),
        sum(one.edited for one in held),
        sum(one.rejected for one in held),
        sum(one.open for one in held),
    )
