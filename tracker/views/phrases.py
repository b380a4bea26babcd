"""The search over versions: who first printed a phrase, who dropped it, and when."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sources.models import Version
from tracker.searching import phrases
from tracker.searching.snippets import snippet, words_of

PAGE = 30


def versions(request: HttpRequest) -> HttpResponse:
    """Each stretch of versions that say the phrase, earliest first."""
    query = request.GET.get("q", "").strip()[:200]
    story = request.GET.get("story", "")
    found = phrases.printings(request.user, query, phrases.stories(request.user, story))
    shown = Paginator(found.rows, PAGE).get_page(request.GET.get("page"))
    texts = dict(
        Version.objects.filter(pk__in={one.since.pk for one in shown}).values_list("pk", "text")
    )
    words = words_of(query)
    context = {
        "query": query,
        "found": found,
        "shown": shown,
        "rows": [(one, snippet(texts[one.since.pk], words)) for one in shown],
        "stories": phrases.stories(request.user),
        "chosen": story,
        "sample": any(one.article.source.sample for one in shown),
    }
    return render(request, "tracker/phrases.html", context)
