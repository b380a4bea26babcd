"""The pages people read: the stories, their timelines, their claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sources.models import Run, Tag
from tracker import narrowing, origins, reading, timeline
from tracker.asked import SINCE, since, since_words, story_choice
from tracker.forms import BecauseForm, StatusForm
from tracker.models import Claim, Evidence, Stance, StatusChange, Story
from tracker.origins import Statement
from tracker.unseen import unseen
from tracker.visits import visit

PAGE = 30
SHOWN_OF_STANCE = 3


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the story when there is one, else the list of them."""
    stories = Story.objects.visible_to(request.user)
    first = list(stories[:2])
    if len(first) == 1:
        return redirect("story", first[0].slug)
    return redirect("stories")


@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """All stories this person may know of; the first steps when there is none."""
    shown = Story.objects.visible_to(request.user).annotate(number=Count("claims"))
    return render(request, "tracker/stories.html", {"shown": shown})


@require_GET
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """The timeline of a story: the overview of its claims, and what was said, newest first."""
    found = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    claims = list(found.claims.standing().with_status())
    evidence = Evidence.objects.visible_to(request.user).standing().filter(claim__in=claims)
    now = timezone.now()
    visited = visit(request.user, found, now)
    rows = reading.rows(evidence)
    choice = story_choice(request.GET, {claim.number: claim.pk for claim in claims})
    choice = replace(choice, since=since(since_words(request.GET), visited, now))
    context: dict[str, Any] = {
        "story": found,
        "claims": {claim.pk: claim for claim in claims},
        "choice": choice,
        "faults": _date_faults(request, choice),
        "visited": visited,
        "now": now,
        "since": since_words(request.GET),
        "since_words": SINCE,
        **_timeline(request, found, evidence, rows, choice, claims, visited.seen_until),
    }
    context["unseen"] = unseen(visited.seen_until, rows, context["claims"], context["page"])
    if request.headers.get("HX-Target", "").endswith("#list"):
        return render(request, "tracker/_list.html", context)
    return render(request, "tracker/story.html", context | _overview(found, rows, claims))


def _date_faults(request: HttpRequest, choice: narrowing.Choice) -> list[str]:
    """What is wrong with the dates asked for; a word that is no date narrows nothing."""
    faults = [
        _("“%(words)s” is no date: write it as in 2023-04-17. The other filters hold.")
        % {"words": words[:40]}
        for words, read in (
            (request.GET.get("from", "").strip(), choice.first),
            (request.GET.get("to", "").strip(), choice.last),
            (since_words(request.GET), choice.since),
        )
        if words and read is None and words not in SINCE
    ]
    if choice.first and choice.last and choice.first > choice.last:
        faults.append(_("The first day is after the last, so that no day fits."))
    return faults


def _timeline(
    request: HttpRequest,
    found: Story,
    evidence: Any,
    rows: list[narrowing.Row],
    choice: narrowing.Choice,
    claims: list[Claim],
    seen: datetime,
) -> dict[str, Any]:
    """A page of the list, its cards, and the figures beside the filters."""
    narrowed = narrowing.narrow(rows, choice)
    changes, events = _changes(claims, choice), _events(found, choice)
    page = timeline.page(
        reading.entries(narrowed, changes, events), request.GET.get("before", ""), PAGE
    )
    shown = [e.what for day in page.days for e in day.entries if isinstance(e.what, Statement)]
    facets = narrowing.facets(rows, choice)
    tags = Tag.objects.filter(slug__in=facets["tag"].keys() | choice.tag)
    return {
        "page": page,
        "statements": len(narrowed),
        "total": len(rows),
        "cards": reading.cards(shown, evidence, seen),
        "facets": facets,
        "stances": Stance.choices,
        "tags": sorted(tags, key=lambda tag: -facets["tag"].get(tag.slug, 0)),
        "speakers": _speakers(rows, facets),
    }


def _changes(claims: list[Claim], choice: narrowing.Choice) -> list[StatusChange]:
    """The status changes that belong beside what was chosen."""
    if choice.stance or choice.lang or choice.tag or choice.speaker:
        return []
    chosen = [claim for claim in claims if choice.claim in (None, claim.pk)]
    changes: list[StatusChange] = []
    for claim in chosen:
        changes += getattr(claim, "standing_changes", [])
    changes = [c for c in changes if choice.since is None or c.recorded_at > choice.since]
    return [c for c in changes if _within(c.effective_on, choice)]


