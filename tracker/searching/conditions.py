"""Search terms as conditions: on a version in its own language, on a short text in any."""

from __future__ import annotations

from collections.abc import Collection

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


def name_says(root: Node, *fields: str) -> Q:
    """The condition that a name holds the terms, accents and case ignored, endings free."""
    if isinstance(root, Without):
        return ~name_says(root.part, *fields)
    if isinstance(root, Phrase):
        return _named(root, fields)
    found = Q()
    for part in root.parts:
        condition = name_says(part, *fields)
        found = found & condition if isinstance(root, Every) else found | condition
    return found


def _named(phrase: Phrase, fields: tuple[str, ...]) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__unaccent__icontains": " ".join(phrase.words)})
    return found
