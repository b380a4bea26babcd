"""The pages anybody may read, where the newsroom turned public reading on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.publishing import formats, public
from tracker.publishing.public import PublicClaim


def _open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page without signing in; where public reading is off, there is none, for nobody."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not settings.PUBLIC_READING:
            raise Http404
        return view(request, **kwargs)

    return login_not_required(require_safe(answer))


@_open
def index(request: HttpRequest) -> HttpResponse:
    """Every published claim by story, or those in which all words asked for stand."""
    words = request.GET.get("q", "").strip()[:200]
    found = public.search(words) if words else public.claims()
    return _list(request, found, {"words": words})


@_open
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """What is published of a story."""
    return _list(request, _of_story(slug), {"slug": slug})


def _list(request: HttpRequest, found: list[PublicClaim], more: dict[str, str]) -> HttpResponse:
    sample = any(one.sample for one in found)
    context = {"claims": found, "sample": sample, **more}
    return render(request, "tracker/public/index.html", context)


@_open
def claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One published claim: its words, its status, who was asked, and the quotes."""
    found = _one(slug, number)
    context = {"claim": found, "sample": found.sample}
    return render(request, "tracker/public/claim.html", context)


@_open
def linked_data(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A published claim as JSON-LD."""
    return HttpResponse(formats.linked_data(_one(slug, number)), content_type="application/ld+json")


@_open
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """The published passages of a story as CSV."""
    answer = HttpResponse(formats.table(_of_story(slug)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return answer


@_open
def feed(request: HttpRequest) -> HttpResponse:
    """What was published, as an Atom feed."""
    kind = "application/atom+xml; charset=utf-8"
    return HttpResponse(formats.feed(public.claims()[:50]), content_type=kind)


def _of_story(slug: str) -> list[PublicClaim]:
    """What is published of a story; of which nothing is, is not there."""
    found = public.claims(slug)
    if not found:
        raise Http404
    return found


def _one(slug: str, number: int) -> PublicClaim:
    found = public.claims(slug, number)
    if not found:
        raise Http404
    return found[0]
