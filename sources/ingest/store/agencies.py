"""The agencies that texts credit: those the newsroom has, and well-known ones it has not met yet.

A text that says it is The Canadian Press's has an origin, whether or not anybody added that agency
to the newsroom's sources; without one, twenty copies of it would count as nobody's.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.text import slugify

from sources.curating.naming import free_slug
from sources.ingest.copies import spells, well_known
from sources.models import Source
from sources.models.source import SourceKind


class Agencies:
    """The agencies of the newsroom, as they stood when they were read."""

    def __init__(self) -> None:
        agencies = Source.objects.standing().filter(kind=SourceKind.AGENCY).order_by("pk")
        self._known = list(agencies.values_list("name", "pk"))
        self._by_name = {name.casefold(): pk for name, pk in reversed(self._known)}

    @property
    def names(self) -> list[str]:
        """What they are called."""
        return [name for name, _ in self._known]

    def source(self, agency: str) -> int | None:
        """The source a credit names, by key; a well-known agency becomes one if it is none yet.

        Call it while no other process does: two would make it twice.
        """
        key = agency.casefold()
        if key not in self._by_name and well_known(agency):
            self._by_name[key] = self._spelled(agency) or _met_before(agency) or _made(agency)
        return self._by_name.get(key)

    def _spelled(self, agency: str) -> int | None:
        """The newsroom's own source of it, under another spelling: Associated Press, AP."""
        return next((pk for name, pk in self._known if spells(name, agency)), None)


def _met_before(agency: str) -> int | None:
    """A source of another kind, one that was renamed, or the one it was merged into."""
    same = Source.objects.filter(Q(name__iexact=agency) | Q(slug=slugify(agency))).order_by("pk")
    found = same.first()
    return (found.merged_into_id or found.pk) if found else None


def _made(agency: str) -> int:
    made = Source.objects.create(name=agency, slug=free_slug(agency), kind=SourceKind.AGENCY)
    return int(made.pk)
