"""A passage picked in an article: offered with a draft, linked, proposed, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sources.models import Article, Version
from tracker.forms.passage import OTHER, PassageForm, who_says, whole_chain
from tracker.inbox import decisions
from tracker.models import ChainLink, Claim, Evidence, Speaker, Story, Suggestion
from tracker.models.claim import ClaimQuerySet
from tracker.models.typed import key
from tracker.passages import drafting, linking, picking, placing, surroundings
from tracker.passages.linking import LinkError, Reading, find_speaker
from tracker.passages.placing import SeveralPlacesError
from tracker.suggesting import proposing
from tracker.views import reader
from tracker.views.going import to

MOMENT = timedelta(minutes=1)  # within it, the same request again is the same wish
Passage = tuple[Version, int, int]


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a passage with what is known of it, or link it; a contributor's waits for an editor."""
    may_link = request.user.has_perm("tracker.add_evidence")
    if not may_link and not request.user.has_perm("tracker.propose_evidence"):
        raise PermissionDenied
    if request.method == "GET" and not {"quote", "start"} & set(request.GET):
        return redirect("article", pk)
    found = get_object_or_404(Article.objects.select_related("source"), pk=pk)
    if request.method == "GET":
        return _offer(request, found)
    form = PassageForm(request.POST, claims=_claims(request, found), by=request.user)
    fault: LinkError | None = None
    if form.is_valid():
        try:
            passage = _passage(found, form)
            save = _link if may_link else _propose
            return save(request, form, passage)
        except LinkError as error:
            form.add_error(None, str(error))
            fault = error
    return _refuse(request, found, form, fault)


def _claims(request: HttpRequest, found: Article) -> ClaimQuerySet:
    """The claims of the stories the article belongs to, or all where it belongs to none."""
    claims = Claim.objects.visible_to(request.user).standing().select_related("story")
    own = claims.filter(
        story__story_articles__article=found, story__story_articles__dismissed_by=None
    )
    return own if own.exists() else claims


def _stories(request: HttpRequest, found: Article) -> list[Story]:
    """The stories a new claim may be worded for: those of the article, or all where it has none."""
    if not request.user.has_perm("tracker.add_claim"):
        return []
    stories = Story.objects.visible_to(request.user)
    own = stories.filter(story_articles__article=found, story_articles__dismissed_by=None)
    return list(own) or list(stories)


# --- offering ------------------------------------------------------------------------------------


def _offer(request: HttpRequest, found: Article) -> HttpResponse:
    """The form for the passage that the address names by its place or by its words."""
    shown = reader.version(found, request.GET.get("v", ""))
    if shown is None:
        return _page(request, found, None, {"fault": _("No text is held.")}, 422)
    try:
        start, end = _asked(shown, request)
    except SeveralPlacesError as error:
        return _page(request, found, shown, {"fault": error, "places": error.places})
    except LinkError as error:
        return _page(request, found, shown, {"fault": error}, 422)
    assert request.user.is_authenticated
    claims = _claims(request, found)
    draft = drafting.draft(shown, start, end, claims, request.user)
    chosen = key(request.GET.get("claim", ""))
    if chosen is not None and claims.filter(pk=chosen).exists():
        draft.initial["claim"] = chosen
    form = drafting.form_of(draft, claims, request.user)
    return _page(request, found, shown, {"draft": draft, "form": form})


def _asked(shown: Version, request: HttpRequest) -> tuple[int, int]:
    start, end = key(request.GET.get("start", "")), key(request.GET.get("end", ""))
    if start is not None and end is not None:
        try:
            return picking.snap(shown.text, start, end)
        except ValueError as error:
            raise LinkError(_("There is no such passage in this version.")) from error
    return placing.only_place(shown.text, request.GET.get("quote", ""))


