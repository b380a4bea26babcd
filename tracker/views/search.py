"""The search over claims, passages, names and articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sources.models import Article
from tracker.claims import dossier
from tracker.matching.terms import Node, Phrase
from tracker.models import Story
from tracker.searching import articles, asked, choice, options, others
from tracker.searching.asked import Asked
from tracker.searching.snippets import Part, look, snippet, wanted
from tracker.views import phrases


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Claims first, then names and passages, then articles; copies fold together."""
    if request.GET.get("in") == "versions":
        return phrases.versions(request)
    stories = list(Story.objects.visible_to(request.user))
    wish = asked.read(request.GET, {story.slug: story.pk for story in stories})
    context: dict[str, Any] = {"query": wish.query, "asked": wish, "stories": stories}
    if wish.root is not None:
        context |= _found(request, wish, wish.root, stories)
        context["sample"] = any(row["article"].source.sample for row in context["articles"])
    return render(request, "tracker/search.html", context)


def _found(request: HttpRequest, wish: Asked, root: Node, stories: list[Story]) -> dict[str, Any]:
    """Everything the search found, each kind with its hits marked."""
    known = [story.pk for story in stories]
    found = articles.find(root, wish, request.user, known)
    words, names = wanted(root), others.named(root, known)
    context = {
        "articles": _folded(found.articles, words),
        "found": found,
        "sides": options.sides(found, wish.chosen, stories, names["tag"]),
        "spans": options.spans(found),
    }
    if not wish.after:
        context |= _besides(request, known, wish, root, words)
    if not wish.after and wish.chosen.is_open:
        context |= {"speakers": names["speaker"], "sources_named": names["source"]}
    return context


def _besides(
    request: HttpRequest, known: list[int], wish: Asked, root: Node, words: Sequence[Phrase]
) -> dict[str, Any]:
    """The passages under the same choice; the claims, while nothing was chosen."""
    narrowed = choice.narrowing(wish.chosen, request.user, "version__article__")
    passages = others.passages(root, known, narrowed, wish.passages_before)
    claims = others.claims(root, known) if wish.chosen.is_open else []
    shown = others.SHOWN
    dossier.with_status([*claims, *(one.claim for one in passages)])
    return {
        "claims": [(claim, _marked(claim.sentence, words)) for claim in claims[:shown]],
        "more_claims": len(claims) > shown,
        "passages": [(one, _marked(one.exact, words)) for one in passages[:shown]],
        "more_passages": len(passages) > shown,
    }


def _folded(found: Sequence[Article], words: Sequence[Phrase]) -> list[dict[str, Any]]:
    """The articles with their snippets, those with the same text under the first of them."""
    folded: dict[int, dict[str, Any]] = {}
    for article in found:
        held = folded.setdefault(article.cluster_id, {"article": article, "copies": 0})
        if held["article"] is not article:
            held["copies"] += 1
        elif article.current_version is not None:
            held["snippet"] = look(article.current_version.text, words)
    return list(folded.values())


def _marked(text: str, words: Sequence[Phrase]) -> tuple[Part, ...]:
    """The whole text with the words marked."""
    return snippet(text, words, width=max(len(text), 1))
