"""The statuses of claims: recording one, taking one back, and those to look at again."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tracker.claims import statuses
from tracker.claims.statuses import Meanwhile, StalePageError
from tracker.forms.status import StatusForm
from tracker.models import Claim, StatusChange
from tracker.models.evidence import EvidenceQuerySet
from tracker.models.typed import day
from tracker.timeline.folding import Part
from tracker.views.claim import evidence_of, moved, standing

OFFERED = 200  # passages of a claim to choose from, the latest first
AHEAD = timedelta(days=30)
PAGE = 50


@require_http_methods(["GET", "POST"])
@permission_required("tracker.add_statuschange", raise_exception=True)
def status(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Record a change of a claim's status, unless the claim changed since the form was shown."""
    assert request.user.is_authenticated
    claim, part, _merged = standing(request, slug, number)
    if claim.number != number:
        return redirect(moved(request, claim))
    form = _form(request, claim, part)
    if request.method == "GET":
        return _shown(request, claim, part, form)
    try:
        saved, doubts = _saved(form, part, request.POST.getlist("weighed"))
        if not saved:
            return _shown(request, claim, part, form, doubts=doubts)
    except StalePageError as error:
        return _shown(request, claim, part, form, error.meanwhile)
    undo = reverse("withdraw-status", args=[form.instance.pk])
    messages.success(request, _("The status is recorded."), extra_tags=undo)
    return redirect("claim", slug, number)


def _saved(form: StatusForm, part: Part, weighed: list[str]) -> tuple[bool, list[str]]:
    """Save it; an incomplete form from a stale page is called stale, too.

    Args:
        weighed: the doubts that were shown before it was sent again.

    Returns:
        Whether it was saved, and the doubts to be weighed first.
    """
    members = [pk for pk, _number in part.stamp]
    valid, seen = form.is_valid(), form.seen()
    if not seen:
        return False, []
    evidence = form.cleaned_data.get("evidence") or ()
    doubts = statuses.doubts(form.instance, evidence, part.parties) if valid else []
    if valid and set(doubts) <= set(weighed):
        statuses.record(form.save(commit=False), evidence, members, seen)
        return True, []
    statuses.check(members, seen)
    return False, doubts


def _form(request: HttpRequest, claim: Claim, part: Part) -> StatusForm:
    change = StatusChange(claim=claim, recorded_by_id=request.user.pk)
    passages = evidence_of(request, part, None)
    initial = {"effective_on": timezone.localdate(), **_state(part)}
    return StatusForm(
        request.POST or None,
        instance=change,
        initial=initial,
        passages=_offered(passages),
        by=request.user,
    )


def _offered(passages: EvidenceQuerySet) -> EvidenceQuerySet:
    latest = passages.order_by("-recorded_at", "-pk").values("pk")[:OFFERED]
    return passages.filter(pk__in=list(latest.values_list("pk", flat=True))).for_display()


def _state(part: Part) -> dict[str, str]:
    return {
        "revision": statuses.revision(part.stamp),
        "read_at": timezone.now().isoformat(),
    }


def _shown(
    request: HttpRequest,
    claim: Claim,
    part: Part,
    form: StatusForm,
    meanwhile: Meanwhile | None = None,
    doubts: list[str] | None = None,
) -> HttpResponse:
    """The form with what was typed; after a refusal it speaks of the claim as it is now."""
    stale = meanwhile is not None
    if stale:
        form.data = typed = request.POST.copy()
        for name, value in _state(part).items():
            typed[name] = value  # `update` would keep what was sent beside it
    context = {
        "form": form,
        "claim": claim,
        "story": claim.story,
        "stale": stale,
        "meanwhile": meanwhile,
        "doubts": doubts,
    }
    refused = stale or bool(form.errors) or bool(doubts)
    return render(request, "tracker/status_form.html", context, status=422 if refused else 200)


@require_POST
@permission_required("tracker.add_statuschange", raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change of status back; it stays in the history with the reason."""
    assert request.user.is_authenticated
    visible = StatusChange.objects.visible_to(request.user).standing()
    found = get_object_or_404(visible.select_related("claim__story"), pk=pk)
    found.withdraw(request.user, request.POST.get("because", "").strip() or _("Undone"))
    undo = reverse("restore-status", args=[found.pk])
    messages.success(request, _("Withdrawn."), extra_tags=undo)
    return redirect("claim", found.claim.story.slug, found.claim.number)


@require_POST
@permission_required("tracker.add_statuschange", raise_exception=True)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a withdrawn change of status stand again."""
    visible = StatusChange.objects.visible_to(request.user).select_related("claim__story")
    found = get_object_or_404(visible, pk=pk)
    found.withdraw(None)
    messages.success(request, _("The status stands again."))
    return redirect("claim", found.claim.story.slug, found.claim.number)


@require_GET
def due(request: HttpRequest) -> HttpResponse:
    """The statuses to look at again: those due, and those that will be within a month."""
    today = timezone.localdate()
    found = statuses.to_review(request.user, today + AHEAD)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "today": today,
        "due": statuses.to_review(request.user, today).count(),
        "sample": any(change.claim.story.sample for change in shown),
    }
    return render(request, "tracker/due.html", context)


@require_POST
@permission_required("tracker.add_statuschange", raise_exception=True)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a status holds still, and when to look at it next."""
    visible = StatusChange.objects.visible_to(request.user).standing()
    found = get_object_or_404(visible, pk=pk)
    until = day(request.POST.get("until", ""))
    if until is None or until <= timezone.localdate():
        messages.error(request, _("Write a day to come, as in 2027-04-17. Nothing was saved."))
    else:
        statuses.put_off(found, until)
        messages.success(request, _("Noted: it holds still, and comes back on that day."))
    return redirect("due")
