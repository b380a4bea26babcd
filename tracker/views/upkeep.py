"""What an administrator does to the ingest: run now, pause, resume, move, free, ask again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sources import tasks
from sources.ingest import runs, upkeep
from sources.models import Article, Feed, Job, Run, Source
from sources.models.feed import FeedQuerySet
from tracker.forms.pausing import PauseError, pause_asked
from tracker.timeline.dating import day

LEAST_MINUTES, MOST_MINUTES = 15, 24 * 60
may_run = permission_required("sources.start_run", raise_exception=True)
may_change = permission_required("sources.change_feed", raise_exception=True)


@require_POST
@may_run
def start(request: HttpRequest) -> HttpResponse:
    """Ask every feed now, or those of one source."""
    feeds, scope = Feed.objects.polled(), ""
    if slug := request.POST.get("source", ""):
        source = get_object_or_404(Source, slug=slug)
        feeds, scope = feeds.filter(source=source), str(source)
    if not feeds.exists():
        said = _("None of these feeds is asked. Resume one of them first.")
        return _answer(request, None, said, wrong=True)
    return redirect("run", _open(request, feeds, scope)[0].pk)


def _open(request: HttpRequest, feeds: FeedQuerySet, scope: str) -> tuple[Run, bool]:
    """The run over these feeds: the one that is on, or a new one. Whether the broker was reached.

    Twice the same button asks nobody twice.
    """
    assert request.user.is_authenticated
    on = Run.objects.filter(finished_at=None, scope=scope).first()
    if on is not None:
        messages.info(request, _("This run is on already."))
        return on, True
    made = runs.open_manual(feeds, timezone.now(), by=request.user, scope=scope)
    rung = tasks.ring()
    if not rung:
        messages.warning(request, _without_broker())
    return made, rung


def _without_broker() -> str:
    return _("The broker is down. Nothing is lost: the next sweep does it once the broker is back.")


@require_POST
@may_run
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one feed again, now."""
    feed = _feed(pk)
    if not feed.enabled:
        return _answer(request, feed, _("It is not asked at all. Resume it first."), wrong=True)
    scope = f"{feed.source}, {feed}"
    if Run.objects.filter(finished_at=None, scope=scope).exists():
        return _answer(request, feed, _("It is being asked already."))
    assert request.user.is_authenticated
    feeds = Feed.objects.filter(pk=feed.pk)
    runs.open_manual(feeds, timezone.now(), by=request.user, scope=scope)
    return _answer(
        request, feed, _("It is being asked now.") if tasks.ring() else _without_broker()
    )


@require_POST
@may_change
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a feed, with a reason and the day on which it is asked again."""
    feed = _feed(pk)
    try:
        because, until = pause_asked(_value(request, "because"), _value(request, "until"))
    except PauseError as error:
        return _answer(request, feed, str(error), wrong=True)
    upkeep.pause(feed, because, until)
    said = _("Paused until %(day)s.") % {"day": day(until)}
    return _answer(request, feed, said, undo=("resume-feed", {}))


@require_POST
@may_change
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a feed again that was paused or given up."""
    feed = _feed(pk)
    back: dict[str, str] = {"because": feed.paused_because}
    if feed.paused_until and feed.paused_until > timezone.now():
        back["until"] = timezone.localdate(feed.paused_until).isoformat()
    upkeep.resume(feed)
    said = _("Resumed. It is asked at once.") if tasks.ring() else _without_broker()
    return _answer(request, feed, said, undo=("pause-until", back) if len(back) == 2 else None)


@require_POST
@may_change
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Poll a feed at another address: where it redirects to, or where it was found."""
    feed = _feed(pk)
    before = feed.url
    try:
        upkeep.move(feed, _value(request, "url"))
    except upkeep.UnusableAddressError:
        return _answer(request, feed, _("That is no address of the web."), wrong=True)
    except upkeep.AddressTakenError as taken:
        holder = f"{taken.holder.source}, {taken.holder}"
        said = _("%(feed)s is polled there already. Pause one of the two.") % {"feed": holder}
        return _answer(request, feed, said, wrong=True)
    tasks.ring()
    said = _("It is now asked at %(url)s.") % {"url": feed.url}
    return _answer(request, feed, said, undo=("move-feed", {"url": before}))


@require_POST
@may_change
def pace(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how often a feed is asked; without a number as often as every other."""
    feed = _feed(pk)
    asked = _value(request, "minutes").strip()
    if asked and not (asked.isdecimal() and LEAST_MINUTES <= int(asked) <= MOST_MINUTES):
        said = _("Between %(least)d and %(most)d minutes, or nothing.")
        limits = {"least": LEAST_MINUTES, "most": MOST_MINUTES}
        return _answer(request, feed, said % limits, wrong=True)
    before = "" if feed.poll_minutes is None else str(feed.poll_minutes)
    upkeep.pace(feed, int(asked) if asked else None)
    said = _("It is asked at least every %(n)s minutes from now on.") % {"n": asked}
    if not asked:
        said = _("It is asked with every nightly run.")
    return _answer(request, feed, said, undo=("pace-feed", {"minutes": before}))


@require_POST
@may_run
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the stuck job of a feed be taken up again."""
    feed = _feed(pk)
    upkeep.release(get_object_or_404(Job, feed=feed))
    said = _("It is taken up again now. Should it stick three more times, it comes back here.")
    return _answer(request, feed, said if tasks.ring() else _without_broker())


@require_POST
@may_run
def ask_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch one article's page again; frees its job when that was stuck."""
    article = get_object_or_404(Article, pk=pk)
    upkeep.ask_article(article)
    said = _("The page is being asked for again.") if tasks.ring() else _without_broker()
    return _answer(request, None, said)


def _feed(pk: int) -> Feed:
    return get_object_or_404(Feed.objects.select_related("source"), pk=pk)


def _value(request: HttpRequest, name: str) -> str:
    """What was typed, or what an undo button's address says."""
    return request.POST.get(name) or request.GET.get(name, "")


def _answer(
    request: HttpRequest,
    feed: Feed | None,
    said: str,
    *,
    undo: tuple[str, dict[str, str]] | None = None,
    wrong: bool = False,
) -> HttpResponse:
    """What came of it, and the way back: a part for htmx, else a message on the page before."""
    way_back = ""
    if undo is not None and feed is not None:
        way_back = f"{reverse(undo[0], args=[feed.pk])}?{urlencode(undo[1])}".rstrip("?")
    if "HX-Request" in request.headers:
        context: dict[str, Any] = {"said": said, "undo": way_back, "wrong": wrong}
        status = 422 if wrong else 200
        return render(request, "tracker/_ingest_done.html", context, status=status)
    level = messages.ERROR if wrong else messages.SUCCESS
    messages.add_message(request, level, said, extra_tags=way_back)
    before = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        return redirect(before)
    return redirect("ingest-feed", feed.pk) if feed else redirect("ingest")
