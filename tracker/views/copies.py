"""Texts that several outlets carry: what each changed, whose they are, and editors' verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sources.ingest import regroup
from sources.ingest.regroup import NothingToRegroupError
from sources.models import Article, Cluster, Source, TextPair
from sources.models.copies import Basis
from sources.models.source import SourceKind
from tracker.copies import textpairs, texts
from tracker.copies.texts import Treatment
from tracker.forms.editing import BecauseForm
from tracker.models.typed import key
from tracker.passages import inline

SHOWN = 50  # carriers of a text
PAGE = 30
regrouping = permission_required("sources.regroup_copies", raise_exception=True)


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries the text, and what it changed of the reference; None is itself."""

    article: Article
    treatment: Treatment | None


@require_GET
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One text: its carriers, what each changed, one of them laid over the reference."""
    found = get_object_or_404(Cluster.objects.select_related("origin"), pk=pk)
    held = found.articles.select_related("source", "current_version").order_by("sort_at", "pk")
    carriers = list(held[: SHOWN + 1])
    if not carriers:
        return render(request, "404.html", status=404)
    reference = _reference(found, carriers)
    printed = [(one.pk, one.published_at) for one in carriers]
    context: dict[str, Any] = {
        "cluster": found,
        "reference": reference,
        "carriers": [_carrier(one, reference) for one in carriers[:SHOWN]],
        "more": len(carriers) > SHOWN,
        "first": texts.first_to_print(printed) if len(carriers) <= SHOWN else None,
        "questions": textpairs.about(found),
        "origins": _candidates(found),
        **_beside(request, carriers, reference),
    }
    context["sample"] = any(one.source.sample for one in carriers)
    return render(request, "tracker/text.html", context)


def _reference(found: Cluster, carriers: list[Article]) -> Article:
    """The carrier the others are compared with: the origin's own article, else the earliest."""
    own = [one for one in carriers if found.origin_id and one.source_id == found.origin_id]
    return (own or carriers)[0]


def _words(article: Article) -> str:
    return article.current_version.text if article.current_version else ""


def _carrier(one: Article, reference: Article) -> Carrier:
    if one.pk == reference.pk:
        return Carrier(one, None)
    return Carrier(one, texts.treatment(_words(reference), _words(one)))


def _beside(request: HttpRequest, carriers: list[Article], reference: Article) -> dict[str, Any]:
    """The carrier the address asks to see beside the reference, and where the two differ."""
    asked = request.GET.get("beside", "")
    other = next((one for one in carriers if str(one.pk) == asked and one != reference), None)
    if other is None:
        return {}
    runs = inline.words(_words(reference), _words(other))
    edited, _of = inline.changed(runs)
    return {"beside": other, "runs": runs, "edited": edited}


def _candidates(found: Cluster) -> QuerySet[Source]:
    """Where the text may be from: an outlet that carries it, or an agency."""
    carrying = Q(pk__in=found.articles.values("source"))
    return Source.objects.standing().filter(carrying | Q(kind=SourceKind.AGENCY))


@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """The pairs of texts of which only an editor can say whether they are one."""
    shown = Paginator(textpairs.waiting(request.user), PAGE).get_page(request.GET.get("page"))
    sample = any(pair.one.source.sample for pair in shown)
    return render(request, "tracker/texts.html", {"shown": shown, "sample": sample})


@require_POST
@regrouping
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that ticked articles are no copies of this text."""
    found = get_object_or_404(Cluster, pk=pk)
    leaving = list(found.articles.filter(pk__in=_articles(request.POST)))
    if not leaving:
        messages.error(request, _("Tick the articles first."))
        return redirect("text", pk)

    form = BecauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a few words."))
        return redirect("text", pk)
    assert request.user.is_authenticated
    try:
        made = regroup.take_out(leaving, request.user, form.cleaned_data["because"])
        back = f"{reverse('put-back', args=[pk])}?other={made.pk}"
        messages.success(request, _("Taken out of this text."), extra_tags=back)
    except NothingToRegroupError:
        messages.error(
            request, _("Nothing was changed: somebody else was faster, or nothing would stay.")
        )
    return redirect("text", pk)


@require_POST
@regrouping
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own taking out back: the text is again carried by all of them."""
    found = get_object_or_404(Cluster, pk=pk)
    other = get_object_or_404(Cluster, pk=key(request.GET.get("other", "")) or 0)
    assert request.user.is_authenticated
    try:
        regroup.put_back(found, other, request.user)
        messages.info(request, _("Undone: everything is back where it was."))
    except NothingToRegroupError:
        messages.error(request, _("Nothing was changed: the texts were regrouped since."))
    return redirect("text", pk)


@require_POST
@regrouping
def origin(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where the text is from, or that nobody knows."""
    found = get_object_or_404(Cluster, pk=pk)
    asked = key(request.POST.get("origin") or request.GET.get("origin", ""))
    basis = request.GET.get("basis", Basis.EDITOR)  # an undo says on what it was known before
    before = urlencode({"origin": found.origin_id or "", "basis": found.basis})
    named = get_object_or_404(_candidates(found), pk=asked) if asked is not None else None
    regroup.name_origin(found, named, basis if basis in Basis else Basis.EDITOR)
    said = _("Origin: %(name)s.") % {"name": named} if named else _("Origin: not known.")
    messages.success(request, said, extra_tags=f"{reverse('text-origin', args=[pk])}?{before}")
    return redirect("text", pk)


@require_POST
@regrouping
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer whether a pair is one text or two."""
    pairs = TextPair.objects.select_related("one__cluster", "other__cluster")
    pair = get_object_or_404(pairs, pk=pk)
    assert request.user.is_authenticated
    if pair.same is not None:
        messages.info(request, _("Somebody answered this already."))
    elif request.POST.get("same") == "1":
        home, other = pair.one.cluster, pair.other.cluster
        moved = regroup.join(home, other, request.user, _("One text."))
        query = "&".join(f"article={one}" for one in moved)
        back = f"{reverse('ask-texts-again', args=[pk])}?{query}"
        messages.success(request, _("Now one text."), extra_tags=back)
    else:
        regroup.tell_apart(pair, request.user, _("Two texts."))
        back = reverse("ask-texts-again", args=[pk])
        messages.success(request, _("They stay two texts."), extra_tags=back)
    return redirect("texts")


@require_POST
@regrouping
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own answer on a pair back: the question waits again."""
    pair = get_object_or_404(TextPair, pk=pk, same__isnull=False, by=request.user.pk)
    try:
        if pair.same:
            regroup.take_back(pair, _articles(request.GET))
        else:
            regroup.ask_again(pair)
        messages.info(request, _("It waits again."))
    except NothingToRegroupError:
        messages.error(request, _("Nothing was changed: the texts were regrouped since."))
    return redirect("texts")


def _articles(asked: QueryDict) -> list[int]:
    """The articles that an address or a form names."""
    return [pk for pk in map(key, asked.getlist("article")) if pk is not None]
