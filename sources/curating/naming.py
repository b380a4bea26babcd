"""Names of sources: the slug a new one gets, and the names one had before."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q

from sources.models import Source, slugs

RESERVED = frozenset(["tags", "desk", "feeds", "new"])  # addresses of the desk's own pages


def free_slug(name: str, taken: set[str] | None = None) -> str:
    """A slug that no source has and no page of the desk.

    Args:
        taken: every slug there is, where many are looked for; else it is asked for.
    """
    return slugs.free_slug(Source, name, "source", taken, RESERVED)


def former_names(source: Source) -> list[str]:
    """The names it had, and those of the sources merged into it, as the history kept them."""
    events: Any = apps.get_model("sources", "SourceEvent").objects
    merged = Source.objects.filter(merged_into=source).values("pk")
    names = events.filter(Q(pgh_obj_id=source.pk) | Q(pgh_obj_id__in=merged))
    return sorted(set(names.exclude(name=source.name).values_list("name", flat=True)))
