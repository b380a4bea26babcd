"""The ingest as people see it: what a run brought, what needs attention, the nights before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sources import tasks
from sources.ingest import runs
from sources.models import Article, Feed, Fetch, Job, Run, Source
from sources.models.article import TextState
from tracker.models import Suggestion
from tracker.wording import GOOD, feed_state, outcome

NIGHTS, RUNS, FEEDS = 14, 30, 100


@require_GET
def ingest(request: HttpRequest) -> HttpResponse:
    """The newest run and the health of every feed."""
    return _page(request, Run.objects.select_related("requested_by").first())


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run of the past, or the one that is on."""
    return _page(request, get_object_or_404(Run.objects.select_related("requested_by"), pk=pk))


def _page(request: HttpRequest, found: Run | None) -> HttpResponse:
    context: dict[str, Any] = {"run": found, "sample": Source.objects.filter(sample=True).exists()}
    if found is not None:
        context |= _report(request, found)
    if request.headers.get("HX-Target", "").endswith("#run"):
        response = render(request, "tracker/_run.html", context)
        if found is not None and found.finished_at:
            response["HX-Refresh"] = "true"  # the tables below wait for the end as well
        return response
    now = timezone.now()
    feeds = Feed.objects.select_related("source", "job")
    unwell = feeds.filter(Q(failures__gt=0) | Q(gone_since__isnull=False) | Q(job__claims__gte=3))
    states = [feed_state(feed, now) for feed in unwell.order_by("-failures")[:FEEDS]]
    context |= {
        "attention": [state for state in states if state.tone in ("err", "warn")],
        "past": _past(),
        "feeds_total": Feed.objects.count(),
        "next_run": _next_run(),
    }
    return render(request, "tracker/ingest.html", context)


def _report(request: HttpRequest, found: Run) -> dict[str, Any]:
    """The run in figures, and its feeds a page at a time."""
    report = runs.report(found)
    good = report.feeds_by_outcome
    fetches = found.fetches.filter(feed__isnull=False)
    with_new = fetches.filter(new__gt=0).values("feed").distinct().count()
    failed = report.feeds_failed
    arrived = Article.objects.filter(items__feed__fetches__run=found)
    until = found.finished_at or timezone.now()
    within = Q(first_seen_at__gte=found.started_at, first_seen_at__lte=until)
    states = arrived.filter(within).distinct().values_list("text_state")
    made = Suggestion.objects.visible_to(request.user).filter(
        created_at__gte=found.started_at, created_at__lte=until
    )
    return {
        "report": report,
        "with_new": with_new,
        "nothing_new": max(0, sum(good.get(word, 0) for word in GOOD) - with_new),
        "failed": failed,
        "to_come": max(0, found.feeds - report.feeds_done),
        "text_states": {
            TextState(state).label: number
            for state, number in states.annotate(n=Count("pk", distinct=True)).order_by()
        },
        "suggested": made.visible_to(request.user).count(),
        "minutes": round((until - found.started_at).total_seconds() / 60),
        **_feeds(found, request.GET.get("after", "")),
    }


def _feeds(found: Run, after: str) -> dict[str, Any]:
    """The feeds the run asked, each with its last answer and its nights before."""
    feeds = Feed.objects.filter(fetches__run=found).distinct().select_related("source", "job")
    if after.isdecimal():
        feeds = feeds.filter(pk__gt=int(after))
    page = list(feeds.order_by("pk")[: FEEDS + 1])
    shown = page[:FEEDS]
    of_run = found.fetches.filter(feed__in=shown).values("feed")
    sums = {
        row["feed"]: row
        for row in of_run.annotate(
            new=Sum("new"), updated=Sum("updated"), took=Sum("seconds"), last=Max("pk")
        ).order_by()
    }
    last = Fetch.objects.in_bulk([row["last"] for row in sums.values()])
    nights = _nights(shown)
    now = timezone.now()
    return {
        "feed_rows": [
            {
                "state": feed_state(feed, now),
                "sums": sums[feed.pk],
                "fetch": last[sums[feed.pk]["last"]],
                "good": last[sums[feed.pk]["last"]].outcome in GOOD,
                "words": outcome(last[sums[feed.pk]["last"]].outcome),
                "nights": nights.get(feed.pk, []),
            }
            for feed in shown
        ],
        "after": shown[-1].pk if len(page) > FEEDS else None,
    }


def _nights(shown: list[Feed]) -> dict[int, list[str]]:
    """For each feed its last nights, oldest first: "o" brought news, "-" none, "x" failed."""
    latest = Run.objects.filter(kind="nightly").values_list("pk", flat=True)[:NIGHTS]
    rows = (
        Fetch.objects.filter(run__in=list(latest), feed__in=shown)
        .values("feed", "run", "run__started_at")
        .annotate(new=Sum("new"), fine=Count("pk", filter=Q(outcome__in=GOOD)))
        .order_by("run__started_at")
    )
    nights: dict[int, list[str]] = {}
    for row in rows:
        sign = "o" if row["new"] else "-" if row["fine"] else "x"
        nights.setdefault(row["feed"], []).append(sign)
    return nights


def _past() -> list[dict[str, Any]]:
    """The runs before, newest first, each with what it brought and how many feeds failed it."""
    found = list(Run.objects.select_related("requested_by")[:RUNS])
    rows = (
        Fetch.objects.filter(run__in=found, feed__isnull=False)
        .values("run")
        .annotate(
            new=Sum("new"),
            failed=Count("feed", filter=~Q(outcome__in=GOOD), distinct=True),
        )
        .order_by()
    )
    figures = {row["run"]: (row["new"] or 0, row["failed"]) for row in rows}
    top = max((new for new, _failed in figures.values()), default=0) or 1

    def height(run: int) -> int:
        return round(figures.get(run, (0, 0))[0] / top * 48) + 1

    return [
        {
            "run": one,
            "new": figures.get(one.pk, (0, 0))[0],
            "failed": figures.get(one.pk, (0, 0))[1],
            "height": height(one.pk),
            "top": -height(one.pk),
        }
        for one in found
    ]


def _next_run() -> Any:
    """When the next feed is due."""
    polled = Job.objects.filter(kind="feed", feed__enabled=True).order_by("due_at")
    return polled.values_list("due_at", flat=True).first()


@require_POST
@permission_required("sources.start_run", raise_exception=True)
def start(request: HttpRequest) -> HttpResponse:
    """Ask every feed now."""
    assert request.user.is_authenticated
    made = runs.open_manual(Feed.objects.polled(), timezone.now(), by=request.user)
    tasks.ring()
    return redirect("run", made.pk)


@require_POST
@permission_required("sources.start_run", raise_exception=True)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one feed again, now."""
    assert request.user.is_authenticated
    feed = get_object_or_404(Feed.objects.polled().select_related("source"), pk=pk)
    feeds = Feed.objects.filter(pk=feed.pk)
    runs.open_manual(feeds, timezone.now(), by=request.user, scope=str(feed.source))
    tasks.ring()
    if "HX-Request" in request.headers:
        return render(request, "tracker/_asked.html", {"feed": feed})
    messages.success(request, _("%(feed)s is being asked.") % {"feed": feed.source})
    return redirect("ingest")
