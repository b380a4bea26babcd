"""Search terms as conditions: on a version in its own language, on a short text in any."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db.models import Q

from sources.models.article import READERS, read_as
from tracker.matching.terms import Every, Node, Phrase, Without
from tracker.searching.lexemes import is_script_only, query_text

LANGUAGES = ("en", "fr", "simple")


def in_language(root: Node, language: str) -> SearchQuery:
    """The terms as one language's configuration reads them."""
    text = query_text(root, language)
    return SearchQuery(text, config=f"claimline_{language}", search_type="raw")


def in_any_language(root: Node) -> SearchQuery | CombinedSearchQuery:
    """The terms as any of the configurations reads them."""
    english, french, simple = (in_language(root, language) for language in LANGUAGES)
    return english | french | simple


def said_by_language(root: Node, path: str = "", chosen: Collection[str] = LANGUAGES) -> list[Q]:
    """The condition that a version says it, one for each language; none fits two of them.

    Each version is asked in its own language, as `claimline_tsvector` indexed it: asked in every
    language, an excluded word would slip through another language's stem.

    Args:
        chosen: the languages to ask in; all that are neither English nor French are one.
    """
    words = dict(zip(READERS, LANGUAGES, strict=True))
    script = is_script_only(root)  # which every language's index holds alike
    asked = {code if code in READERS else "" for code in chosen}
    return [
        read_as(code, path)
        & Q(**{f"{path}search": in_language(root, "simple" if script else words[code])})
        for code in READERS
        if code in asked
    ]


def name_says(root: Node, columns: Collection[str], parameters: dict[str, Any]) -> str:
    """The condition that a name holds the terms, accents and case ignored, endings free.

    In SQL; what it looks for joins the parameters.
    """
    if isinstance(root, Without):
        return f"NOT {name_says(root.part, columns, parameters)}"
    if isinstance(root, Phrase):
        name = f"name_{len(parameters)}"
        parameters[name] = " ".join(root.words)
        held = (
            f"strpos(lower(unaccent({column})), lower(unaccent(%({name})s)))" for column in columns
        )
        return "(" + " OR ".join(f"{place} > 0" for place in held) + ")"
    joint = " AND " if isinstance(root, Every) else " OR "
    return "(" + joint.join(name_says(part, columns, parameters) for part in root.parts) + ")"
