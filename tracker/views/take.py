"""Taking away: the filtered timeline in four formats, and a claim as JSON-LD."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.exports import document, footnotes, jsonld, tables, timelinejs
from tracker.exports.material import material
from tracker.exports.values import Material
from tracker.models import Story
from tracker.timeline.origins import OUTSIDE_THE_COUNTS
from tracker.views.claim import moved, standing

JSON, MARKDOWN = "application/json", "text/markdown; charset=utf-8"
CSV = "text/csv; charset=utf-8"


def _timelinejs(found: Material) -> str:
    words = {
        "sample": _("Sample"),
        "undated": _("Statements whose day is not known: %d"),
        "status": _("Status"),
        "held": _("the words in Claimline"),
        "compare": _("Compare the versions"),
    }
    return timelinejs.write(found, words)


WRITERS: dict[str, tuple[Callable[[Material], str], str, str]] = {
    "json": (document.write, JSON, "json"),
    "timelinejs": (_timelinejs, JSON, "timelinejs.json"),
    "markdown": (footnotes.write, MARKDOWN, "md"),
}


@require_safe
def timeline(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The timeline as its filters leave it, in a format; the filters are those of its page."""
    if form not in WRITERS:
        raise Http404
    write, kind, ending = WRITERS[form]
    found = _material(request, slug)
    return _file(write(found), kind, f"{slug}.{ending}")


@require_safe
def table(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One table of the filtered timeline as CSV; `bom=no` leaves out the mark for Excel."""
    if name not in tables.TABLES:
        raise Http404
    bom = request.GET.get("bom") != "no"
    return _file(tables.TABLES[name](_material(request, slug), bom=bom), CSV, f"{slug}-{name}.csv")


@require_safe
def claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A claim as schema.org has it, with every article that its figures counted."""
    asked, *_beside = standing(request, slug, number)
    if asked.number != number:  # it was merged into another
        return redirect(moved(request, asked))
    found = _material(request, slug, claim=number)
    row = next(row for row in found.claims if row.pk == asked.pk)
    node = jsonld.claim(
        row,
        (one for one in found.passages if one.stance not in OUTSIDE_THE_COUNTS),
        story=(found.title, settings.SITE_ADDRESS + reverse("story", args=[slug])),
        publisher=("Claimline", settings.SITE_ADDRESS),
        figures=footnotes.figures(row.figures),
        sample=_("Sample") if found.sample else "",
    )
    return HttpResponse(jsonld.write(node), content_type="application/ld+json")


def _material(request: HttpRequest, slug: str, claim: int | None = None) -> Material:
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    asked = request.GET if claim is None else QueryDict(f"claim={claim}")
    return material(request.user, story, asked, timezone.now())


def _file(text: str, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private"}
    return HttpResponse(text, content_type=kind, headers=headers)
