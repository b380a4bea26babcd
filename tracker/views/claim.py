"""One claim: its status and why, its figures, who says what, who has answered, and the passages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from tracker.claims import dossier
from tracker.claims.dossier import Related
from tracker.forms.editing import BecauseForm
from tracker.models import Claim, Evidence, Stance
from tracker.models.evidence import EvidenceQuerySet
from tracker.operations import coverage
from tracker.timeline import reading
from tracker.timeline.asked import as_of, date_faults
from tracker.timeline.folding import OfOne, Part, fold_claim
from tracker.timeline.visits import visit

SHOWN_OF_STANCE = 3


@require_GET
def claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The page of a claim, now or as it stood at the end of a day."""
    at = as_of(request.GET)
    found, part, merged = standing(request, slug, number, at)
    if found.number != number:
        return redirect(moved(request, found))
    visited = visit(request.user, found.story, timezone.now())
    relations = dossier.relations(part, request.user)
    related = dossier.related(part, relations, at)
    evidence = Evidence.objects.visible_to(request.user).standing(at)
    context = {
        "claim": found,
        "story": found.story,
        "as_of": at,
        "faults": date_faults(request.GET),
        "figures": part.count,
        **_statements(part, related, evidence, visited.seen_until),
        "withdrawn_changes": part.withdrawn,
        **_beside(part, merged, related, at),
        "unrelated": [] if at else dossier.withdrawn_relations(relations),
        "because_form": BecauseForm(),
    }
    return render(request, "tracker/claim.html", context)


def standing(request: HttpRequest, slug: str, number: int, at: datetime | None = None) -> OfOne:
    """The claim of this number, or the one it was merged into, and its part of the story."""
    try:
        return fold_claim(number, slug, request.user, at)
    except Claim.DoesNotExist as error:
        raise Http404 from error


def moved(request: HttpRequest, found: Claim) -> str:
    """The address asked for, with the number of the claim that it leads to now."""
    assert request.resolver_match is not None
    kwargs = {**request.resolver_match.kwargs, "number": found.number}
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse(request.resolver_match.view_name, kwargs=kwargs) + query


def evidence_of(request: HttpRequest, part: Part, at: datetime | None) -> EvidenceQuerySet:
    """The evidence that a claim's figures rest on."""
    members = [pk for pk, _ in part.stamp]
    return Evidence.objects.visible_to(request.user).standing(at).filter(claim__in=members)


def _statements(
    part: Part, related: list[Related], evidence: EvidenceQuerySet, seen: datetime
) -> dict[str, Any]:
    """The passages by stance, the newest first, and the few that the page names elsewhere."""
    statements = list(reversed(part.statements))
    groups = {stance: [s for s in statements if s.stance == stance] for stance in Stance.values}
    listed = [said for group in groups.values() for said in group[:SHOWN_OF_STANCE]]
    answers = dossier.answers(part)
    named = [*(answer.evidence for answer in answers), part.first]
    ids = reading.shown_ids(listed) | {pk for pk in named if pk is not None}
    held = reading.lines_of(ids, evidence, dossier.answers_elsewhere(answers, related, evidence))
    silent = dossier.by_silent(related, held.values())
    return {
        "groups": [(s, group, group[:SHOWN_OF_STANCE]) for s, group in groups.items() if group],
        "sides": reading.by_side(statements),
        "cards": reading.cards_of(listed, held, seen),
        "answers": [(a, held.get(a.evidence or 0), silent.get(a.speaker)) for a in answers],
        "first": held.get(part.first or 0),
        "speaking": dossier.speaking(statements),
    }


def _beside(
    part: Part, merged: list[Claim], related: list[Related], at: datetime | None
) -> dict[str, Any]:
    """What stands beside the passages."""
    dossier.with_status([*merged, *(one.claim for one in related)])
    return {
        "merged": merged,
        "related": related,
        "texts": dossier.shared_texts(part),
        "gaps": coverage.gaps(part.sources, known := at or timezone.now()),
        "as_known_on": known,
        "weighed": part.weighed,
    }