def _page(
    request: HttpRequest,
    found: Article,
    shown: Version | None,
    parts: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """The form alone for the popover, or the page that has it."""
    draft = parts.get("draft")
    places = [
        (start, end, surroundings.around(shown.text, start, end, (-1, -1)))
        for start, end in parts.pop("places", [])
        if shown
    ]
    links: list[ChainLink] = []
    if draft:
        form = parts["form"]
        said_by, line = str(form["said_by"].value() or ""), str(form["chain"].value() or "")
        links, parts["chain_fault"] = _whole_chain(request, found, said_by, line)
    context = {
        "article": found,
        "version": shown,
        "places": places,
        "links": links,
        "quote": request.GET.get("quote", ""),
        "stories": _stories(request, found) if draft else [],
        **parts,
    }
    popover = "HX-Request" in request.headers
    template = "tracker/_link.html" if popover else "tracker/link.html"
    return render(request, template, context, status=status)


def _refuse(
    request: HttpRequest, found: Article, form: PassageForm, fault: LinkError | None
) -> HttpResponse:
    """The form again, with what stood in the way and all that was typed."""
    assert request.user.is_authenticated
    parts: dict[str, Any] = {"form": form, "quote": form.data.get("quote", "")}
    shown = form.cleaned_data.get("version")
    version = reader.texts(found).filter(pk=shown).first() if shown else None
    if isinstance(fault, SeveralPlacesError):
        parts |= {"fault": fault, "places": fault.places}
    elif version and form.cleaned_data.get("quote"):
        try:
            passage = _passage(found, form)
        except LinkError as error:
            parts["fault"] = error
        else:
            draft = drafting.draft(*passage, _claims(request, found), request.user)
            drafting.group_claims(form, draft)
            parts["draft"] = draft
    return _page(request, found, version, parts, 422)


# --- saving --------------------------------------------------------------------------------------


def _passage(found: Article, form: PassageForm) -> Passage:
    data = form.cleaned_data
    version = get_object_or_404(reader.texts(found), pk=data["version"])
    place = placing.place(version.text, data["quote"], data.get("start"), data.get("end"))
    return version, *place


def _link(request: HttpRequest, form: PassageForm, passage: Passage) -> HttpResponse:
    assert request.user.is_authenticated
    claim, reading = form.cleaned_data["claim"], form.reading()
    try:
        made = linking.link(claim, *passage, reading, request.user)
    except LinkError:
        before = _just_made(request, claim, passage, reading)
        if before is None:
            raise
        made = before
    decisions.settle(made, request.user)
    undo = reverse("withdraw", args=[made.pk])
    if reader.asked(request):
        said = _("Linked to C%(n)s.") % {"n": claim.number}
        return reader.again(request, passage[0].article, said, undo, f"e{made.pk}")
    messages.success(request, _("Linked."), extra_tags=undo)
    return to(request, reverse("evidence", args=[made.claim.story.slug, made.pk]))


def _just_made(
    request: HttpRequest, claim: Claim, passage: Passage, reading: Reading
) -> Evidence | None:
    """What the same request made a moment ago: a button pressed twice means it once."""
    version, start, end = passage
    return (
        Evidence.objects.visible_to(request.user)
        .standing()
        .filter(
            claim=claim,
            version=version,
            start=start,
            end=end,
            stance=reading.stance,
            speaker=reading.speaker,
            denies_what=reading.denies_what,
            event_on=reading.event_on,
            event_until=reading.event_until,
            note=reading.note,
            recorded_by=request.user.pk,
            recorded_at__gte=timezone.now() - MOMENT,
        )
        .first()
    )


def _propose(request: HttpRequest, form: PassageForm, passage: Passage) -> HttpResponse:
    assert request.user.is_authenticated
    reading, said_by = _proposed(form)
    claim = form.cleaned_data["claim"]
    done = proposing.propose(claim, *passage, reading, request.user, said_by)
    key = f"s{done.suggestion.pk}" if done.suggestion else ""
    undo = reverse("take-back", args=[done.suggestion.pk]) if done.made and done.suggestion else ""
    if reader.asked(request):
        return reader.again(request, passage[0].article, done.answer, undo, key)
    tell = messages.success if done.made else messages.info
    tell(request, done.answer, extra_tags=undo)
    mark = f"#{key}" if key else ""
    return redirect(reverse("article", args=[passage[0].article_id]) + mark)


def _proposed(form: PassageForm) -> tuple[Reading, str]:
    """The reading, and the name of a speaker we do not know: only an editor adds one."""
    data = form.cleaned_data
    name = data["other_speaker"].strip()
    if data["said_by"] != OTHER or find_speaker(name):
        return form.reading(), ""
    reading = Reading(
        stance=data["stance"],
        chain=data["chain"],
        denies_what=data["denies_what"],
        event_on=data["event_on"],
        event_until=data["event_until"],
        note=data["note"],
    )
    return reading, name


@require_POST
@permission_required("tracker.propose_evidence", raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back, so long as nobody has decided it."""
    assert request.user.is_authenticated
    visible = Suggestion.objects.visible_to(request.user).select_related("article")
    found = get_object_or_404(visible, pk=pk)
    done = proposing.take_back(found, request.user)
    said = _("Taken back.") if done else _("An editor decides now: it can’t be taken back.")
    if reader.asked(request):
        return reader.again(request, found.article, said)
    messages.info(request, said)
    return redirect("article", found.article_id)


# --- the chain, read back ------------------------------------------------------------------------


@require_GET
@permission_required("tracker.propose_evidence", raise_exception=True)
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    """What a typed line of attribution is read as: the whole chain, link by link."""
    if "HX-Request" not in request.headers:  # a part of the form, and no page
        return redirect("article", pk)
    found = get_object_or_404(Article.objects.select_related("source"), pk=pk)
    line = request.GET.get("chain", "")[:500]
    said_by = request.GET.get("said_by", "") or who_says(line)
    name = request.GET.get("other_speaker", "")[:200].strip() if said_by == OTHER else ""
    links, fault = _whole_chain(request, found, said_by, line, name)
    return render(request, "tracker/_chain_read.html", {"links": links, "chain_fault": fault})


def _whole_chain(
    request: HttpRequest, found: Article, said_by: str, line: str, name: str = ""
) -> tuple[list[ChainLink], str]:
    """The chain's rows, not stored, and what is wrong with it."""
    known = Speaker.objects.visible_to(request.user)
    speaker = known.filter(pk=pk).first() if (pk := key(said_by)) is not None else None
    reading = Reading("", speaker=speaker, chain=whole_chain(said_by, line))
    try:
        links = linking.chain_of(found.source, reading)
    except LinkError as error:
        return [], str(error)
    return [*links, ChainLink(words=name)] if name else links, ""
