"""Names of sources: the slug a new one gets, and the names one had before."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.text import slugify

from sources.models import Source

RESERVED = frozenset(["tags", "desk", "feeds", "new"])  # addresses of the desk's own pages


def free_slug(name: str, taken: set[str] | None = None) -> str:
    """A slug that no source has and no page of the desk.

    Args:
        taken: every slug there is, where many are looked for; else it is asked for.
    """
    stem = slugify(name) or "source"
    if taken is None:
        taken = set(Source.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(s for s in (stem, *numbered) if s not in taken and s not in RESERVED)


def former_names(source: Source) -> list[str]:
    """The names it had, and those of the sources merged into it, as the history kept them."""
    events: Any = apps.get_model("sources", "SourceEvent").objects
    merged = Source.objects.filter(merged_into=source).values("pk")
    names = events.filter(Q(pgh_obj_id=source.pk) | Q(pgh_obj_id__in=merged))
    return sorted(set(names.exclude(name=source.name).values_list("name", flat=True)))
