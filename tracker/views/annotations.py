"""Evidence for machines: each as a Web Annotation, a claim's as an annotation collection."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.exports import annotation, jsonld
from tracker.exports.passages import passage, passages, site
from tracker.models import Evidence
from tracker.models.evidence import EvidenceQuerySet
from tracker.models.typed import key
from tracker.views.claim import evidence_of, moved, standing

PAGE = 100
LAST_PAGE = 10**9  # PostgreSQL skips no more rows than 64 bits hold
ASKED_FOR = ("application/ld+json", "application/json")


@require_safe
def evidence(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The permanent address of a passage: its mark in the article, or the annotation.

    What the request accepts decides; at `annotation.jsonld` it is always the latter.
    """
    held = Evidence.objects.visible_to(request.user).filter(claim__story__slug=slug)
    found = get_object_or_404(held.for_display(), pk=pk)
    wanted = request.get_preferred_type(["text/html", *ASKED_FOR])
    if wanted in ASKED_FOR or request.path.endswith(".jsonld"):
        role = found.recorded_by.role
        one = annotation.annotation(passage(found, role=role), *_around(found), _sample(found))
        return _answer(annotation.alone(one))
    address = reverse("article", args=[found.version.article_id])
    response = redirect(f"{address}#e{found.pk}")
    response["Vary"] = "Accept"
    return response


@require_safe
def of_claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The passages that a claim's figures rest on, a page at a time, the earliest linked first."""
    found, part, _merged = standing(request, slug, number)
    if found.number != number:
        return redirect(moved(request, found))
    rows = evidence_of(request, part, None)
    page = min(key(request.GET.get("page", "")) or 1, LAST_PAGE)
    address = site(reverse("claim-annotations", args=[slug, number]))
    items = _items(rows, (page - 1) * PAGE)
    label = f"C{found.number} {found.short}"
    return _answer(annotation.collection(address, label, rows.count(), items, page, PAGE))


def _items(rows: EvidenceQuerySet, start: int) -> list[dict[str, object]]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[start : start + PAGE])
    held = {one.pk: one for one in rows.filter(pk__in=ids).select_related("claim__story")}
    return [
        annotation.annotation(one, *_around(held[one.evidence]), _sample(held[one.evidence]))
        for one in passages(rows, ids)
    ]


def _around(one: Evidence) -> tuple[annotation.Quoted, str]:
    """The words of a passage, and the address of its claim."""
    address = reverse("claim", args=[one.claim.story.slug, one.claim.number])
    return annotation.Quoted(one.exact, one.prefix, one.suffix), settings.SITE_ADDRESS + address


def _sample(one: Evidence) -> str:
    return _("Sample") if one.claim.story.sample else ""


def _answer(node: dict[str, object]) -> HttpResponse:
    headers = {"Vary": "Accept", "Cache-Control": "private"}
    return HttpResponse(jsonld.write(node), content_type=annotation.MEDIA_TYPE, headers=headers)
