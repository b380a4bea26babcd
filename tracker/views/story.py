"""The timeline of a story: the overview of its claims, and what happened, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sources.models import Run
from tracker.models import Evidence, Stance, Story
from tracker.timeline import overview, reading
from tracker.timeline.asked import (
    SINCE,
    as_of,
    choice_faults,
    date_faults,
    lanes,
    since_words,
    story_choice,
)
from tracker.timeline.folding import Fold, fold
from tracker.timeline.narrowing import Choice
from tracker.timeline.origins import Statement
from tracker.timeline.unseen import unseen
from tracker.timeline.visits import visit

PAGE = 30
CHOICES = 60  # sources and speakers to choose from; the rest is a click away on a claim


@require_GET
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """The timeline of a story, now or as it stood at the end of a day."""
    found = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    at = as_of(request.GET)
    held = fold(found, request.user, at)
    now = timezone.now()
    visited = visit(request.user, found, now)
    numbers = {claim.number: claim.pk for claim in held.claims.values()}
    choice = story_choice(request.GET, numbers, visited, now)
    context: dict[str, Any] = {
        "story": found,
        "claims": held.claims,
        "as_of": at,
        "choice": choice,
        "faults": date_faults(request.GET) + choice_faults(request.GET, numbers),
        "visited": visited,
        "now": now,
        "since": since_words(request.GET),
        "since_words": SINCE,
        **_timeline(request, held, choice, at, visited.seen_until),
    }
    if request.headers.get("HX-Target", "").endswith("#list"):
        return render(request, "tracker/_list.html", context)
    return render(request, "tracker/story.html", context | _overview(request, held, context))


def _timeline(
    request: HttpRequest, held: Fold, choice: Choice, at: datetime | None, seen: datetime
) -> dict[str, Any]:
    """A page of the list, its cards, and the figures beside the filters."""
    timeline = held.timeline
    places = timeline.narrow(choice)
    page = timeline.page(places, request.GET.get("before", ""), PAGE)
    shown = [e.what for day in page.days for e in day.entries if isinstance(e.what, Statement)]
    evidence = Evidence.objects.visible_to(request.user).standing(at)
    facets = timeline.facets(choice)
    return {
        "page": page,
        "statements": (places & timeline.said).bit_count(),
        "total": timeline.said.bit_count(),
        "unseen": unseen(seen, timeline, held.claims, page),
        "cards": reading.cards(shown, evidence, seen),
        "facets": facets,
        "stances": Stance.choices,
        "tags": reading.tags(held, choice, facets["tag"]),
        "sources_to_choose": reading.sources(held, choice, facets["source"])[:CHOICES],
        "speakers": reading.speakers(held, choice, facets["speaker"])[:CHOICES],
    }


def _overview(request: HttpRequest, held: Fold, context: dict[str, Any]) -> dict[str, Any]:
    """The chart and the figures of the whole story."""
    shown = overview.overview(held, lanes(request.GET))
    beside = {name: context[name] for name in ("as_of", "stances")}
    return {
        "overview": shown,
        "chart": overview.markup(held, context["story"], shown, beside) if shown.chart else "",
        "figures": held.figures,
        "sources": len(held.sources),
        "last_run": Run.objects.filter(finished_at__isnull=False).first(),
    }
