"""Ends somebody's digests by the signed address in each of them, without signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tracker.digests import tokens
from tracker.models import Rate


# Mail programs post here by themselves when their reader says so (RFC 8058); scanners of mail open
# every address in it, so that looking must change nothing.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Say what would end, and end it when asked. What is followed stays followed."""
    found = tokens.stopped(token)
    if found is None:
        raise Http404
    rate, follows = found
    done = request.method == "POST"
    if done:
        follows.update(rate=Rate.NONE)
    context = {"done": done, "number": follows.count(), "rate": Rate(rate).label}
    return render(request, "tracker/unsubscribe.html", context)
