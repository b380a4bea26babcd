"""What publishers changed of tracked articles: edits to look at, and taking note of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tracker.edits import listing
from tracker.edits.listing import Asked
from tracker.models import Anchor, EditClass, Omission
from tracker.passages import alterations

PAGE = 30
TOLD = {"silent": gettext_lazy("Silent only"), "announced": gettext_lazy("Announced only")}
deciding = permission_required("tracker.decide_suggestion", raise_exception=True)


@require_GET
def edits(request: HttpRequest) -> HttpResponse:
    """The edits that wait for somebody to look at them, or all of them, newest first."""
    kind, told = request.GET.get("class", ""), request.GET.get("told", "")
    asked = Asked(
        everything=request.GET.get("show") == "all",
        kind=kind if kind in EditClass.values else "",
        told=told if told in TOLD else "",
    )
    found = listing.edits(request.user, asked)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = listing.rows(request.user, list(shown), asked)
    context = {
        "asked": asked,
        "shown": shown,
        "rows": rows,
        "kinds": EditClass.choices,
        "told": TOLD.items(),
        "sample": any(row.edit.article.source.sample for row in rows),
    }
    return render(request, "tracker/edits.html", context)


@require_POST
@deciding
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Take note of one alteration; it waits no longer."""
    anchor = _anchor(request, pk)
    assert request.user.is_authenticated
    noted = alterations.note(anchor, request.user)
    return _noted(request, noted, anchor.evidence.exact, reverse("undo-noted", args=[pk]))


@require_POST
@deciding
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own note back: the alteration waits again."""
    assert request.user.is_authenticated
    return _waits_again(request, alterations.take_back(_anchor(request, pk), request.user))


@require_POST
@deciding
def note_omission(request: HttpRequest, pk: int) -> HttpResponse:
    """Take note of a sentence that was taken out; it waits no longer."""
    found = _omission(request, pk)
    assert request.user.is_authenticated
    noted = alterations.note(found, request.user)
    return _noted(request, noted, found.exact, reverse("undo-noted-omission", args=[pk]))


@require_POST
@deciding
def undo_omission(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own note of a sentence back: it waits again."""
    assert request.user.is_authenticated
    return _waits_again(request, alterations.take_back(_omission(request, pk), request.user))


def _noted(request: HttpRequest, noted: bool, words: str, back: str) -> HttpResponse:
    if noted:
        said = _("Noted: %(quote)s") % {"quote": words[:80]}
        messages.success(request, said, extra_tags=back)
    else:
        messages.info(request, _("It was noted already."))
    return redirect("edits")


def _waits_again(request: HttpRequest, taken_back: bool) -> HttpResponse:
    if taken_back:
        messages.info(request, _("It waits again."))
    else:
        messages.info(request, _("That note is somebody else’s, or was taken back already."))
    return redirect("edits")


def _anchor(request: HttpRequest, pk: int) -> Anchor:
    visible = alterations.alterations(request.user).select_related("evidence")
    return get_object_or_404(visible, pk=pk)


def _omission(request: HttpRequest, pk: int) -> Omission:
    return get_object_or_404(Omission.objects.visible_to(request.user), pk=pk)
