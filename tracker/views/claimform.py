"""Claims being worded: a new one, also from a sentence of an article, or another wording of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sources.models import Version
from tracker.forms.editing import ClaimForm
from tracker.models import Claim, Story
from tracker.models.typed import key
from tracker.passages import picking
from tracker.suggesting import nearclaims
from tracker.views import trawl

WORDED = {"title", "title_fr", "statement", "statement_fr", "terms"}  # what finds passages


@require_http_methods(["GET", "POST"])
@permission_required("tracker.change_claim", raise_exception=True)
def change(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change the wording of a claim; passages for the new one are looked for at once."""
    claims = Claim.objects.visible_to(request.user).select_related("story")
    found = get_object_or_404(claims, story__slug=slug, number=number)
    form = ClaimForm(request.POST or None, instance=found, by=request.user)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if WORDED & set(form.changed_data) and saved.merged_into_id is None:
            trawl.begin(request, saved)
        messages.success(request, _("Saved."))
        return redirect("claim", slug, saved.number)
    context = {"form": form, "story": found.story, "title": _("A claim in one sentence")}
    return render(request, "tracker/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("tracker.add_claim", raise_exception=True)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a new claim of a story; the address may name the passage that brought it up."""
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    passage = _passage(request.GET)
    last = story.claims.aggregate(last=Max("number"))["last"] or 0
    form = ClaimForm(
        request.POST or None,
        instance=Claim(story=story, number=last + 1),
        initial=_wording(passage),
        by=request.user,
    )
    if request.method == "POST" and form.is_valid():
        return _saved(request, form.save(), passage)
    return _page(request, story, form, passage)


@require_GET
@permission_required("tracker.add_claim", raise_exception=True)
def near(request: HttpRequest, slug: str) -> HttpResponse:
    """The claims nearest to what is being typed, to be shown beside it."""
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    said = request.GET.get("statement", "")[:1000]
    found = _near(request, said, get_language() or "en")
    context = {"near": found, "story": story, "passage": _passage(request.GET)}
    return render(request, "tracker/_near_claims.html", context)


def _passage(address: QueryDict) -> tuple[Version, int, int] | None:
    """The passage an address names; None where it names none, or none that there is."""
    pk, start, end = (key(address.get(name, "")) for name in ("version", "start", "end"))
    if pk is None or start is None or end is None:
        return None
    version = (
        Version.objects.select_related("article__source").defer("search").filter(pk=pk).first()
    )
    if version is None:
        return None
    try:
        return version, *picking.snap(version.text, start, end)
    except ValueError:
        return None


def _wording(passage: tuple[Version, int, int] | None) -> dict[str, str]:
    """What stands ready in the form: the sentence, to be worded neutrally."""
    if passage is None:
        return {}
    version, start, end = passage
    field = "statement_fr" if version.language.startswith("fr") else "statement"
    return {field: " ".join(version.text[start:end].split())}


def _near(request: HttpRequest, said: str, language: str) -> list[Claim]:
    claims = Claim.objects.visible_to(request.user).standing().select_related("story")
    return nearclaims.near(said, language, claims.with_status().order_by("story", "number"))


def _page(
    request: HttpRequest, story: Story, form: ClaimForm, passage: tuple[Version, int, int] | None
) -> HttpResponse:
    said, language = form["statement"].value() or form["statement_fr"].value() or "", "en"
    if passage:
        version, start, end = passage
        said, language = version.text[start:end], version.language
    query = f"?{request.GET.urlencode()}" if passage else ""
    form.fields["statement"].widget.attrs |= {
        "hx-get": reverse("near-claims", args=[story.slug]) + query,
        "hx-trigger": "input changed delay:400ms",
        "hx-target": "#near",
    }
    context: dict[str, Any] = {
        "form": form,
        "story": story,
        "passage": passage,
        "near": _near(request, said, language),
    }
    return render(request, "tracker/new_claim.html", context, status=422 if form.errors else 200)


def _saved(
    request: HttpRequest, claim: Claim, passage: tuple[Version, int, int] | None
) -> HttpResponse:
    """On to the passage, to be linked to the new claim; or to the claim."""
    trawl.begin(request, claim)
    if passage is None:
        messages.success(request, _("Saved. Everything held is being looked through for it."))
        return redirect("claim", claim.story.slug, claim.number)
    version, start, end = passage
    messages.success(request, _("Saved. Now link the passage to it."))
    query = f"v={version.seq}&start={start}&end={end}&claim={claim.pk}"
    return redirect(f"{reverse('link', args=[version.article_id])}?{query}")
