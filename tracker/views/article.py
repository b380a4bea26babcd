"""An article: its text with the evidence marked, and its provenance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from sources.ingest.copies import credit_words
from sources.models import Article
from sources.models.article import TextState
from tracker.models import Evidence, Story
from tracker.views import reader


def opened(request: HttpRequest, pk: int) -> tuple[Article, dict[str, Any]]:
    """The article, and what stands above all of its tabs."""
    articles = Article.objects.select_related("source", "cluster__origin", "current_version__fetch")
    found = get_object_or_404(articles, pk=pk)
    stories = Story.objects.visible_to(request.user).filter(
        story_articles__article=found, story_articles__dismissed_by=None
    )
    versions = list(found.versions.defer("text", "search").order_by("-seq"))
    return found, {
        "article": found,
        "versions": versions,
        "edits": sum(version.kind == "publisher_edit" for version in versions),
        "copies": found.cluster.articles.exclude(pk=found.pk).count(),
        "its_stories": list(stories),
        "story": stories.first(),
    }


@require_GET
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it stands in the newest version, or in the one asked for."""
    if "HX-Request" in request.headers:
        return _waited_for(pk)
    found, context = opened(request, pk)
    version = reader.version(found, request.GET.get("v", ""))
    return render(
        request, "tracker/article.html", context | reader.context(request, found, version)
    )


def _waited_for(pk: int) -> HttpResponse:
    """What a page that waits for its text is told every few moments: nothing, or to show it."""
    answer = HttpResponse(status=204)
    if get_object_or_404(Article, pk=pk).text_state != TextState.PENDING:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
def provenance(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the text comes from: addresses, answers, hashes, dates, and how we know the origin."""
    found, context = opened(request, pk)
    version, origin = found.current_version, found.cluster.origin
    events = Evidence.objects.visible_to(request.user).standing().exclude(event_on=None)
    context |= {
        "version": version,
        "dated": events.filter(version__article=found)
        .select_related("claim", "recorded_by")
        .order_by("event_on"),
        "credited": credit_words(version.text, found.author, origin.name)
        if version and origin
        else "",
        "fetches": found.fetches.order_by("-at", "-pk")[:20],
        "urls": found.urls.order_by("first_seen"),
        "items": found.items.select_related("feed__source").order_by("first_seen")[:5],
        "others": found.cluster.articles.exclude(pk=found.pk)
        .select_related("source")
        .order_by("sort_at")[:20],
    }
    return render(request, "tracker/provenance.html", context)
