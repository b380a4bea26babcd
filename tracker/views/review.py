"""What editors do in the inbox: decide one row or many, assign, and take it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tracker.forms.passage import DecisionForm
from tracker.inbox import decisions, triage, undoing
from tracker.inbox.decisions import AlreadyDecidedError, SecondReaderError
from tracker.models import Decision, Evidence, Suggestion, User
from tracker.models.typed import key
from tracker.passages.linking import LinkError
from tracker.views import inbox
from tracker.views.going import back, to

decides = permission_required("tracker.decide_suggestion", raise_exception=True)
VERBS = ("accept", "reject", "unsure", "second", "assign")
REFUSALS = (LinkError, SecondReaderError)


@require_POST
@decides
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, reject, leave or assign one suggestion, and show the next."""
    suggestion = inbox.one(request, pk)
    form = inbox.form_of(request, suggestion, request.POST)
    press = _press(request)
    try:
        if suggestion.state not in decisions.OPEN:
            raise AlreadyDecidedError(suggestion)
        if press.verb == "accept" and not form.is_valid():
            return _again(request, suggestion, form, 422)
        _act(press, suggestion, form)
    except REFUSALS as error:
        form.add_error(None, str(error))
        return _again(request, suggestion, form, 422)
    except AlreadyDecidedError as error:
        if not _same(error.suggestion, press, form):
            return _again(request, error.suggestion, form, 409)
    return _go_on(request, inbox.one(request, pk))


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button: what is done by whom, in which words, and undone as one."""

    verb: str
    by: User
    to: User | None
    words: dict[str, Any]


def _press(request: HttpRequest) -> Press:
    because = request.POST.get("because", "").strip()[:300]
    words = {"because": because, "together": uuid.uuid4()}
    verb = request.POST.get("verb", "accept")
    if verb not in VERBS:
        raise BadRequest
    return Press(verb, inbox.signed_in(request), _person(request), words)


def _person(request: HttpRequest) -> User | None:
    """Whom it is assigned to: nobody again without a choice."""
    chosen = key(request.POST.get("to", ""))
    return get_object_or_404(User, pk=chosen) if chosen is not None else None


def _act(press: Press, suggestion: Suggestion, form: DecisionForm) -> None:
    """Do what was pressed.

    Raises:
        LinkError: the reading is incomplete, or that person may not decide.
    """
    by, words = press.by, press.words
    if press.verb == "accept":
        claim = form.cleaned_data["claim"]
        decisions.accept(suggestion, form.reading(), by, claim, **words)
    elif press.verb == "reject":
        decisions.reject(suggestion, by, **words)
    elif press.verb == "unsure":
        decisions.unsure(suggestion, by, draft=form.draft(), **words)
    elif press.verb == "second":
        decisions.ask_second(suggestion, by, draft=form.draft(), **words)
    else:
        decisions.assign(suggestion, press.to, by, **words)


def _same(decided: Suggestion, press: Press, form: DecisionForm) -> bool:
    """Whether somebody asks a second time for what they decided: a double press, a slow answer."""
    if decided.decided_by_id != press.by.pk:
        return False
    if press.verb != "accept" or decided.evidence is None:
        return press.verb == {"rejected": "reject", "second": "second"}.get(decided.state)
    made, said = decided.evidence, form.cleaned_data if form.is_valid() else {}
    who = said.get("said_by", "")
    if who == "other":
        speaker = made.speaker is not None and made.speaker.name == said["other_speaker"].strip()
    else:
        speaker = made.speaker_id == key(who)
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
    request: HttpRequest, suggestion: Suggestion, form: DecisionForm, status: int
) -> HttpResponse:
    """The same suggestion, with what stood in the way; what was chosen stays on the screen."""
    conflict = inbox.one(request, suggestion.pk) if status == 409 else None
    if conflict is not None:
        suggestion = conflict
    whole = "HX-Request" not in request.headers
    shown = inbox.page if whole else inbox.pane
    context = shown(request, suggestion, form) | {"conflict": conflict, "opened": True}
    template = "tracker/inbox.html" if whole else "tracker/_pane.html"
    return render(request, template, context, status=status)


def _go_on(request: HttpRequest, done: Suggestion) -> HttpResponse:
    """The next suggestion, the decided row in its place, and the way back."""
    assert done.act is not None
    assigned = done.act.verb == Decision.Verb.ASSIGN
    following = done if assigned else _following(request, done)
    said = verdict(done.act, done)
    undo = reverse("undo", args=[done.act.together])
    if "HX-Request" in request.headers:
        context = inbox.pane(request, following) | inbox.counts(request)
        context |= {"done": triage.with_copies([done]), "said": said, "undo": undo}
        return render(request, "tracker/_decided.html", context)
    messages.success(request, said, extra_tags=undo)
    return _to_queue(request, following)


def _to_queue(request: HttpRequest, open_one: Suggestion | None) -> HttpResponse:
    at = inbox.view(request)
    if open_one:
        at["at"] = str(open_one.pk)
    return redirect(f"{reverse('inbox')}?{at.urlencode()}")


def _following(request: HttpRequest, done: Suggestion) -> Suggestion | None:
    """What comes next in the queue worked on; its first where nothing follows."""
    queue = triage.queue(inbox.signed_in(request), inbox.asked(request))
    return triage.after(queue, done).for_display().first() or queue.for_display().first()


def verdict(act: Decision, done: Suggestion) -> str:
    """What was done, to which words: one sentence for the notice."""
    values = {"quote": Truncator(done.exact).chars(80), "name": act.assigned_to}
    if act.verb != Decision.Verb.ASSIGN:
        return _("%(verdict)s: %(quote)s") % {"verdict": capfirst(act.get_verb_display()), **values}
    if act.assigned_to is None:
        return _("Nobody’s in particular again: %(quote)s") % values
    return _("For %(name)s to decide: %(quote)s") % values


# --- many at one press ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """Show the ticked rows, or decide each of them: a row of the history each, undone as one."""
    return _decide_many(request) if request.method == "POST" else inbox.many(request)


@decides
def _decide_many(request: HttpRequest) -> HttpResponse:
    press = _press(request)
    left: list[tuple[Suggestion, str]] = []
    done: list[int] = []
    for row, _reads in inbox.ticked(request, request.POST)["many"]:
        fault = _one_of_many(request, press, row.one)
        left += [(row.one, fault)] if fault else []
        done += [] if fault else [row.one.pk]
    decided = Suggestion.objects.visible_to(request.user).for_display().filter(pk__in=done)
    return _went(request, press, list(decided), left)


def _one_of_many(request: HttpRequest, press: Press, one: Suggestion) -> str:
    """Decide one of several by its proposed reading; why not, where it could not be."""
    initial = inbox.form_of(request, one).initial
    form = inbox.form_of(request, one, {k: v for k, v in initial.items() if v is not None})
    if press.verb == "accept" and not form.is_valid():
        return " ".join(str(fault) for faults in form.errors.values() for fault in faults)
    try:
        _act(press, one, form)
    except AlreadyDecidedError as error:
        return _who(error.suggestion)
    except REFUSALS as error:
        return str(error)
    return ""


def _who(decided: Suggestion) -> str:
    """Who decided it, and what."""
    return _("%(name)s was faster: %(verdict)s.") % {
        "name": decided.decided_by,
        "verdict": decided.get_state_display(),
    }


def _went(
    request: HttpRequest,
    press: Press,
    done: list[Suggestion],
    left: list[tuple[Suggestion, str]],
) -> HttpResponse:
    """What became of each row, the rows in their places, and one way back for all."""
    n = len(done)
    said = ngettext("%(n)s row decided: %(verb)s.", "%(n)s rows decided: %(verb)s.", n) % {
        "n": n,
        "verb": Decision.Verb(press.verb).label,
    }
    undo = reverse("undo", args=[press.words["together"]]) if done else ""
    if "HX-Request" in request.headers:
        queue = triage.queue(inbox.signed_in(request), inbox.asked(request))
        following = None if left else queue.for_display().first()
        context = inbox.pane(request, following) | inbox.counts(request)
        context |= {"done": triage.with_copies(done), "left": left, "said": said, "undo": undo}
        return render(request, "tracker/_decided.html", context)
    messages.success(request, said, extra_tags=undo)
    for one, fault in left:
        messages.warning(request, f"{one.exact[:80]}: {fault}")
    return _to_queue(request, None)


# --- taking back ----------------------------------------------------------------------------------


@require_POST
@decides
def undo(request: HttpRequest, together: uuid.UUID) -> HttpResponse:
    """Take back what one decided at one press; evidence it made is withdrawn."""
    seen = Decision.objects.visible_to(request.user).filter(together=together)
    acts = list(seen.values_list("suggestion", flat=True))
    if not acts:
        return to(request, reverse("inbox"))
    try:
        undone = undoing.undo(together, inbox.signed_in(request))
    except undoing.NotYoursError:
        said = _("Somebody else decided this: only they can take it back.")
        messages.warning(request, said)
        return to(request, back(request, reverse("inbox")))
    said = _undone(undone)
    rows = Suggestion.objects.visible_to(request.user).for_display().filter(pk__in=acts)
    if "HX-Request" in request.headers and "view" in request.POST:
        found = list(rows)
        context = inbox.pane(request, found[0] if found else None) | inbox.counts(request)
        context |= {"done": triage.with_copies(found), "said": said, "undo": ""}
        return render(request, "tracker/_decided.html", context)
    messages.info(request, said)
    return to(request, back(request, reverse("inbox")))


def _undone(undone: undoing.Undone) -> str:
    if undone.left and not undone.back:
        return _("Not taken back: it was decided again since, or taken back already.")
    if undone.left:
        return _("Taken back, apart from what was decided again since.")
    if not undone.back:
        return _("It was taken back already.")
    return _("Taken back.")
