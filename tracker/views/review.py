"""The inbox: passages the machine suggests, and a person's decision on each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from tracker import decisions, surroundings
from tracker.decisions import AlreadyDecidedError
from tracker.linking import LinkError
from tracker.models import Claim, Evidence, Suggestion, User
from tracker.models.suggestion import SuggestionQuerySet
from tracker.passageforms import UNNAMED, ReadingForm

PAGE = 50
STATES = {"new": Suggestion.State.NEW, "unsure": Suggestion.State.UNSURE}


def _queue(request: HttpRequest, asked: QueryDict) -> SuggestionQuerySet:
    """The suggestions the address asks for, those of the newest articles first.

    By default they are those nobody has decided.
    """
    state = STATES.get(asked.get("state", ""), Suggestion.State.NEW)
    queue = Suggestion.objects.visible_to(request.user).filter(state=state)
    story, claim = asked.get("story", ""), asked.get("claim", "")
    if story:
        queue = queue.filter(claim__story__slug=story)
    if claim.isdecimal():
        queue = queue.filter(claim__number=int(claim))
    return queue.order_by("-article__sort_at", "-pk")


def _after(queue: SuggestionQuerySet, one: Suggestion) -> SuggestionQuerySet:
    """What follows a suggestion in a queue, whether or not it still stands in it."""
    at = one.article.sort_at
    return queue.filter(Q(article__sort_at__lt=at) | Q(article__sort_at=at, pk__lt=one.pk))


@require_GET
@cache_control(no_store=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """The queue on the left, one suggestion and its decision on the right."""
    at = request.GET.get("at", "")
    open_one = _one(request, int(at)) if at.isdecimal() else None
    pane_alone = request.headers.get("HX-Target", "").endswith("#pane")
    template = "tracker/_pane.html" if pane_alone else "tracker/inbox.html"
    return render(request, template, _page(request, open_one))


def _page(
    request: HttpRequest, open_one: Suggestion | None, form: ReadingForm | None = None
) -> dict[str, Any]:
    """What the whole inbox shows: the list, and the suggestion opened or else the first."""
    view = _view(request)
    queue = _queue(request, view)
    before = request.GET.get("before", "")
    page = _after(queue, _one(request, int(before))) if before.isdecimal() else queue
    rows = list(page.for_display()[: PAGE + 1])
    earlier = rows[PAGE - 1].pk if len(rows) > PAGE else None
    rows = rows[:PAGE]
    one = open_one or (rows[0] if rows else None)
    if one and one.pk not in {row.pk for row in rows}:
        rows.insert(0, one)
    return {
        "rows": rows,
        "earlier": earlier,
        "waiting": queue.count(),
        "opened": open_one is not None,
        "unsure_ones": view.get("state") == "unsure",
        "sample": any(row.claim.story.sample for row in rows),
        **_pane(request, one, form),
    }


def _one(request: HttpRequest, pk: int) -> Suggestion:
    visible = Suggestion.objects.visible_to(request.user).for_display()
    return get_object_or_404(visible, pk=pk)


def _view(request: HttpRequest) -> QueryDict:
    """Which queue is being worked on; a form carries it along in one field of its own."""
    asked = QueryDict(request.POST.get("view", "")) if request.method == "POST" else request.GET
    view = QueryDict(mutable=True)
    for name in ("state", "story", "claim"):
        if asked.get(name):
            view[name] = asked.get(name, "")
    return view


def _pane(
    request: HttpRequest,
    suggestion: Suggestion | None,
    form: ReadingForm | None = None,
) -> dict[str, Any]:
    """What the right side shows of a suggestion."""
    view = _view(request)
    context: dict[str, Any] = {"one": suggestion, "view": view.urlencode()}
    if suggestion is None:
        return context
    linked = Evidence.objects.visible_to(request.user).standing().filter(claim=suggestion.claim)
    following = _after(_queue(request, view), suggestion).values_list("pk", flat=True)
    return context | {
        "parts": surroundings.parts(suggestion),
        "form": form or _form(request, suggestion),
        "linked": linked.for_display().order_by("-pk")[:2],
        "next": following.first(),
        "open": suggestion.state in decisions.OPEN,
    }


def _form(request: HttpRequest, suggestion: Suggestion, data: Any = None) -> ReadingForm:
    """The reading the machine proposes, to be confirmed or changed.

    A speaker is filled in only when the text names one; the chain's own words say the rest.
    """
    said_by = ""
    if suggestion.speaker_id:
        said_by = str(suggestion.speaker_id)
    elif suggestion.chain and suggestion.speaker_words:
        said_by = UNNAMED if surroundings.ends_unnamed(suggestion.chain) else ""
    claims = Claim.objects.visible_to(request.user).standing()
    return ReadingForm(
        data,
        claims=claims.filter(story=suggestion.claim.story_id),
        initial={
            "claim": suggestion.claim_id,
            "stance": suggestion.stance,
            "said_by": said_by,
            "chain": suggestion.chain,
        },
    )


@require_POST
@permission_required("tracker.decide_suggestion", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, reject or leave one suggestion, and show the next."""
    suggestion = _one(request, pk)
    assert request.user.is_authenticated
    form = _form(request, suggestion, request.POST)
    verb = request.POST.get("verb", "accept")
    try:
        if suggestion.state not in decisions.OPEN:
            raise AlreadyDecidedError(suggestion)
        if verb == "reject":
            decisions.reject(suggestion, request.user, request.POST.get("because", "")[:300])
        elif verb == "unsure":
            decisions.unsure(suggestion, request.user)
        elif not form.is_valid():
            return _again(request, suggestion, form, 422)
        else:
            reading = form.reading()
            decisions.accept(suggestion, reading, request.user, form.cleaned_data["claim"])
    except LinkError as error:
        form.add_error(None, str(error))
        return _again(request, suggestion, form, 422)
    except AlreadyDecidedError as error:
        if not _same(error.suggestion, request.user, verb, form):
            return _again(request, error.suggestion, form, 409)
    return _go_on(request, _one(request, pk))


