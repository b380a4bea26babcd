"""The search over claims, passages and articles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sources.models import Article, Version
from tracker import finding
from tracker.snippets import snippet, words_of
from tracker.views import phrases

PAGE = 30
COUNTED_AT_MOST = 1000


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Claims first, then passages that are evidence, then articles; copies fold together."""
    if request.GET.get("in") == "versions":
        return phrases.versions(request)
    query = request.GET.get("q", "").strip()[:200]
    words = words_of(query)
    context: dict[str, Any] = {"query": query, "words": words}
    if words:
        first = "before" not in request.GET
        context |= finding.claims_and_passages(request.user, words) if first else {}
        context |= _articles(request, query, words)
        context["sample"] = any(row["article"].source.sample for row in context["articles"])
    return render(request, "tracker/search.html", context)


def _articles(request: HttpRequest, query: str, words: tuple[str, ...]) -> dict[str, Any]:
    """A page of the articles that say it, newest first, and how many there are."""
    found = Version.objects.current().search(query)
    articles = Article.objects.filter(current_version__in=found.values("pk"))
    page = finding.newest(articles, request.GET.get("before", ""), PAGE)
    folded: dict[int, dict[str, Any]] = {}
    for article in page.articles:
        held = folded.setdefault(article.cluster_id, {"article": article, "copies": 0})
        if held["article"] is not article:
            held["copies"] += 1
        elif article.current_version is not None:
            held["snippet"] = snippet(article.current_version.text, words)
    number = found.values("pk")[: COUNTED_AT_MOST + 1].count()
    return {
        "articles": list(folded.values()),
        "earlier": page.earlier,
        "number": min(number, COUNTED_AT_MOST),
        "more_than": number > COUNTED_AT_MOST,
    }
