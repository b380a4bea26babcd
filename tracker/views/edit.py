"""The verbs of an editor: withdraw evidence, dismiss articles; and what everybody prefers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker.forms.editing import BecauseForm, PreferencesForm
from tracker.inbox import overlooked
from tracker.models import Decision, Evidence, StoryArticle
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


@require_POST
@permission_required("tracker.dismiss_article", raise_exception=True)
def dismiss(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say that an article does not concern a story, or that it does after all."""
    visible = StoryArticle.objects.visible_to(request.user).select_related("article")
    found = get_object_or_404(visible, story__slug=slug, article=pk)
    assert request.user.is_authenticated
    again = found.dismissed_by_id is not None
    if again:
        found.dismissed_by, found.dismissed_at, found.act = None, None, None
        found.save(update_fields=["dismissed_by", "dismissed_at", "act"])
    else:
        overlooked.put_aside(found, Decision.Verb.DISMISS, request.user)
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
