"""Publishing a claim: proposing, approving, taking back, asking for comment, protecting names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.forms.editing import BecauseForm
from tracker.forms.publishing import AnswerForm, AskForm, ProposeForm, ProtectForm, passages_of
from tracker.models import Claim, CommentRequest, ProtectedName, Publication, Story, User
from tracker.publishing import acts, rules
from tracker.publishing.rules import UnpublishableError

publishing = permission_required("tracker.publish_claim", raise_exception=True)


@require_safe
@publishing
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How far a claim is on its way to the public, and what stands in the way."""
    return _page(request, _claim(request, slug, number))


def _claim(request: HttpRequest, slug: str, number: int) -> Claim:
    claims = Claim.objects.visible_to(request.user).select_related("story")
    return get_object_or_404(claims, story__slug=slug, number=number)


def _page(request: HttpRequest, claim: Claim, status: int = 200, **forms: Any) -> HttpResponse:
    rows = Publication.objects.visible_to(request.user).filter(claim=claim).standing()
    standing = list(rows.select_related("proposed_by", "approved_by"))
    waiting = next((one for one in standing if one.approved_at is None), None)
    named = rules.subjects(claim)
    asked = CommentRequest.objects.visible_to(request.user).filter(claim=claim)
    context = {
        "claim": claim,
        "story": claim.story,
        "public": next((one for one in standing if one.approved_at), None),
        "waiting": waiting,
        "obstacles": rules.obstacles(claim, waiting.names_nobody) if waiting else [],
        "named": named,
        "requests": asked.select_related("subject", "asked_by"),
        "propose": ProposeForm(evidence=passages_of(claim)),
        "ask": AskForm(subjects=named),
        "own": waiting is not None and waiting.proposed_by == request.user,
        **forms,
    }
    return render(request, "tracker/publishing.html", context, status=status)


def _done(request: HttpRequest, claim: Claim, act: Callable[[], object], said: str) -> HttpResponse:
    """Carry an act out; a rule that forbids it is said in its words."""
    try:
        act()
    except UnpublishableError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("publishing", claim.story.slug, claim.number)


@require_POST
@publishing
def propose(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Propose a claim with chosen passages for the public."""
    claim = _claim(request, slug, number)
    form = ProposeForm(request.POST, evidence=passages_of(claim))
    if not form.is_valid():
        return _page(request, claim, 422, propose=form)
    chosen, nobody = form.cleaned_data["passages"], form.cleaned_data["names_nobody"]
    by = _by(request)
    said = _("Proposed. Nothing is public yet.")
    return _done(request, claim, lambda: acts.propose(claim, chosen, nobody, by), said)


def _by(request: HttpRequest) -> User:
    assert request.user.is_authenticated
    return request.user


def _publication(request: HttpRequest, pk: int) -> Publication:
    rows = Publication.objects.visible_to(request.user).standing()
    return get_object_or_404(rows.select_related("claim__story"), pk=pk)


@require_POST
@publishing
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish what another editor proposed."""
    found = _publication(request, pk)
    by = _by(request)
    return _done(request, found.claim, lambda: acts.approve(found, by), _("Published."))


@require_POST
@publishing
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim from the public, or a proposal back, and say why."""
    found = _publication(request, pk)
    form = BecauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a few words."))
        return redirect("publishing", found.claim.story.slug, found.claim.number)
    why, by = form.cleaned_data["because"], _by(request)
    said = _("Taken back; it is not public.")
    return _done(request, found.claim, lambda: acts.withdraw(found, by, why), said)


@require_POST
@publishing
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Record that somebody the claim names was asked for comment."""
    claim = _claim(request, slug, number)
    form = AskForm(request.POST, subjects=rules.subjects(claim))
    if not form.is_valid():
        return _page(request, claim, 422, ask=form)
    data, by = form.cleaned_data, _by(request)
    deadline = form.deadline()

    def act() -> object:
        return acts.ask(claim, data["subject"], data["how"], deadline, by)

    return _done(request, claim, act, _("The request for comment is recorded."))


@require_POST
@publishing
def answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what somebody who was asked answered."""
    rows = CommentRequest.objects.visible_to(request.user).select_related("claim__story")
    found = get_object_or_404(rows, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write down what they answered."))
        return redirect("publishing", found.claim.story.slug, found.claim.number)
    answer, by = form.cleaned_data["answer"], _by(request)
    said = _("The answer is recorded.")
    return _done(request, found.claim, lambda: acts.record_answer(found, answer, by), said)


@require_http_methods(["GET", "HEAD", "POST"])
@publishing
def protected(request: HttpRequest, slug: str) -> HttpResponse:
    """The names that no public page of a story shows."""
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    form = ProtectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = form.of(story)
        row.added_by = _by(request)
        row.save()
        messages.success(request, _("Masked from now on, in everything public."))
        return redirect("protected", slug)
    names = ProtectedName.objects.visible_to(request.user).standing().filter(story=story)
    context = {"story": story, "names": names.select_related("added_by"), "form": form}
    status = 422 if form.errors else 200
    return render(request, "tracker/protected.html", context, status=status)


@require_POST
@publishing
def unprotect(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a name be shown again; that it was protected stays in the history."""
    names = ProtectedName.objects.visible_to(request.user).standing().select_related("story")
    found = get_object_or_404(names, pk=pk)
    found.withdrawn_at, found.withdrawn_by = timezone.now(), _by(request)
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    messages.success(request, _("No longer masked."))
    return redirect("protected", found.story.slug)
