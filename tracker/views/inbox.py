"""The inbox: what waits for a decision on the left, one of them in full on the right."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from sources.models import Tag
from tracker.forms.passage import OTHER, UNNAMED, ClaimField, DecisionForm
from tracker.inbox import decisions, overlooked, triage
from tracker.inbox.triage import PAGE, Asked
from tracker.inbox.why import why
from tracker.models import Claim, Decision, Evidence, Story, Suggestion, User
from tracker.models.typed import key
from tracker.operations import watch
from tracker.passages import chainline, surroundings
from tracker.passages.linking import find_speaker

SHOWS = {
    "mine": _("Mine"),
    "unassigned": _("Nobody’s yet"),
    "second": _("Second reader"),
    "unsure": _("Unsure"),
}
SETTLED = ("accepted", "edited", "rejected", "obsolete")  # shown as a line, with the way back
LINKED = 2  # passages of the claim shown beside a suggestion
MANY = 100  # rows that are decided at one press


@require_GET
@cache_control(no_store=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """The queue, and one suggestion with its decision."""
    at = key(request.GET.get("at", ""))
    open_one = one(request, at) if at is not None else None
    pane_alone = request.headers.get("HX-Target", "").endswith("#pane")
    if pane_alone and open_one:
        return render(request, "tracker/_pane.html", pane(request, open_one))
    return render(request, "tracker/inbox.html", page(request, open_one))


@require_GET
@cache_control(no_store=True)
def many(request: HttpRequest) -> HttpResponse:
    """The ticked rows, each as it would be decided, with one press for all of them."""
    context = page(request, None) | ticked(request, request.GET)
    alone = request.headers.get("HX-Target", "").endswith("#pane")
    return render(request, "tracker/_many.html" if alone else "tracker/inbox.html", context)


def signed_in(request: HttpRequest) -> User:
    """Who is looking; everybody on these pages is signed in."""
    user: AbstractBaseUser | AnonymousUser = request.user
    assert isinstance(user, User)
    return user


def one(request: HttpRequest, pk: int) -> Suggestion:
    """A suggestion with all that is shown of it, if this person may know of it."""
    visible = Suggestion.objects.visible_to(request.user).for_display()
    return get_object_or_404(visible, pk=pk)


def view(request: HttpRequest) -> QueryDict:
    """Which queue is being worked on; a form carries it along in one field of its own."""
    post = request.method == "POST"
    asked = QueryDict(request.POST.get("view", "")) if post else request.GET
    kept = QueryDict(mutable=True)
    for name in ("show", "story", "claim", "tag"):
        if asked.get(name):
            kept[name] = asked.get(name, "")
    return kept


def asked(request: HttpRequest) -> Asked:
    """The same as values."""
    chosen = view(request)
    return Asked(*(chosen.get(name, "") for name in ("show", "story", "claim", "tag")))


def page(
    request: HttpRequest, open_one: Suggestion | None, form: DecisionForm | None = None
) -> dict[str, Any]:
    """What the whole inbox shows: the list, and the suggestion opened or else the first."""
    user, chosen = signed_in(request), asked(request)
    queue = triage.queue(user, chosen)
    before = key(request.GET.get("before", ""))
    if before is not None:
        queue = triage.after(queue, one(request, before))
    found = list(queue.for_display()[: PAGE + 1])
    earlier = found[PAGE - 1].pk if len(found) > PAGE else None
    found = found[:PAGE]
    shown = open_one or (found[0] if found else None)
    places = {row.pk: n for n, row in enumerate(found)}
    later = found[places[shown.pk] + 1 :][:1] if shown and shown.pk in places else []
    if shown and shown.pk not in places:
        found.insert(0, shown)
    return {
        "rows": triage.with_copies(found),
        "earlier": earlier,
        "opened": open_one is not None,
        "sample": any(row.claim.story.sample for row in found),
        **counts(request),
        **choices(request, chosen),
        **pane(request, shown, form, later[0].pk if later else None),
    }


def counts(request: HttpRequest) -> dict[str, Any]:
    """How much waits in the part of the queue that is shown, and of articles to be read."""
    user, chosen = signed_in(request), asked(request)
    return {
        "waiting": triage.rows(user, chosen).decisions(),
        "unread": overlooked.counted(user, chosen.story),
        "cap": overlooked.CAP,
        "being_read": watch.being_read,  # asked for only where nothing waits
    }


def choices(request: HttpRequest, chosen: Asked) -> dict[str, Any]:
    """What the queue can be narrowed by."""
    claims = Claim.objects.visible_to(request.user).standing().filter(story__slug=chosen.story)
    return {
        "chosen": chosen,
        "view_fields": view(request).items(),
        "narrowed": any((chosen.story, chosen.claim, chosen.tag)),
        "shows": SHOWS.items(),
        "stories_to_choose": Story.objects.visible_to(request.user),
        "claims_to_choose": claims.order_by("number") if chosen.story else (),
        "tags_to_choose": Tag.objects.filter(source_tags__isnull=False).distinct(),
    }


def pane(
    request: HttpRequest,
    suggestion: Suggestion | None,
    form: DecisionForm | None = None,
    later: int | None = None,
) -> dict[str, Any]:
    """What the right side shows of a suggestion; `later` is what follows it, where known."""
    chosen = view(request)
    context: dict[str, Any] = {
        "one": suggestion,
        "view": chosen.urlencode(),
        "settled": SETTLED,
    }
    if suggestion is None:
        return context
    form = form or form_of(request, suggestion)
    linked = Evidence.objects.visible_to(request.user).standing().filter(claim=suggestion.claim)
    if later is None:
        queue = triage.queue(signed_in(request), asked(request))
        later = triage.after(queue, suggestion).values_list("pk", flat=True).first()
    return context | {
        "parts": surroundings.parts(suggestion),
        "form": form,
        "claim_now": _claim_now(form) or suggestion.claim,
        "said_now": said_now(form),
        "newcomer": newcomer(suggestion),
        "linked": linked.for_display().order_by("-pk")[:LINKED],
        "next": later,
        "open": suggestion.state in decisions.OPEN,
        "own_question": _asked_second(request, suggestion),
        "copies": triage.with_copies([suggestion])[0].copies,
        "why": why(suggestion),
        "people": decisions.deciders(suggestion.claim),
    }


def _claim_now(form: DecisionForm) -> Claim | None:
    """The claim the form has chosen."""
    chosen = key(str(form["claim"].value() or ""))
    field = form.fields["claim"]
    assert isinstance(field, ClaimField)
    claims: Any = field.queryset
    return claims.with_status().filter(pk=chosen).first() if chosen is not None else None


def said_now(form: DecisionForm) -> str:
    """Who the form says it is said by, in words; "" where that is still to be chosen."""
    who = str(form["said_by"].value() or "")
    if who == OTHER:
        return str(form["other_speaker"].value() or "")
    field: Any = form.fields["said_by"]
    return str(dict(field.choices).get(who, "")) if who else ""


def _asked_second(request: HttpRequest, suggestion: Suggestion) -> bool:
    """Whether this person asked for a second reader, and so can't be it."""
    asked = Decision.objects.visible_to(request.user).standing()
    same = decisions.copies(suggestion)
    mine = asked.filter(suggestion__in=same, verb=Decision.Verb.SECOND, by=request.user.pk)
    return mine.exists()


