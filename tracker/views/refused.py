"""The answer to a form that was filled in before a sign-in or sign-out elsewhere."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tracker.views.going import back, to


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that nothing was saved, and lead back to the page or to sign-in.

    Args:
        reason: Django's own, for developers; it says nothing to who reads the page.
    """
    page = back(request, request.path)
    address = urlsplit(page)
    page = address.path + (f"?{address.query}" if address.query else "")
    htmx = "HX-Request" in request.headers
    if not request.user.is_authenticated:
        page = f"{reverse('sign-in')}?{urlencode({'next': page})}"
        if htmx:
            return to(request, page)
    template = "tracker/_stale_form.html" if htmx else "tracker/stale_form.html"
    return render(request, template, {"page": page}, status=403)
