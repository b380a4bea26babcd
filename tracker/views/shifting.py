"""Merging and splitting sources, taking that back, and the sites that are a source's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sources.curating import moves
from sources.curating.moves import MoveError
from sources.ingest.identify import authority, repair_url
from sources.models import Article, Host, Source, SourceMove
from tracker.sourcedesk import sourcefilter

OFFERED = 20


class WhyForm(forms.Form):
    """The reason for a merge or a split."""

    because = forms.CharField(
        max_length=300, label=gettext_lazy("Why"), widget=forms.TextInput(attrs={"class": "inp"})
    )


class SplitForm(WhyForm):
    """The name and the sites of what is split off."""

    name = forms.CharField(
        max_length=200,
        label=gettext_lazy("Name of the new source"),
        widget=forms.TextInput(attrs={"class": "inp"}),
    )
    hosts = forms.MultipleChoiceField(
        label=gettext_lazy("Sites that are another source"), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("name", "hosts", "because")

    def __init__(self, *args: Any, hosts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hosts"].choices = [(host, host) for host in hosts]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@permission_required("sources.change_source", raise_exception=True)
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Look for the source this one is part of, see what would follow, and merge it."""
    assert request.user.is_authenticated
    found = get_object_or_404(Source.objects.standing(), slug=slug)
    others = Source.objects.standing().exclude(pk=found.pk)
    form = WhyForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        into = get_object_or_404(others, slug=request.POST.get("into", ""))
        try:
            move = moves.merge(found, into, form.cleaned_data["because"], request.user)
        except MoveError as error:
            form.add_error(None, str(error))
        else:
            undo = reverse("undo-move", args=[move.pk])
            words = _("%(one)s is part of %(other)s now.") % {"one": found, "other": into}
            messages.success(request, words, extra_tags=undo)
            return redirect("source", into.slug)
    fitting = sourcefilter.narrowed(others, request.GET, request.user)[:OFFERED]
    context = {
        "source": found,
        "form": form,
        "offered": fitting.prefetch_related("hosts") if request.GET.get("q") else [],
        "asked": request.GET,
        "carries": _carries(found),
        "into": others.filter(slug=request.POST.get("into", "")).first(),
    }
    status = 422 if form.errors else 200
    return render(request, "tracker/source_merge.html", context, status=status)


def _carries(source: Source) -> dict[str, int]:
    """How much would follow."""
    return {
        "articles": Article.objects.filter(source=source).count(),
        "feeds": source.feeds.count(),
        "sites": source.hosts.count(),
        "tags": source.source_tags.count(),
    }


@require_http_methods(["GET", "POST"])
@permission_required("sources.change_source", raise_exception=True)
def split(request: HttpRequest, slug: str) -> HttpResponse:
    """Make some of a source's sites a source of its own."""
    assert request.user.is_authenticated
    found = get_object_or_404(Source.objects.standing(), slug=slug)
    hosts = list(found.hosts.values_list("pk", flat=True))
    posted = request.POST if request.method == "POST" else None
    form = SplitForm(posted, hosts=hosts, label_suffix="")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            move = moves.split(found, data["name"], data["hosts"], data["because"], request.user)
        except MoveError as error:
            form.add_error(None, str(error))
        else:
            undo = reverse("undo-move", args=[move.pk])
            words = _("%(name)s is a source of its own now.") % {"name": move.into}
            messages.success(request, words, extra_tags=undo)
            return redirect("source", move.into.slug)
    context = {"source": found, "form": form, "hosts": hosts}
    status = 422 if form.errors else 200
    return render(request, "tracker/source_split.html", context, status=status)


@require_POST
@permission_required("sources.change_source", raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge or a split with everything that followed."""
    assert request.user.is_authenticated
    move = get_object_or_404(SourceMove.objects.select_related("source"), pk=pk)
    try:
        moves.take_back(move, request.user)
        messages.success(request, _("Undone: everything is back where it was."))
    except MoveError as error:
        messages.error(request, str(error))
    return redirect("source", move.source.slug)


@require_POST
@permission_required("sources.change_source", raise_exception=True)
@transaction.atomic
def add_site(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that a site is the source's; one that is another's is said whose."""
    found = get_object_or_404(Source.objects.standing(), slug=slug)
    typed = request.POST.get("site", "").strip()[:300]
    host = authority(repair_url(typed if "//" in typed else f"https://{typed}", ""))
    if not host or "." not in host:
        messages.error(request, _("“%(words)s” is no site.") % {"words": typed})
        return redirect("source", slug)
    row, made = Host.objects.select_for_update().get_or_create(
        authority=host, defaults={"source": found}
    )
    if not made and row.source_id not in (None, found.pk):
        words = _("%(site)s belongs to %(name)s: merge that source into this one.")
        messages.error(request, words % {"site": host, "name": row.source})
    else:
        Host.objects.filter(pk=host).update(source=found)
        messages.success(request, _("What comes from %(site)s is theirs.") % {"site": host})
    return redirect("source", slug)
