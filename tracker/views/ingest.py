"""The ingest as people see it: last night, what needs attention, every feed, the nights before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sources.ingest import runs
from sources.models import Article, Feed, FeedItem, Fetch, Job, Run, Source, Version
from tracker.forms import pausing
from tracker.models import Evidence, StoryArticle, Suggestion
from tracker.models.typed import key
from tracker.operations import feedhistory, feedwatch, watch
from tracker.operations.feedwatch import Watched
from tracker.operations.night import Asked, Night, arrived, copies_by_feed, kept, night
from tracker.operations.remedy import trouble
from tracker.operations.wording import GOOD, feed_format, outcome
from tracker.passages import alterations
from tracker.samples import samplenights

NIGHTS, RUNS, FEEDS, FETCHES, TROUBLES, ARTICLES = 30, 60, 50, 50, 30, 20
_RESULTS = ("failed", "partial", "new", "same")


@require_GET
def ingest(request: HttpRequest) -> HttpResponse:
    """Last night, or the run that is on; then every feed, those that need a human first."""
    now = timezone.now()
    rows = feedwatch.watched(Feed.objects.select_related("source", "job"), now)
    unwell = [one for one in rows if one.needs_somebody]
    shown = Paginator(_narrowed(rows, request.GET.get("show", "")), FEEDS).get_page(
        request.GET.get("page")
    )
    _complete(request, {id(one): one for one in (*unwell[:TROUBLES], *shown)}.values())
    stuck, stuck_number = feedwatch.stuck_articles(ARTICLES)
    found = _shown_run()
    quiet = [one.feed.pk for one in rows if one.quiet]
    context = {
        **({} if found is None else _report(request, found, now, quiet)),
        "run": found,
        "idle_since": watch.idle_since(now),
        "sample": Source.objects.filter(sample=True).exists(),
        "sample_nights": samplenights.exists(),
        "troubles": [trouble(one) for one in unwell[:TROUBLES]],
        "unwell": len(unwell),
        "feeds": shown,
        "feeds_total": len(rows),
        "show": request.GET.get("show", ""),
        "stuck": stuck,
        "stuck_number": stuck_number,
        "next_run": runs.next_night(now),
        **_past(now),
    }
    return render(request, "tracker/ingest.html", context)


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it brought, feed by feed. htmx asks for its head while it is on."""
    now = timezone.now()
    found = get_object_or_404(Run.objects.select_related("requested_by"), pk=pk)
    context = {"run": found, **_report(request, found, now)}
    if request.headers.get("HX-Target", "").endswith("#run"):
        response = render(request, "tracker/_run.html", context)
        if found.finished_at:
            response["HX-Refresh"] = "true"  # the tables below wait for the end as well
        return response
    of_run: Night = context["night"]
    asked = sorted(of_run.asked, key=lambda one: (_RESULTS.index(one.result), -one.new, one.feed))
    shown = Paginator(asked, FEEDS).get_page(request.GET.get("page"))
    unread = arrived(found, now).exclude(text_state__in=("ok", "pending"))
    context |= {
        "feeds": shown,
        "feed_rows": _asked_rows(found, shown, now),
        "unread": unread.select_related("source").order_by("text_state", "-pk")[:ARTICLES],
        "sample": Source.objects.filter(sample=True).exists(),
    }
    return render(request, "tracker/ingest_run.html", context)


@require_GET
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    """One feed: how it does, what was done to it, and every answer it gave."""
    now = timezone.now()
    found = get_object_or_404(Feed.objects.select_related("source", "job__host"), pk=pk)
    (one,) = feedwatch.watched([found], now)
    _complete(request, [one])
    fetches = found.fetches.select_related("run").defer("headers", "hops")
    before = key(request.GET.get("before", ""))
    if before is not None:
        fetches = fetches.filter(pk__lt=before)
    page = list(fetches.order_by("-pk")[: FETCHES + 1])
    context = {
        "one": one,
        "trouble": trouble(one) if one.needs_somebody else None,
        "source": found.source,
        "format": feed_format(found.format),
        "fetches": [(fetch, outcome(fetch.outcome)) for fetch in page[:FETCHES]],
        "good": GOOD,
        "before": page[FETCHES - 1].pk if len(page) > FETCHES else None,
        "acts": feedhistory.acts(found),
        "unread": _unread(found),
        "entries": FeedItem.objects.feed_only().filter(feed=found)[:ARTICLES],
        "paces": [15, 60, 240],
        "tomorrow": timezone.localdate(now) + timedelta(days=1),
        "resumes_by_default": timezone.localdate(now) + timedelta(days=pausing.DAYS),
    }
    return render(request, "tracker/ingest_feed.html", context)


def _unread(feed: Feed) -> Any:
    """The newest articles of a feed that have no full text."""
    newest = feed.items.exclude(article=None).order_by("-first_seen").values("article")[:200]
    unread = Article.objects.filter(pk__in=newest).exclude(text_state__in=("ok", "pending"))
    return unread.select_related("source").order_by("-pk")[:ARTICLES]


def _narrowed(rows: list[Watched], show: str) -> list[Watched]:
    """The feeds somebody asked to see; all of them unless it is a word we know."""
    if show == "attention":
        return [one for one in rows if one.needs_somebody]
    if show == "paused":
        return [one for one in rows if not one.feed.enabled]
    return rows


