"""The pages that lead to others: the first one, the stories, a passage's address, the kit."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tracker.models import Stance, Story


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the story when there is one, else the list of them."""
    stories = Story.objects.visible_to(request.user)
    first = list(stories[:2])
    if len(first) == 1:
        return redirect("story", first[0].slug)
    return redirect("stories")


@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """All stories this person may know of; the first steps when there is none."""
    shown = Story.objects.visible_to(request.user).annotate(
        number=Count("claims", filter=Q(claims__merged_into=None))
    )
    return render(request, "tracker/stories.html", {"shown": shown})


@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """The component sheet: every state there is to build, on one page, while developing."""
    if not settings.DEBUG:
        raise Http404
    colours = (
        "paper surface sunk ink ink2 ink3 rule line3 link focus supports reports disputes denies"
        " mark ok warn err"
    )
    return render(
        request, "tracker/kit.html", {"stances": Stance.choices, "colours": colours.split()}
    )
