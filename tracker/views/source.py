"""One source: what we know of it, its feeds, what is noted about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sources.curating.naming import former_names
from sources.ingest import upkeep
from sources.models import Feed, FeedItem, ReliabilityNote, Source, SourceMove, Tag
from tracker.forms.editing import SourceForm
from tracker.forms.pausing import DAYS, PauseError, pause_asked
from tracker.operations import feedwatch
from tracker.searching import finding
from tracker.sourcedesk import sourcefaces
from tracker.timeline.dating import day

LONGEST_NOTE = 500  # characters
ENTRIES = 20


@require_GET
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: what we know of it, its feeds and how they do, its newest articles."""
    found = get_object_or_404(Source.objects.select_related("merged_into"), slug=slug)
    if found.merged_into:
        return redirect("source", found.merged_into.slug)
    page = finding.newest(found.articles.all(), request.GET.get("before", ""), 30)
    context = {"source": found, "page": page, "form": SourceForm(instance=found)}
    context["resumes_by_default"] = timezone.localdate() + timedelta(days=DAYS)
    return render(request, "tracker/source.html", context | _known(found) | _faces(request, found))


def _known(found: Source) -> dict[str, Any]:
    """What is noted about a source, by people and by the history."""
    moved = SourceMove.objects.filter(Q(source=found) | Q(into=found))
    return {
        "hosts": found.hosts.all(),
        "given": found.source_tags.select_related("tag", "by"),
        "notes": found.notes.select_related("by"),
        "tags": Tag.objects.standing(),
        "former": former_names(found),
        "moves": moved.select_related("source", "into", "by", "undone_by").defer("moved"),
    }


def _faces(request: HttpRequest, found: Source) -> dict[str, Any]:
    """What its articles, feeds and passages say about it."""
    now = timezone.now()
    return {
        "feeds": feedwatch.watched(found.feeds.select_related("source", "job"), now),
        "entries": FeedItem.objects.feed_only().filter(feed__source=found)[:ENTRIES],
        "weeks": sourcefaces.weeks(found, now),
        "copied": sourcefaces.copied(found),
        "relying": sourcefaces.relying(found, request.user),
        "cited": sourcefaces.cited(found, request.user),
    }


@require_POST
@permission_required("sources.change_source", raise_exception=True)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is noted about a source."""
    found = get_object_or_404(Source, slug=slug)
    form = SourceForm(request.POST, instance=found)
    if not form.is_valid():
        return render(request, "tracker/form.html", {"form": form, "title": found.name}, status=422)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("source", found.slug)


@require_POST
@permission_required("sources.add_reliabilitynote", raise_exception=True)
def note(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign a note on how reliable a source is; it takes the place of the one before."""
    assert request.user.is_authenticated
    found = get_object_or_404(Source, slug=slug)
    text = " ".join(request.POST.get("text", "").split())
    if not text or len(text) > LONGEST_NOTE:
        messages.error(request, _("A note has between 1 and 500 characters."))
    else:
        ReliabilityNote.objects.create(source=found, text=text, by=request.user)
        messages.success(request, _("The note is signed with your name and today’s date."))
    return redirect("source", found.slug)


@require_POST
@permission_required("sources.add_reliabilitynote", raise_exception=True)
def withdraw_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a note back, or let it stand again; the history keeps both."""
    found = get_object_or_404(ReliabilityNote.objects.select_related("source"), pk=pk)
    found.withdrawn_at = None if found.withdrawn_at else timezone.now()
    found.save(update_fields=["withdrawn_at"])
    said = _("Withdrawn.") if found.withdrawn_at else _("The note stands again.")
    messages.success(request, said, extra_tags=request.path)
    return redirect("source", found.source.slug)


@require_POST
@permission_required("sources.change_source", raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a feed, with a reason and an end, or let it go on."""
    feed = get_object_or_404(Feed.objects.select_related("source"), pk=pk)
    if not feed.enabled:
        upkeep.resume(feed)
        messages.success(request, _("Resumed."))
        return redirect("source", feed.source.slug)
    try:
        because, until = pause_asked(request.POST.get("because", ""), request.POST.get("until", ""))
    except PauseError as error:
        messages.error(request, str(error))
    else:
        upkeep.pause(feed, because, until)
        messages.success(request, _("Paused until %(day)s.") % {"day": day(until)})
    return redirect("source", feed.source.slug)
