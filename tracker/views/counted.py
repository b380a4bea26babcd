"""What a figure counted: its rows, one group for each thing the figure counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from tracker import origins, reading
from tracker.models import Claim, Evidence, Story
from tracker.models.evidence import EvidenceQuerySet
from tracker.origins import Piece

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
    """Exactly the rows that one figure of a claim counted."""
    claims = Claim.objects.visible_to(request.user).select_related("story").with_status()
    found = get_object_or_404(claims, story__slug=slug, number=number)
    evidence = Evidence.objects.visible_to(request.user).standing().filter(claim=found)
    pieces = origins.rows_counted(reading.pieces(evidence))
    if figure not in pieces:
        raise Http404
    context = _counted(request, evidence, pieces[figure], KEYS[figure])
    context |= {"claim": found, "story": found.story, "figure": figure}
    return render(request, "tracker/counted.html", context)


@require_GET
def of_story(request: HttpRequest, slug: str, figure: str) -> HttpResponse:
    """Exactly the rows that one figure above a story's timeline counted."""
    found = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    claims = found.claims.standing()
    evidence = Evidence.objects.visible_to(request.user).standing().filter(claim__in=claims)
    said = origins.statements(reading.pieces(evidence))
    pieces = [piece for one in said for piece in one.pieces]
    counted = {**origins.rows_counted(pieces), "sources": tuple(pieces)}
    if figure not in counted:
        raise Http404
    context = _counted(request, evidence, counted[figure], {**KEYS, "sources": "source"}[figure])
    context |= {"story": found, "figure": figure}
    return render(request, "tracker/counted.html", context)


def _counted(
    request: HttpRequest, evidence: EvidenceQuerySet, pieces: Iterable[Piece], key: str
) -> dict[str, Any]:
    """A page of the groups, the evidence of that page alone read in full."""
    grouped: dict[object, list[Piece]] = {}
    for piece in pieces:
        grouped.setdefault(getattr(piece, key), []).append(piece)
    page = Paginator(list(grouped.values()), PAGE).get_page(request.GET.get("page"))
    ids = [piece.evidence for group in page for piece in group]
    held = {one.pk: one for one in evidence.filter(pk__in=ids).for_display()}
    groups = [
        Group(rows[0][0], rows[0][1], tuple(rows))
        for group in page
        if (rows := [(p, held[p.evidence]) for p in group if p.evidence in held])
    ]
    rows = [row for group in groups for row in group.rows]
    return {"number": len(grouped), "page": page, "groups": groups, "rows": rows}
