"""Relating, merging and splitting claims, and taking each of these back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.claims import reshaping
from tracker.claims.reshaping import ReshapeError
from tracker.forms.shaping import BOTH, MOVES, MergeForm, RelationForm, SplitForm
from tracker.models import Claim, ClaimRelation
from tracker.models.claim import ClaimQuerySet
from tracker.views.claim import evidence_of, standing

OFFERED = 500  # passages of a claim to give to its parts, the latest first; the others stay


def _of(request: HttpRequest, slug: str) -> ClaimQuerySet:
    return Claim.objects.visible_to(request.user).filter(story__slug=slug).select_related("story")


@require_http_methods(["GET", "POST"])
@permission_required("tracker.change_claim", raise_exception=True)
def relate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say that this claim answers, contradicts, follows or repeats another."""
    assert request.user.is_authenticated
    claim = get_object_or_404(_of(request, slug), number=number)
    others = _of(request, slug).standing().exclude(pk=claim.pk)
    form = RelationForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = reshaping.relate(claim, data["verb"], data["other"], request.user)
        except ReshapeError as error:
            form.add_error(None, str(error))
        else:
            undo = reverse("unrelate", args=[made.pk])
            messages.success(request, _("The relation is recorded."), extra_tags=undo)
            return redirect("claim", slug, number)
    return _asked(request, claim, form, _("how it stands to another"))


def _asked(request: HttpRequest, claim: Claim, form: forms.Form, title: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "story": claim.story, "claim": claim}
    context["title"] = f"C{claim.number} {claim.short}: {title}"
    return render(request, "tracker/form.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("tracker.change_claim", raise_exception=True)
def unrelate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a relation back; it stays in the history."""
    assert request.user.is_authenticated
    visible = ClaimRelation.objects.visible_to(request.user).standing()
    found = get_object_or_404(visible.select_related("claim__story"), pk=pk)
    found.withdraw(request.user)
    undo = reverse("relate-again", args=[found.pk])
    messages.success(request, _("Withdrawn."), extra_tags=undo)
    return redirect("claim", found.claim.story.slug, found.claim.number)


@require_POST
@permission_required("tracker.change_claim", raise_exception=True)
def relate_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Record anew a relation that was withdrawn."""
    assert request.user.is_authenticated
    visible = ClaimRelation.objects.visible_to(request.user).select_related("claim__story", "other")
    found = get_object_or_404(visible, pk=pk)
    try:
        reshaping.relate(found.claim, found.verb, found.other, request.user)
        messages.success(request, _("The relation is recorded."))
    except ReshapeError as error:
        messages.info(request, str(error))
    return redirect("claim", found.claim.story.slug, found.claim.number)


@require_http_methods(["GET", "POST"])
@permission_required("tracker.change_claim", raise_exception=True)
def merge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let this claim count as part of another; its address leads there from then on."""
    assert request.user.is_authenticated
    claim = get_object_or_404(_of(request, slug), number=number)
    form = MergeForm(
        request.POST or None, others=_of(request, slug).standing().exclude(pk=claim.pk)
    )
    if request.method == "POST" and form.is_valid():
        into, because = form.cleaned_data["other"], form.cleaned_data["because"]
        try:
            reshaping.merge(claim, into, because, request.user)
        except ReshapeError as error:
            form.add_error(None, str(error))
        else:
            undo = reverse("unmerge", args=[slug, number])
            said = _("C%(one)s counts under C%(other)s now.")
            numbers = {"one": number, "other": into.number}
            messages.success(request, said % numbers, extra_tags=undo)
            return redirect("claim", slug, into.number)
    return _asked(request, claim, form, _("merge it into another"))


@require_POST
@permission_required("tracker.change_claim", raise_exception=True)
def unmerge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let a merged claim stand by itself again, with all that was ever linked to it."""
    claim = get_object_or_404(_of(request, slug), number=number)
    reshaping.unmerge(claim)
    messages.success(request, _("C%(number)s stands by itself again.") % {"number": number})
    return redirect("claim", slug, number)


@require_http_methods(["GET", "POST"])
@permission_required("tracker.change_claim", raise_exception=True)
def split(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Make a part of this claim a claim of its own, each passage given to a part."""
    assert request.user.is_authenticated
    claim, part, _merged = standing(request, slug, number)
    evidence = evidence_of(request, part, None).for_display().order_by("-recorded_at", "-pk")
    form = SplitForm(request.POST or None, instance=Claim(), passages=evidence[:OFFERED])
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        reshaping.split(claim, made, form.given(MOVES), form.given(BOTH), request.user)
        undo = reverse("unsplit", args=[slug, claim.number, made.number])
        said = _("C%(number)s was split off.") % {"number": made.number}
        messages.success(request, said, extra_tags=undo)
        return redirect("claim", slug, made.number)
    context = {"form": form, "claim": claim, "story": claim.story}
    return render(request, "tracker/split.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("tracker.change_claim", raise_exception=True)
def unsplit(request: HttpRequest, slug: str, number: int, part: int) -> HttpResponse:
    """Take a split back: the passages stand with the claim again, the part leads to it."""
    assert request.user.is_authenticated
    claim = get_object_or_404(_of(request, slug), number=number)
    made = get_object_or_404(_of(request, slug), number=part)
    try:
        reshaping.unsplit(claim, made, request.user)
        messages.success(request, _("The split was undone."))
    except ReshapeError as error:
        messages.error(request, str(error))
    return redirect("claim", slug, number)
