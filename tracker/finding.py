"""Finds claims, passages and articles, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from sources.models import Article, Version
from sources.models.article import ArticleQuerySet
from tracker.models import Claim, Evidence, User
from tracker.snippets import Part, snippet

PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Articles:
    """A page of articles, newest first, and the cursor of the next one ("" = none)."""

    articles: list[Article]
    earlier: str


def newest(articles: ArticleQuerySet, before: str, size: int) -> Articles:
    """The page of articles that follows the cursor, which names the last article shown."""
    at, _, pk = before.partition("~")
    found = articles.select_related("source", "current_version").order_by("-sort_at", "-pk")
    try:
        shown_at, shown = datetime.fromisoformat(at), int(pk)
    except ValueError:
        pass
    else:
        # the first condition alone would do for the order, but only it can use the index
        found = found.filter(sort_at__lte=shown_at).exclude(sort_at=shown_at, pk__gte=shown)
    page = list(found[: size + 1])
    more = len(page) > size
    last = page[size - 1] if more else None
    return Articles(page[:size], f"{last.sort_at.isoformat()}~{last.pk}" if last else "")


def matching(query: str) -> ArticleQuerySet:
    """The articles whose current text says what a search's address asks for.

    Args:
        query: what stands after the "?" of the search page.
    """
    words = dict(parse_qsl(query)).get("q", "").strip()[:200]
    if not words:
        return Article.objects.none()
    found = Version.objects.current().search(words)
    return Article.objects.filter(current_version__in=found.values("pk"))


def claims_and_passages(user: User | AnonymousUser, words: Sequence[str]) -> dict[str, Any]:
    """The claims that say all of the words, and the newest passages of evidence that do."""
    claims = Claim.objects.visible_to(user).standing().select_related("story").with_status()
    claims = claims.filter(_all(words, "statement", "statement_fr", "title", "title_fr"))
    passages = Evidence.objects.visible_to(user).standing().for_display()
    passages = passages.filter(_all(words, "exact", "speaker__name")).order_by("-pk")
    found = list(passages[: PASSAGES + 1])
    return {
        "claims": [(claim, marked(claim.sentence, words)) for claim in claims[:PASSAGES]],
        "passages": [(one, marked(one.exact, words)) for one in found[:PASSAGES]],
        "more_passages": len(found) > PASSAGES,
    }


def marked(text: str, words: Sequence[str]) -> tuple[Part, ...]:
    """The whole text with the words marked."""
    return snippet(text, words, width=max(len(text), 1))


def _all(words: Sequence[str], *fields: str) -> Q:
    """Each word in one of the fields, accents and case ignored."""
    return reduce(
        and_,
        (
            reduce(lambda left, right: left | right, (_in(field, word) for field in fields))
            for word in words
        ),
    )


def _in(field: str, word: str) -> Q:
    return Q(**{f"{field}__unaccent__icontains": word})