def _events(found: Story, choice: narrowing.Choice) -> list[reading.KeyEvent]:
    """The key events, while nothing but dates was chosen."""
    if choice.stance or choice.lang or choice.tag or choice.speaker or choice.since or choice.claim:
        return []
    return [event for event in reading.key_events(found) if _within(event.on, choice)]


def _within(on: date, choice: narrowing.Choice) -> bool:
    return (choice.first or on) <= on <= (choice.last or on)


def _speakers(rows: list[narrowing.Row], facets: Any) -> list[tuple[str, str, int]]:
    """The origins to choose from: key, name and figure, the busiest first."""
    names: dict[str, str] = {}
    for said in (row.statement for row in rows if row.statement.origin):
        names[said.origin] = names.get(said.origin) or said.origin_name
    found = [
        (key, name, facets["speaker"].get(key, 0))
        for key, name in names.items()
        if not key.startswith("article:")
    ]
    return sorted(found, key=lambda speaker: (-speaker[2], speaker[1]))


def _overview(found: Story, rows: list[narrowing.Row], claims: list[Claim]) -> dict[str, Any]:
    """The chart and the figures of the whole story."""
    statements = [row.statement for row in rows]
    drawn = reading.overview(statements, claims, reading.key_events(found))
    stances: dict[int, dict[str, int]] = {}
    for said in statements:
        of_claim = stances.setdefault(said.claim, dict.fromkeys(Stance.values, 0))
        of_claim[said.stance] += 1
    return {
        "chart": drawn,
        "cells": reading.cells(drawn),
        "counts": reading.counts(statements),
        "by_stance": stances,
        "figures": origins.count(piece for said in statements for piece in said.pieces),
        "sources": len({piece.source for said in statements for piece in said.pieces}),
        "last_run": Run.objects.filter(finished_at__isnull=False).first(),
    }


@require_GET
def claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One claim: its status and why, its figures, who says what, and the passages."""
    at, now = _as_of(request), timezone.now()
    found = _claim(request, slug, number, at)
    visited = visit(request.user, found.story, now)
    evidence = Evidence.objects.visible_to(request.user).standing(at).filter(claim=found)
    pieces = reading.pieces(evidence)
    statements = list(reversed(origins.statements(pieces)))
    groups = {stance: [s for s in statements if s.stance == stance] for stance in Stance.values}
    listed = [said for group in groups.values() for said in group[:SHOWN_OF_STANCE]]
    return render(
        request,
        "tracker/claim.html",
        {
            "claim": found,
            "story": found.story,
            "as_of": at,
            "figures": origins.count(pieces),
            "sides": reading.by_side(statements),
            "groups": [(s, group, group[:SHOWN_OF_STANCE]) for s, group in groups.items() if group],
            "cards": reading.cards(listed, evidence, visited.seen_until),
            "related": reading.related(found, request.user),
            "speaking": reading.speaking(statements),
            "clusters": reading.clusters(evidence),
            "status_form": StatusForm(initial={"effective_on": timezone.localdate()}),
            "because_form": BecauseForm(),
        },
    )


def _as_of(request: HttpRequest) -> Any:
    """The end of the day the address asks for; None for now."""
    try:
        day = parse_date(request.GET.get("as-of", ""))
    except ValueError:
        day = None
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day, time.max))


def _claim(request: HttpRequest, slug: str, number: int, at: Any = None) -> Claim:
    """The claim with the status changes that stand, or that stood at a moment."""
    claims = Claim.objects.visible_to(request.user).select_related("story")
    found = get_object_or_404(claims.prefetch_related("parties"), story__slug=slug, number=number)
    changes = found.status_changes.standing(at).select_related(
        "status", "subject", "by_speaker", "recorded_by"
    )
    setattr(found, "standing_changes", list(changes))  # noqa: B010  set as the prefetch sets it
    return found


@require_GET
def evidence(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The permanent address of a passage: the article, opened at its mark."""
    passages = Evidence.objects.visible_to(request.user).select_related("version")
    found = get_object_or_404(passages, pk=pk, claim__story__slug=slug)
    response = redirect("article", found.version.article_id)
    response["Location"] += f"#e{found.pk}"
    return response


@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """The component sheet: every state there is to build, on one page, while developing."""
    if not settings.DEBUG:
        raise Http404
    colours = (
        "paper surface sunk ink ink2 ink3 rule line3 link focus supports reports disputes denies"
        " mark ok warn err"
    )
    return render(
        request, "tracker/kit.html", {"stances": Stance.choices, "colours": colours.split()}
    )
