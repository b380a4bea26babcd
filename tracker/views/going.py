"""Where a request goes on to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours the request came from; `otherwise` when it came from elsewhere."""
    came_from = request.META.get("HTTP_REFERER", "")
    return came_from if came_from.startswith(request.build_absolute_uri("/")) else otherwise


def to(request: HttpRequest, address: str) -> HttpResponse:
    """Go on to an address, by whichever way the request came."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
