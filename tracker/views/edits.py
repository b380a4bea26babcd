"""Linked passages whose publishers altered or removed them: what they said, what they say now."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tracker import alterations, inline
from tracker.inline import Run
from tracker.models import Anchor

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One passage: where it stands, and its words then and now laid over one another."""

    anchor: Anchor
    runs: list[Run]


@require_GET
def edits(request: HttpRequest) -> HttpResponse:
    """The passages that wait for somebody to note what became of them, newest first."""
    found = alterations.for_display(alterations.waiting(request.user))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "rows": [Row(one, inline.words(one.evidence.exact, _now(one))) for one in shown],
        "sample": any(anchor.evidence.claim.story.sample for anchor in shown),
    }
    return render(request, "tracker/edits.html", context)


def _now(anchor: Anchor) -> str:
    """The passage as it reads today, "" where it is gone."""
    return getattr(anchor, "now", None) or ""


@require_POST
@permission_required("tracker.decide_suggestion", raise_exception=True)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Take note of one alteration; it waits no longer."""
    anchor = _anchor(request, pk)
    assert request.user.is_authenticated
    if alterations.note(anchor, request.user):
        said = _("Noted: %(quote)s") % {"quote": anchor.evidence.exact[:80]}
        messages.success(request, said, extra_tags=reverse("undo-noted", args=[anchor.pk]))
    else:
        messages.info(request, _("It was noted already."))
    return redirect("edits")


@require_POST
@permission_required("tracker.decide_suggestion", raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own note back: the alteration waits again."""
    assert request.user.is_authenticated
    if alterations.take_back(_anchor(request, pk), request.user):
        messages.info(request, _("It waits again."))
    else:
        messages.info(request, _("That note is somebody else’s, or was taken back already."))
    return redirect("edits")


def _anchor(request: HttpRequest, pk: int) -> Anchor:
    visible = alterations.alterations(request.user).select_related("evidence")
    return get_object_or_404(visible, pk=pk)
