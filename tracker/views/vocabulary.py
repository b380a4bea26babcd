"""The vocabulary of tags: all of them by group, making, rewording, merging and taking apart."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sources.curating import vocabulary
from sources.curating.vocabulary import VocabularyError
from sources.models import Tag
from sources.models.source import TagGroup
from tracker.forms.tags import VocabularyForm


@require_http_methods(["GET", "POST"])
def tags(request: HttpRequest) -> HttpResponse:
    """Every tag by group with how many sources carry it; for editors, the form of a new one."""
    posted = request.POST if request.method == "POST" else None
    if posted is not None and not request.user.has_perm("sources.add_tag"):
        return HttpResponse(status=403)
    fresh = {"label_en": request.GET.get("new", "")[:80], "group": "none"}
    form = VocabularyForm(posted, initial=fresh)
    if posted is not None and form.is_valid():
        made = form.save(commit=False)
        made.slug = vocabulary.slug_for(made.label_en)
        made.save()
        messages.success(request, _("“%(tag)s” is a tag now.") % {"tag": made})
        return redirect("tags")
    context = {
        "form": form,
        "tags": sorted(Tag.objects.standing().annotate(n=Count("source_tags")), key=_place),
        "merged": Tag.objects.exclude(merged_into=None).select_related("merged_into"),
    }
    return render(request, "tracker/tags.html", context, status=422 if form.errors else 200)


def _place(tag: Tag) -> tuple[int, str]:
    """Groups in the order they are declared in, their tags by label."""
    return TagGroup.values.index(tag.group), str(tag).casefold()


class MergeForm(forms.Form):
    """The tag another becomes."""

    into = forms.ModelChoiceField(
        Tag.objects.standing(),
        label=gettext_lazy("Merge into"),
        empty_label=gettext_lazy("choose a tag"),
        widget=forms.Select(attrs={"class": "inp"}),
    )


@require_http_methods(["GET", "POST"])
@permission_required("sources.change_tag", raise_exception=True)
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Reword one tag; its slug, and so every address that names it, stays."""
    found = get_object_or_404(Tag.objects.standing(), slug=slug)
    form = VocabularyForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("tags")
    merging = MergeForm()
    merging.fields["into"].queryset = Tag.objects.standing().exclude(pk=found.pk)  # type: ignore[attr-defined]
    context = {
        "tag": get_object_or_404(Tag, pk=found.pk),  # as it stands, whatever was typed
        "form": form,
        "merging": merging,
        "number": found.source_tags.count(),
    }
    return render(request, "tracker/tag.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("sources.change_tag", raise_exception=True)
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Let one tag become another on every source that carries it."""
    found = get_object_or_404(Tag.objects.standing(), slug=slug)
    form = MergeForm(request.POST)
    try:
        if not form.is_valid():
            raise VocabularyError(_("Choose the tag it becomes."))
        into = form.cleaned_data["into"]
        vocabulary.merge(found, into)
    except VocabularyError as error:
        messages.error(request, str(error))
        return redirect("vocabulary-tag", slug)
    words = _("“%(one)s” is “%(other)s” now.") % {"one": found, "other": into}
    messages.success(request, words, extra_tags=reverse("unmerge-tag", args=[slug]))
    return redirect("tags")


@require_POST
@permission_required("sources.change_tag", raise_exception=True)
def unmerge(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a merged tag stand again, on the sources that carried it."""
    found = get_object_or_404(Tag, slug=slug)
    try:
        vocabulary.unmerge(found)
        messages.success(request, _("“%(tag)s” stands by itself again.") % {"tag": found})
    except VocabularyError as error:
        messages.info(request, str(error))
    return redirect("tags")
