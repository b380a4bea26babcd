"""The evidence bundle: what is in it, who took it, and taking it, which is written down."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tracker.exports import wacz
from tracker.exports.bundle import Bundle, write
from tracker.exports.material import material
from tracker.models import BundleTaken, Claim, Evidence, Story, User
from tracker.views.claim import moved, standing

access = logging.getLogger("claimline.access")
TAKEN = 20  # of the latest that the page names


@require_http_methods(["GET", "POST"])
@permission_required("tracker.take_bundle", raise_exception=True)
@never_cache
def of_story(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The bundle of a story, as the filters in the address leave it."""
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    return _answer(request, story, None, request.GET)


@require_http_methods(["GET", "POST"])
@permission_required("tracker.take_bundle", raise_exception=True)
@never_cache
def of_claim(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The bundle of a claim."""
    claim, *_beside = standing(request, slug, number)
    if claim.number != number:  # it was merged into another
        return redirect(moved(request, claim))
    return _answer(request, claim.story, claim, QueryDict(f"claim={number}"))


def _answer(
    request: HttpRequest, story: Story, claim: Claim | None, asked: QueryDict
) -> HttpResponseBase:
    """The page that says what would be taken; after the button, the zip as it is written."""
    assert request.user.is_authenticated
    found = _bundle(request.user, story, asked)
    if request.method == "POST":
        return _taken(found, story, claim)
    taken = BundleTaken.objects.visible_to(request.user).filter(story=story)
    context = {
        "story": story,
        "claim": claim,
        "passages": len(found.material.passages),
        "versions": found.versions.count(),
        "filters": found.material.filters,
        "taken": taken.select_related("by", "claim")[:TAKEN],
    }
    return render(request, "tracker/bundle.html", context)


def _bundle(user: User, story: Story, asked: QueryDict) -> Bundle:
    now = timezone.now()
    found = material(user, story, asked, now)
    ids = [passage.evidence for passage in found.passages]
    evidence = Evidence.objects.visible_to(user).standing().filter(pk__in=ids)
    language = translation.get_language() or "en"
    return Bundle(found, evidence, wacz.versions_behind(evidence), user, now, language)


def _taken(found: Bundle, story: Story, claim: Claim | None) -> HttpResponseBase:
    """Write down who takes what before the first byte leaves."""
    row = BundleTaken(story=story, claim=claim, by=found.by)
    row.passages, row.versions = len(found.material.passages), found.versions.count()
    row.save()
    access.info("bundle %s of story %s taken by user %s", row.pk, story.slug, found.by.pk)
    name = f"{story.slug}{f'-c{claim.number}' if claim else ''}-{found.at:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(write(found), content_type="application/zip", headers=headers)
