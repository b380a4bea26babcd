"""What the address of a search asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from tracker.matching.terms import Node, TermsError, compile_terms
from tracker.models.typed import day, key
from tracker.searching.facets import Chosen

LONGEST = 200  # characters of a query


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as its address has it.

    `after` and `passages_before` say where the page before ended, with an article and a passage.
    `faults` say what could not be read, in words.
    """

    query: str
    root: Node | None
    chosen: Chosen
    by_rank: bool
    after: str
    passages_before: int | None
    faults: tuple[str, ...]


def read(address: QueryDict, stories: Mapping[str, int]) -> Asked:
    """Read the address of a search.

    Args:
        stories: the ids of the stories this person may choose, by their slugs.
    """
    query = address.get("q", "").strip()[:LONGEST]
    root, faults = None, []
    try:
        root = compile_terms(query).root
    except TermsError as fault:
        faults.append(_(fault.message))
    first, last = (_day(address, name, faults) for name in ("from", "to"))
    if first and last and first > last:
        faults.append(_("The first day is after the last, so that no day fits."))
    asked_stories = _several(address, "story")
    unknown = _("“%(words)s” is none of the choices here. The other filters hold.")
    faults += [unknown % {"words": slug[:40]} for slug in sorted(asked_stories - set(stories))]
    chosen = Chosen(
        source=_several(address, "source"),
        tag=_several(address, "tag"),
        lang=_several(address, "lang"),
        story=frozenset(stories[slug] for slug in asked_stories & set(stories)),
        evidence=bool(address.get("evidence")),
        first=first,
        last=last,
    )
    return Asked(
        query=query,
        root=root,
        chosen=chosen,
        by_rank=address.get("sort") == "rank",
        after=address.get("before", ""),
        passages_before=key(address.get("passages", "")),
        faults=tuple(faults),
    )


def _several(address: QueryDict, name: str) -> frozenset[str]:
    return frozenset(value for value in address.getlist(name) if value)


def _day(address: QueryDict, name: str, faults: list[str]) -> date | None:
    """The day an address names; a word that is no date narrows nothing and is said so."""
    words = address.get(name, "").strip()
    found = day(words)
    if words and found is None:
        fault = _("“%(words)s” is no date: write it as in 2023-04-17. The other filters hold.")
        faults.append(fault % {"words": words[:40]})
    return found
