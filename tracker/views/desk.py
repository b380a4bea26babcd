"""The source desk: the list of who publishes, narrowed, and the choices somebody keeps."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sources.models import Feed, ReliabilityNote, Source, SourceTag
from sources.models.source import SourceKind
from tracker.models import SavedFilter
from tracker.models.typed import key
from tracker.operations.wording import FeedState, feed_state
from tracker.sourcedesk import sourcefilter, sparks

PAGE = 50
_WITH = (
    Prefetch("source_tags", SourceTag.objects.select_related("tag")),
    Prefetch("notes", ReliabilityNote.objects.select_related("by")),
    Prefetch("feeds", Feed.objects.select_related("job")),
)


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """The table of sources, narrowed and by name, a page at a time."""
    context = _table(request)
    if request.headers.get("HX-Target", "").endswith("#rows"):
        rows = render(request, "tracker/_sources.html", context)
        rows["HX-Push-Url"] = f"{request.path}?{context['view']}".removesuffix("?")
        return rows
    return render(request, "tracker/sources.html", context | _head(request))


def _head(request: HttpRequest) -> dict[str, Any]:
    """What stands above the table."""
    assert request.user.is_authenticated
    unclassified = Count("pk", filter=Q(kind=SourceKind.UNCLASSIFIED))
    unwell = Count("pk", filter=sourcefilter.UNWELL)
    return {
        **sourcefilter.choices(request.user),
        **Source.objects.standing().aggregate(number=Count("pk"), unclassified=unclassified),
        **Feed.objects.aggregate(feeds=Count("pk"), unwell=unwell),
        "saved": SavedFilter.objects.filter(user=request.user),
        "chosen_tags": set(request.GET.getlist("tag")),
    }


def _table(request: HttpRequest) -> dict[str, Any]:
    """A page of the table: the sources, their tags, notes, feeds and months, in a few queries."""
    asked = request.GET
    fitting = sourcefilter.narrowed(Source.objects.standing(), asked, request.user)
    name, _tilde, last_of = asked.get("after", "").rpartition("~")
    found = fitting
    if (pk := key(last_of)) is not None:
        found = fitting.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    page = list(found.prefetch_related(*_WITH)[: PAGE + 1])
    shown, now = page[:PAGE], timezone.now()
    months = sparks.months(shown, now)
    last = shown[-1] if len(page) > PAGE else None
    return {
        "rows": [
            {"source": one, "feed": _worst(one, now), "months": months[one.pk]} for one in shown
        ],
        "fitting": fitting.count(),
        "after": f"{last.name}~{last.pk}" if last else "",
        "asked": asked,
        "sample": any(one.sample for one in shown),
        "view": sourcefilter.asked_for(asked),
    }


def _worst(source: Source, now: datetime.datetime) -> FeedState | None:
    """The feed of a source that needs somebody most."""
    order = {"err": 0, "warn": 1, "off": 2, "ok": 3}
    states = [feed_state(feed, now) for feed in source.feeds.all()]
    return min(states, key=lambda state: order[state.tone], default=None)


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the choice under a name; a name that is there takes the new choice."""
    assert request.user.is_authenticated
    name = request.POST.get("name", "").strip()[:80]
    query = sourcefilter.asked_for_in(request.POST.get("view", ""))
    if not name or not query:
        messages.error(request, _("Choose something and give it a name."))
    else:
        SavedFilter.objects.update_or_create(
            user=request.user, name=name, defaults={"query": query}
        )
        messages.success(request, _("The filter is kept as “%(name)s”.") % {"name": name})
    return redirect(f"{reverse('sources')}?{query}")


@require_POST
def forget_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep it no longer."""
    assert request.user.is_authenticated
    get_object_or_404(SavedFilter, pk=pk, user=request.user).delete()
    messages.success(request, _("The filter is no longer kept."))
    return redirect("sources")
