"""The source desk: who publishes, their tags, their feeds."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sources.ingest import upkeep
from sources.models import Article, Feed, Source, Tag
from sources.models.source import SourceKind, SourceQuerySet
from tracker import finding
from tracker.forms import SourceForm, TagForm
from tracker.views.going import back
from tracker.wording import FeedState, feed_state

PAGE = 50
MONTHS = 22


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """The table of sources, narrowed and by name, a page at a time."""
    context = _table(request.GET)
    if request.headers.get("HX-Target", "").endswith("#rows"):
        return render(request, "tracker/_sources.html", context)
    return render(request, "tracker/sources.html", context | _head())


def _head() -> dict[str, Any]:
    """What stands above the table."""
    return {
        "tags": Tag.objects.annotate(n=Count("source_tags")),
        "kinds": SourceKind.choices,
        "number": Source.objects.standing().count(),
        "feeds": Feed.objects.count(),
        "unwell": Feed.objects.filter(_UNWELL).count(),
    }


_UNWELL = Q(failures__gte=1) | Q(gone_since__isnull=False)


def _table(asked: QueryDict) -> dict[str, Any]:
    """A page of the table: the sources, their tags, feeds and months, in a few queries."""
    found = _narrowed(Source.objects.standing(), asked)
    name, _tilde, pk = asked.get("after", "").rpartition("~")
    if pk.isdecimal():
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(pk)))
    page = list(found.prefetch_related("source_tags__tag", "feeds__job")[: PAGE + 1])
    shown = page[:PAGE]
    now = timezone.now()
    months = _months(shown, now)
    last = shown[-1] if len(page) > PAGE else None
    asked_without_page = asked.copy()
    asked_without_page.pop("after", None)
    return {
        "rows": [
            {"source": one, "feed": _worst(one, now), "months": months[one.pk]} for one in shown
        ],
        "after": f"{last.name}~{last.pk}" if last else "",
        "asked": asked,
        "sample": any(one.sample for one in shown),
        "view": asked_without_page.urlencode(),
    }


def _narrowed(found: SourceQuerySet, asked: QueryDict) -> SourceQuerySet:
    """The sources that fit the name, tag, type and feed health asked for."""
    if words := asked.get("q", "").strip():
        found = found.filter(
            Q(name__unaccent__icontains=words)
            | Q(owner__unaccent__icontains=words)
            | Q(community__unaccent__icontains=words)
        )
    if tag := asked.get("tag", ""):
        found = found.tagged(tag)
    if (kind := asked.get("kind", "")) in SourceKind.values:
        found = found.filter(kind=kind)
    health = {"failing": _UNWELL, "paused": Q(enabled=False), "working": Q(failures=0)}
    if condition := health.get(asked.get("health", "")):
        feeds = Feed.objects.filter(condition)
        found = found.filter(pk__in=feeds.values("source"))
    return found


def _worst(source: Source, now: datetime.datetime) -> FeedState | None:
    """The feed of a source that needs somebody most."""
    order = {"err": 0, "warn": 1, "off": 2, "ok": 3}
    states = [feed_state(feed, now) for feed in source.feeds.all()]
    return min(states, key=lambda state: order[state.tone], default=None)


def _months(shown: list[Source], now: datetime.datetime) -> dict[int, dict[str, Any]]:
    """Articles a month of each source, as the heights of bars, this month last."""
    today = timezone.localdate(now)
    first = today.year * 12 + today.month - MONTHS
    since = datetime.date(first // 12, first % 12 + 1, 1)
    counted: defaultdict[int, list[int]] = defaultdict(lambda: [0] * MONTHS)
    rows = (
        Article.objects.filter(source__in=shown, sort_at__date__gte=since)
        .annotate(month=TruncMonth("sort_at"))
        .values_list("source_id", "month")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for source, month, number in rows:
        place = month.year * 12 + month.month - 1 - first
        if 0 <= place < MONTHS:
            counted[source][place] = number
    return {one.pk: _bars(counted[one.pk]) for one in shown}


def _bars(numbers: list[int]) -> dict[str, Any]:
    top = max([*numbers, 1])
    marks = [
        f"M{place + 0.5:g} 26v{-max(2, 24 * number / top):.1f}" if number else ""
        for place, number in enumerate(numbers)
    ]
    return {
        "past": "".join(marks[:-1]),
        "now": marks[-1],
        "total": sum(numbers),
        "this": numbers[-1],
    }


@require_POST
@permission_required("sources.tag_source", raise_exception=True)
def tag(request: HttpRequest) -> HttpResponse:
    """Put one tag on the ticked sources, or take it off; a new word is asked about first."""
    assert request.user.is_authenticated
    data = request.POST.copy()
    if "one" in data:  # the little cross on a tag: "untag~source~tag"
        data["verb"], pk, data["tag"] = (data.get("one", "").split("~", 2) + ["", ""])[:3]
        data.setlist("source", [pk])
    if "create" in data:
        data["verb"] = "tag"
    form = TagForm(data)
    valid = form.is_valid()
    found = form.cleaned_data.get("found")
    if not valid or found is None:
        return _tagged(request, {"form": form, "new_tag": valid and data["tag"]}, 422)
    ticked, verb = list(form.cleaned_data["source"]), form.cleaned_data["verb"]
    changed = []
    for source in ticked:
        if verb == "untag" and source.untag(found):
            changed.append(source)
        elif verb == "tag" and not source.source_tags.filter(tag=found).exists():
            source.tag(found, request.user)
            changed.append(source)
    done = {"verb": verb, "tag": found, "sources": changed, "text": _said(verb, found, changed)}
    return _tagged(request, {"done": done}, 200)


def _said(verb: str, found: Tag, changed: list[Source]) -> str:
    """What was done, in words."""
    number = len(changed)
    if verb == "untag":
        words = ngettext(
            "Tag “%(tag)s” removed from %(n)d source.",
            "Tag “%(tag)s” removed from %(n)d sources.",
            number,
        )
    else:
        words = ngettext(
            "Tag “%(tag)s” added to %(n)d source.",
            "Tag “%(tag)s” added to %(n)d sources.",
            number,
        )
    return words % {"tag": found, "n": number}


def _tagged(request: HttpRequest, outcome: dict[str, Any], status: int) -> HttpResponse:
    """The rows anew with the way back, or the whole page for who has no script."""
    context = _table(QueryDict(request.POST.get("view", ""))) | outcome
    if "done" not in outcome:
        context["ticked"] = {int(pk) for pk in request.POST.getlist("source") if pk.isdecimal()}
    if "HX-Request" in request.headers:
        return render(request, "tracker/_tagged.html", context, status=status)
    if "done" in outcome:
        messages.success(request, outcome["done"]["text"])
        return redirect(back(request, reverse("sources")))
    return render(request, "tracker/sources.html", context | _head(), status=status)


@require_GET
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: what we know of it, its feeds and how they do, its newest articles."""
    found = get_object_or_404(Source.objects.select_related("merged_into"), slug=slug)
    if found.merged_into:
        return redirect("source", found.merged_into.slug)
    now = timezone.now()
    return render(
        request,
        "tracker/source.html",
        {
            "source": found,
            "states": [feed_state(feed, now) for feed in found.feeds.select_related("job")],
            "hosts": found.hosts.all(),
            "given": found.source_tags.select_related("tag", "by"),
            "page": finding.newest(found.articles.all(), request.GET.get("before", ""), 30),
            "months": _months([found], now)[found.pk],
            "form": SourceForm(instance=found),
            "tags": Tag.objects.all(),
        },
    )


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
@permission_required("sources.change_source", raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a feed, with a reason, or let it go on."""
    feed = get_object_or_404(Feed.objects.select_related("source"), pk=pk)
    because = request.POST.get("because", "").strip()[:300]
    if feed.enabled and not because:
        messages.error(request, _("A pause needs a reason."))
    else:
        if feed.enabled:
            upkeep.pause(feed, because, None)
        else:
            upkeep.resume(feed)
        messages.success(request, _("Resumed.") if feed.enabled else _("Paused."))
    return redirect("source", feed.source.slug)
