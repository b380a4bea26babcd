"""Removing by order: asking, confirming as another administrator, calling off, the tombstones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sources.models import Article
from tracker.forms.editing import RemovalForm
from tracker.models import Evidence, Removal, Suggestion
from tracker.models.typed import key
from tracker.removing import acts
from tracker.removing.acts import UnremovableError

PAGE = 50
removing = permission_required(acts.PERMISSION, raise_exception=True)


@require_safe
@removing
def removals(request: HttpRequest) -> HttpResponse:
    """What waits for another administrator, and what is gone."""
    rows = Removal.objects.visible_to(request.user).filter(part_of=None)
    rows = rows.select_related("source", "story", "asked_by", "confirmed_by", "called_off_by")
    before = key(request.GET.get("before", ""))
    past = rows.exclude(pk__in=rows.waiting().values("pk"))
    if before is not None:
        past = past.filter(pk__lt=before)
    shown = list(past[: PAGE + 1])
    context = {
        "waiting": rows.waiting(),
        "past": shown[:PAGE],
        "earlier": shown[PAGE - 1].pk if len(shown) > PAGE else None,
    }
    return render(request, "tracker/removals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@removing
def ask_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an article's removal; the page says what would go."""
    found = get_object_or_404(Article.objects.select_related("source"), pk=pk)
    linked = Evidence.objects.visible_to(request.user).filter(version__article=found)
    proposed = Suggestion.objects.visible_to(request.user).filter(article=found)
    context = {
        "title": _("Remove the article by order"),
        "name": found.title or found.url,
        "back": reverse("provenance", args=[pk]),
        "goes": {"versions": found.versions.count(), "passages": linked.count()}
        | {"suggestions": proposed.count(), "items": found.items.count()},
        "copies": Article.objects.filter(cluster=found.cluster_id).exclude(pk=pk).count(),
        "article": found,
    }
    return _ask(request, found, context)


@require_http_methods(["GET", "HEAD", "POST"])
@removing
def ask_passage(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the removal of a passage from its claim; the article keeps its text."""
    held = Evidence.objects.visible_to(request.user)
    found = get_object_or_404(
        held.select_related("claim__story", "version__article__source"), pk=pk
    )
    context = {
        "title": _("Remove the passage by order"),
        "name": found.exact,
        "back": reverse("evidence", args=[found.claim.story.slug, pk]),
        "passage": found,
        "story": found.claim.story,
    }
    return _ask(request, found, context)


def _ask(request: HttpRequest, found: Article | Evidence, context: dict[str, Any]) -> HttpResponse:
    assert request.user.is_authenticated
    form = RemovalForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            acts.ask(found, form.cleaned_data["order"], form.cleaned_data["because"], request.user)
        except UnremovableError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Asked for. Another administrator has to confirm it."))
        return redirect("removals")
    status = 422 if form.errors else 200
    return render(request, "tracker/remove.html", context | {"form": form}, status=status)


def _waiting(request: HttpRequest, pk: int) -> Removal:
    rows = Removal.objects.visible_to(request.user).waiting()
    return get_object_or_404(rows, pk=pk)


@require_POST
@removing
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out what another administrator asked for."""
    assert request.user.is_authenticated
    try:
        acts.confirm(_waiting(request, pk), request.user)
    except UnremovableError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed. A tombstone stands where it was."))
    return redirect("removals")


@require_POST
@removing
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it stay."""
    assert request.user.is_authenticated
    acts.call_off(_waiting(request, pk), request.user)
    messages.success(request, _("Called off: it stays."))
    return redirect("removals")
