"""The verbs of an editor: withdraw evidence, word claims."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.forms import BecauseForm, ClaimForm, PreferencesForm
from tracker.models import Claim, Evidence, Story, StoryArticle
from tracker.views import reader
from tracker.views.going import back, to


@require_POST
@permission_required("tracker.withdraw_evidence", raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take evidence back, with the reason."""
    assert request.user.is_authenticated
    found = get_object_or_404(
        Evidence.objects.visible_to(request.user).standing().select_related("version__article"),
        pk=pk,
    )
    data = request.POST if request.POST.get("because") else {"because": _("Undone")}
    form = BecauseForm(data)
    if form.is_valid():
        found.withdraw(request.user, form.cleaned_data["because"])
        restore = reverse("restore", args=[found.pk])
        if reader.asked(request):
            return reader.again(request, found.version.article, _("Withdrawn."), restore)
        messages.success(request, _("Withdrawn."), extra_tags=restore)
    return to(request, back(request, reverse("article", args=[found.version.article_id])))


@require_POST
@permission_required("tracker.withdraw_evidence", raise_exception=True)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Let withdrawn evidence stand again."""
    found = get_object_or_404(
        Evidence.objects.visible_to(request.user).select_related("version__article"), pk=pk
    )
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_because = None, None, ""
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    if reader.asked(request):
        return reader.again(request, found.version.article, _("The evidence stands again."))
    messages.success(request, _("The evidence stands again."))
    return to(request, back(request, reverse("article", args=[found.version.article_id])))


def _claim(request: HttpRequest, slug: str, number: int) -> Claim:
    claims = Claim.objects.visible_to(request.user).select_related("story")
    return get_object_or_404(claims, story__slug=slug, number=number)


@require_http_methods(["GET", "POST"])
@permission_required("tracker.change_claim", raise_exception=True)
def claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change the wording of a claim."""
    found = _claim(request, slug, number)
    return _save_claim(request, ClaimForm(request.POST or None, instance=found), found.story)


@require_http_methods(["GET", "POST"])
@permission_required("tracker.add_claim", raise_exception=True)
def new_claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a new claim of a story."""
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    last = story.claims.aggregate(last=Max("number"))["last"] or 0
    form = ClaimForm(request.POST or None, instance=Claim(story=story, number=last + 1))
    return _save_claim(request, form, story)


def _save_claim(request: HttpRequest, form: ClaimForm, story: Story) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("Saved."))
        return redirect("claim", story.slug, saved.number)
    context: dict[str, Any] = {"form": form, "story": story, "title": _("A claim in one sentence")}
    return render(request, "tracker/form.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("tracker.dismiss_article", raise_exception=True)
def dismiss(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say that an article does not concern a story, or that it does after all."""
    visible = StoryArticle.objects.visible_to(request.user)
    found = get_object_or_404(visible, story__slug=slug, article=pk)
    assert request.user.is_authenticated
    again = found.dismissed_by_id is not None
    found.dismissed_by = None if again else request.user
    found.dismissed_at = None if again else timezone.now()
    found.save(update_fields=["dismissed_by", "dismissed_at"])
    said = _("The article is back.") if again else _("The article is out of the story.")
    messages.success(request, said, extra_tags="" if again else request.path)
    return redirect("article", pk)


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The language of the interface, and whether single keys act."""
    assert request.user.is_authenticated
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(back(request, reverse("home")))
    return render(request, "tracker/form.html", {"form": form, "title": _("Preferences")})