def _complete(request: HttpRequest, rows: Iterable[Watched]) -> None:
    """Add who relies on each feed and how its last nights were, in three queries."""
    shown = list(rows)
    evidence = Evidence.objects.visible_to(request.user)
    claims = feedwatch.relying({one.feed.source_id for one in shown}, evidence)
    nights = feedwatch.last_nights(one.feed.pk for one in shown)
    for one in shown:
        one.claims = claims.get(one.feed.source_id, [])
        one.nights = nights.get(one.feed.pk, [])


def _shown_run() -> Run | None:
    """The run that is on; else the newest over all feeds; else the newest. Never one that asks no
    feed: of pasted addresses, or whose feeds a later one took over."""
    newest = Run.objects.exclude(feeds=0).select_related("requested_by")
    wide = Q(kind="nightly") | Q(scope="")
    return newest.filter(finished_at=None).first() or newest.filter(wide).first() or newest.first()


def _report(
    request: HttpRequest, found: Run, now: datetime, quiet: Iterable[int] | None = None
) -> dict[str, Any]:
    """A run in figures, as this reader may see them."""
    counted = night(found, now, None if found.finished_at is None else quiet)
    until = found.finished_at or now
    made = Suggestion.objects.visible_to(request.user)
    read, wanted = kept(found, now, StoryArticle.objects.visible_to(request.user))
    context: dict[str, Any] = {
        "night": counted,
        "bar": _bar(counted),
        "read": read,
        "dropped": read - wanted,
        "suggested": made.filter(version__fetch__run=found).count(),
        "minutes": round((until - found.started_at).total_seconds() / 60),
        **(_edited(request, found, counted.edits) if counted.edits else {}),
    }
    if found.finished_at is None:
        waiting = dict(found.jobs.values_list("kind").annotate(n=Count("pk")).order_by())
        held = Job.objects.filter(run=found, lease_until__gt=now).order_by("host")
        context |= {
            "pages_to_come": sum(n for kind, n in waiting.items() if kind != "feed"),
            "hosts": held.values_list("host", flat=True).distinct()[:5],
            "again": found.jobs.filter(kind="feed", due_at__gt=now).aggregate(
                n=Count("pk"), first=Min("due_at")
            ),
        }
    return context


def _edited(request: HttpRequest, found: Run, number: int) -> dict[str, Any]:
    """The texts that publishers edited, and whether evidence somebody has to look at is in them."""
    edits = Version.objects.filter(fetch__run=found, kind="publisher_edit")
    shown = edits.select_related("article__source").defer("text", "search")
    return {
        "edited": shown.annotate(before=F("seq") - 1).order_by("-pk")[:ARTICLES],
        "edits_more": number - ARTICLES,
        "edits_cited": alterations.waiting(request.user).filter(version__in=edits).exists(),
    }


def _bar(counted: Night) -> list[dict[str, Any]]:
    """The parts of the bar: how a feed's result is drawn, from where to where in per cent."""
    parts, start = [], 0.0
    for result in ("new", "same", "partial", "failed"):
        width = 100 * counted.number(result) / (counted.feeds or 1)
        if width:
            parts.append({"kind": result, "x": f"{start:.3f}%", "width": f"{width:.3f}%"})
        start += width
    return parts


def _asked_rows(found: Run, shown: Page[Asked], now: datetime) -> list[dict[str, Any]]:
    """The feeds of one page of a run's table, each with its nights before and its copies."""
    pks = [one.feed for one in shown]
    feeds = Feed.objects.select_related("source").in_bulk(pks)
    nights = feedwatch.last_nights(pks)
    copies = copies_by_feed(found, now, pks)
    return [
        {
            "asked": one,
            "feed": feeds[one.feed],
            "words": outcome(one.outcome),
            "copies": copies.get(one.feed, 0),
            "nights": nights.get(one.feed, []),
        }
        for one in shown
        if one.feed in feeds
    ]


def _past(now: datetime) -> dict[str, Any]:
    """The runs of the last 30 nights, newest first, and the bars of the nightly ones."""
    recent = Run.objects.filter(started_at__gte=now - timedelta(days=NIGHTS))
    found = list(recent.select_related("requested_by")[:RUNS])
    rows = (
        Fetch.objects.filter(run__in=found, feed__isnull=False)
        .values("run")
        .annotate(
            n=Sum("new"),
            asked=Count("feed", distinct=True),
            fine=Count("feed", filter=Q(outcome__in=GOOD), distinct=True),
        )
        .order_by()
    )
    figures = {row["run"]: (row["n"] or 0, row["asked"] - row["fine"]) for row in rows}
    past = [
        {
            "run": one,
            "new": figures.get(one.pk, (0, 0))[0],
            "failed": figures.get(one.pk, (0, 0))[1],
        }
        for one in found
    ]
    nights = [row for row in reversed(past) if row["run"].kind == "nightly"][-NIGHTS:]
    return {"past": past, "nights": _columns(nights)}


def _columns(nights: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nights as columns 48 high at most, what failed in up to 12 on top."""
    top = max((row["new"] for row in nights), default=0) or 1
    columns = []
    for place, row in enumerate(nights):
        new = round(row["new"] / top * 48) + 1
        failed = min(row["failed"] * 4, 12)
        columns.append(
            {
                "x": place * 10 + 1,
                "new": new,
                "y": 61 - new,
                "failed": failed,
                "top": 60 - new - failed,
            }
        )
    return columns
