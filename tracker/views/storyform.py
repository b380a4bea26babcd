"""Stories being named and changed by an administrator."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.forms.story import StoryForm
from tracker.models import Story
from tracker.views import trawl


@require_http_methods(["GET", "POST"])
@permission_required("tracker.add_story", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """Name a new story."""
    return _form(request, Story())


@require_http_methods(["GET", "POST"])
@permission_required("tracker.change_story", raise_exception=True)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a story; by another filter everything held is looked through again."""
    found = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    return _form(request, found)


def _form(request: HttpRequest, story: Story) -> HttpResponse:
    assert request.user.is_authenticated
    form = StoryForm(request.POST or None, instance=story, by=request.user)
    if request.method == "POST" and form.is_valid():
        known = story.pk is not None
        saved = form.save()
        if known and "filter" in form.changed_data:
            for claim in saved.claims.filter(merged_into=None):
                trawl.begin(request, claim)
        messages.success(request, _("Saved."))
        return redirect("story", saved.slug)
    context = {
        "form": form,
        "story": story if story.pk else None,
        "title": _("Edit the story") if story.pk else _("Name a story"),
    }
    return render(request, "tracker/form.html", context, status=422 if form.errors else 200)
