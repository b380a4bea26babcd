"""An article: its text with the evidence marked, its versions side by side, its provenance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from sources.ingest.copies import credit_words
from sources.models import Article
from tracker import comparing
from tracker.models import Anchor, Evidence, Story
from tracker.views import reader


def _article(request: HttpRequest, pk: int) -> tuple[Article, dict[str, Any]]:
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
    found, context = _article(request, pk)
    version = reader.version(found, request.GET.get("v", ""))
    return render(
        request, "tracker/article.html", context | reader.context(request, found, version)
    )


@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side: what was taken out, what was put in, which evidence moved."""
    found, context = _article(request, pk)
    numbers = [version.seq for version in context["versions"]]
    older = _number(request, "a", numbers, numbers[1] if len(numbers) > 1 else None)
    newer = _number(request, "b", numbers, numbers[0] if numbers else None)
    pair = {one.seq: one for one in found.versions.filter(seq__in=[older, newer])}
    left, right = pair.get(older or -1), pair.get(newer or -1)
    anchors = Anchor.objects.filter(version=right, evidence__withdrawn_at=None).exclude(
        state=Anchor.State.SAME
    )
    visible = Evidence.objects.visible_to(request.user)
    return render(
        request,
        "tracker/versions.html",
        context
        | {
            "older": left,
            "newer": right,
            "changes": comparing.compare(left.text, right.text) if left and right else [],
            "moved": anchors.filter(evidence__in=visible).select_related("evidence__claim__story"),
        },
    )


def _number(request: HttpRequest, side: str, numbers: list[int], default: int | None) -> int | None:
    asked = request.GET.get(side, "")
    return int(asked) if asked.isdecimal() and int(asked) in numbers else default


@require_GET
def provenance(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the text comes from: addresses, answers, hashes, dates, and how we know the origin."""
    found, context = _article(request, pk)
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
