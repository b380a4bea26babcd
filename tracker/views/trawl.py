"""'Find evidence': a claim run over everything held, started and watched on its page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tracker import tasks
from tracker.models import Claim
from tracker.suggesting import trawls


def _claim(request: HttpRequest, slug: str, number: int) -> Claim:
    claims = Claim.objects.visible_to(request.user).standing().select_related("story", "trawl")
    return get_object_or_404(claims, story__slug=slug, number=number)


@require_POST
@permission_required("tracker.change_claim", raise_exception=True)
def start(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Run a claim over everything held, in the background."""
    assert request.user.is_authenticated
    claim = _claim(request, slug, number)
    begin(request, claim)
    if "HX-Request" in request.headers:
        return _progress(request, _claim(request, slug, number))
    return redirect(reverse("claim", args=[slug, number]) + "#trawl")


def begin(request: HttpRequest, claim: Claim) -> None:
    """Start it, and say so where nobody can be told of it now."""
    assert request.user.is_authenticated
    trawls.start(claim, request.user)
    if not tasks.ring_for_trawls():
        said = _("The broker is down. The search begins once it is back; nothing is lost.")
        messages.warning(request, said)


@require_GET
@permission_required("tracker.change_claim", raise_exception=True)
def progress(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How far it has come; the claim's page asks again while it is on."""
    return _progress(request, _claim(request, slug, number))


def _progress(request: HttpRequest, claim: Claim) -> HttpResponse:
    return render(request, "tracker/_trawl.html", {"claim": claim, "story": claim.story})