def ticked(request: HttpRequest, data: QueryDict) -> dict[str, Any]:
    """The rows that were ticked and can still be decided, each with its proposed reading."""
    pks = [pk for pk in map(key, data.getlist("row")[:MANY]) if pk is not None]
    visible = Suggestion.objects.visible_to(request.user).filter(state__in=decisions.OPEN)
    found = list(visible.filter(pk__in=pks).for_display().order_by("-score", "-pk"))
    claims = {row.claim for row in found}
    rows = [(row, reads(row.one)) for row in triage.with_copies(found)]
    return {
        "many": rows,
        "accepts": sum(bool(who) for _row, who in rows),
        "people": decisions.deciders(claims.pop()) if len(claims) == 1 else _everybody(),
        "view": view(request).urlencode(),
    }


def _everybody() -> Any:
    return User.objects.with_perm(
        "tracker.decide_suggestion", backend="django.contrib.auth.backends.ModelBackend"
    ).order_by("username")


def reads(suggestion: Suggestion) -> str:
    """Who says it, as proposed: a value of the form's choice; "" where a person has to choose."""
    if suggestion.speaker_id:
        return str(suggestion.speaker_id)
    if suggestion.chain and suggestion.speaker_words:
        return UNNAMED if chainline.ends_unnamed(suggestion.chain) else ""
    return ""


def newcomer(suggestion: Suggestion) -> str:
    """Whom the text names as who says it, where that is no speaker known when it was read."""
    if suggestion.speaker_id or not suggestion.speaker_words:
        return ""
    return chainline.speaker_named(suggestion.chain)


def _known_since(suggestion: Suggestion) -> str:
    """The speaker the text names, as a value of the form's choice, where one was added since."""
    name = newcomer(suggestion)
    known = find_speaker(name) if name else None
    return str(known.pk) if known else ""


def form_of(request: HttpRequest, suggestion: Suggestion, data: Any = None) -> DecisionForm:
    """The reading proposed, to be confirmed or changed: the machine's, or a colleague's.

    A speaker is filled in only when the text names one; the chain's own words say the rest.
    """
    claims = Claim.objects.visible_to(request.user).standing()
    initial = {
        "claim": suggestion.claim_id,
        "stance": suggestion.stance,
        "said_by": reads(suggestion) or _known_since(suggestion),
        "chain": suggestion.chain,
    }
    given = suggestion.features
    initial |= {name: given[name] for name in ("denies_what", "event_on") if given.get(name)}
    if given.get("other_speaker"):
        initial |= {"said_by": OTHER, "other_speaker": given["other_speaker"]}
    if suggestion.act and suggestion.act.draft and suggestion.state in decisions.OPEN:
        initial |= suggestion.act.draft
    initial["chain"] = chainline.worded(str(initial["chain"]))
    claims = claims.filter(story=suggestion.claim.story_id)
    return DecisionForm(data, claims=claims, by=request.user, initial=initial)