def _same(decided: Suggestion, by: User, verb: str, form: ReadingForm) -> bool:
    """Whether somebody asks a second time for what they decided: a double press, a slow answer."""
    if decided.decided_by_id != by.pk:
        return False
    if verb != "accept" or decided.evidence is None:
        return verb == "reject" and decided.state == Suggestion.State.REJECTED
    made, said = decided.evidence, form.cleaned_data if form.is_valid() else {}
    who = said.get("said_by", "")
    if who == "other":
        speaker = made.speaker is not None and made.speaker.name == said["other_speaker"].strip()
    else:
        speaker = made.speaker_id == (int(who) if who.isdecimal() else None)
    return speaker and _facts(made) == (
        said["claim"].pk if said else None,
        said.get("stance"),
        said.get("denies_what"),
        said.get("event_on"),
        said.get("event_until"),
    )


def _facts(made: Evidence) -> tuple[Any, ...]:
    return made.claim_id, made.stance, made.denies_what, made.event_on, made.event_until


def _again(
    request: HttpRequest, suggestion: Suggestion, form: ReadingForm, status: int
) -> HttpResponse:
    """The same suggestion, with what stood in the way; what was chosen stays on the screen."""
    conflict = _one(request, suggestion.pk) if status == 409 else None
    if "HX-Request" in request.headers:
        context = _pane(request, suggestion, form) | {"conflict": conflict}
        return render(request, "tracker/_pane.html", context, status=status)
    context = _page(request, suggestion, form) | {"conflict": conflict}
    return render(request, "tracker/inbox.html", context, status=status)


def _go_on(request: HttpRequest, done: Suggestion, undone: bool = False) -> HttpResponse:
    """The next suggestion, the decided row in its place, and the way back."""
    queue = _queue(request, _view(request))
    later = _after(queue, done).for_display().first()
    following = done if undone else later or queue.for_display().first()
    context = _pane(request, following)
    if "HX-Request" in request.headers:
        context |= {"done": done, "waiting": queue.count(), "undone": undone}
        return render(request, "tracker/_decided.html", context)
    if not undone:
        messages.success(
            request,
            _("%(verdict)s: %(quote)s")
            % {"verdict": done.get_state_display(), "quote": done.exact[:80]},
            extra_tags=reverse("undo-decision", args=[done.pk]),
        )
    at = _view(request)
    if following:
        at["at"] = str(following.pk)
    return redirect(f"{reverse('inbox')}?{at.urlencode()}")


@require_POST
@permission_required("tracker.decide_suggestion", raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own decision back; evidence it made is withdrawn."""
    suggestion = _one(request, pk)
    assert request.user.is_authenticated
    try:
        decisions.undo(suggestion, request.user)
    except AlreadyDecidedError as error:
        return _again(request, error.suggestion, _form(request, suggestion), 409)
    return _go_on(request, _one(request, pk), undone=True)
