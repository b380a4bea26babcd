"""What a figure counted: its rows, one group for each thing the figure counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from tracker.claims.dossier import with_status
from tracker.models import Evidence, Story
from tracker.timeline import origins
from tracker.timeline.asked import as_of
from tracker.timeline.folding import fold
from tracker.timeline.origins import Piece
from tracker.views.claim import moved, standing

PAGE = 50  # groups
KEYS = {"origins": "origin", "articles": "article", "unknown": "cluster", "parties": "origin"}


@dataclass(frozen=True, slots=True)
class Group:
    """One counted thing: its rows, the first of which names it."""

    piece: Piece
    lead: Evidence
    rows: tuple[tuple[Piece, Evidence], ...]


@require_GET
def of_claim(request: HttpRequest, slug: str, number: int, figure: str) -> HttpResponse:
    """Exactly the rows that one figure of a claim counted, now or at the end of a day."""
    at = as_of(request.GET)
    found, part, _merged = standing(request, slug, number, at)
    if found.number != number:
        return redirect(moved(request, found))
    pieces = origins.rows_counted(part.pieces)
    if figure not in pieces:
        raise Http404
    context = _counted(request, at, pieces[figure], KEYS[figure])
    context |= {"claim": found, "story": found.story, "figure": figure, "as_of": at}
    return render(request, "tracker/counted.html", context)


@require_GET
def of_story(request: HttpRequest, slug: str, figure: str) -> HttpResponse:
    """Exactly the rows that one figure above a story's timeline counted."""
    at = as_of(request.GET)
    found = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    parts = fold(found, request.user, at).parts.values()
    pieces = [piece for part in parts for piece in part.pieces]
    counted = {**origins.rows_counted(pieces), "sources": tuple(pieces)}
    if figure not in counted:
        raise Http404
    context = _counted(request, at, counted[figure], {**KEYS, "sources": "source"}[figure])
    context |= {"story": found, "figure": figure, "as_of": at}
    return render(request, "tracker/counted.html", context)


def _counted(
    request: HttpRequest, at: datetime | None, pieces: Iterable[Piece], key: str
) -> dict[str, Any]:
    """A page of the groups, the evidence of that page alone read in full."""
    grouped: dict[object, list[Piece]] = {}
    for piece in pieces:
        grouped.setdefault(getattr(piece, key), []).append(piece)
    page = Paginator(list(grouped.values()), PAGE).get_page(request.GET.get("page"))
    ids = [piece.evidence for group in page for piece in group]
    evidence = Evidence.objects.visible_to(request.user).standing(at)
    held = {one.pk: one for one in evidence.filter(pk__in=ids).for_display()}
    with_status([one.claim for one in held.values()])
    groups = [
        Group(rows[0][0], rows[0][1], tuple(rows))
        for group in page
        if (rows := [(p, held[p.evidence]) for p in group if p.evidence in held])
    ]
    rows = [row for group in groups for row in group.rows]
    return {"number": len(grouped), "page": page, "groups": groups, "rows": rows}
