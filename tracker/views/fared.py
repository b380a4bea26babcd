"""What became of suggestions, for whoever decides on them and whoever improves the method."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tracker.inbox.fared import FIRST, fared


@require_GET
@permission_required("tracker.decide_suggestion", raise_exception=True)
def suggestions(request: HttpRequest) -> HttpResponse:
    """How many were accepted of those decided on, by method and place."""
    context = {"methods": fared(request.user), "first": FIRST}
    return render(request, "tracker/fared.html", context)
