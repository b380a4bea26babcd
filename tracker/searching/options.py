"""Says in words what a search can be narrowed by, and how much each choice leaves."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import Story
from tracker.searching.articles import Found
from tracker.searching.facets import Chosen

SHOWN = 8  # values of a side, besides those chosen


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a side: its word, how many it leaves (None: not known), whether chosen."""

    value: str
    label: str
    number: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A group of options under one name of the address."""

    name: str
    legend: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A year or a month that hits fall in: its first and last day as the address has them."""

    label: str
    first: str
    last: str
    number: int


def sides(
    found: Found, chosen: Chosen, stories: Iterable[Story], tags: Iterable[Any]
) -> list[Side]:
    """The sides that offer a choice, or in which one was made.

    Args:
        tags: (id, slug, label in English, label in French) of every tag.
    """
    french = (get_language() or "").startswith("fr")
    labels = {slug: (french and in_french) or english for _pk, slug, english, in_french in tags}
    headings = {story.pk: story for story in stories}
    offered = [
        _side("source", _("Source"), found.facets["source"], chosen.source, found.sources),
        _side("tag", _("Source tag"), found.facets["tag"], chosen.tag, labels),
        _side("lang", _("Language"), found.facets["lang"], chosen.lang, {}),
        Side("story", _("Story"), tuple(_stories(found.facets["story"], chosen, headings))),
    ]
    return [side for side in offered if side.options]


def spans(found: Found) -> list[Span]:
    """The years or months of the hits, oldest first."""
    rows = []
    for label, number in found.facets["dates"].items():
        year, _dash, month = str(label).partition("-")
        first, last = (f"{label}-01-01", f"{label}-12-31")
        if month:
            first = f"{label}-01"
            last = f"{label}-{monthrange(int(year), int(month))[1]}"
        rows.append(Span(str(label), first, last, number))
    return rows


def _side(
    name: str,
    legend: str,
    counted: dict[Any, int],
    chosen: frozenset[str],
    labels: dict[str, str],
) -> Side:
    values = list(dict.fromkeys([*list(counted)[:SHOWN], *sorted(chosen)]))
    options = (
        Option(
            value,
            labels.get(value, value),
            counted.get(value),
            value in chosen,
        )
        for value in values
    )
    return Side(name, legend, tuple(options))


def _stories(
    counted: dict[Any, int], chosen: Chosen, headings: dict[int, Story]
) -> Iterable[Option]:
    for pk, story in headings.items():
        if pk in counted or pk in chosen.story:
            yield Option(story.slug, story.heading, counted.get(pk), pk in chosen.story)
