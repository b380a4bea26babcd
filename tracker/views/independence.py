"""An editor's word on whether a passage is independent, with the reason, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.forms.editing import IndependenceForm
from tracker.models import Evidence, User
from tracker.passages import independence
from tracker.views import reader
from tracker.views.going import back, to


@require_POST
@permission_required("tracker.add_evidence", raise_exception=True)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a passage is independent, that it is not, or that this is not established."""
    found, form = _evidence(request, pk), IndependenceForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, _("Say why: the figures rest on it."), "")
    data = form.cleaned_data
    assert isinstance(request.user, User)
    undo = ""
    if independence.state(found, data["independent"], data["because"].strip(), request.user):
        undo = reverse("undo-independence", args=[found.pk])
    found.refresh_from_db(fields=["independent"])
    said = _("%(stated)s. The figures of C%(n)s follow it.") % {
        "stated": capfirst(found.get_independent_display()),
        "n": found.claim.number,
    }
    return _shown(request, found, said, undo)


@require_POST
@permission_required("tracker.add_evidence", raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own last word on it back."""
    found = _evidence(request, pk)
    assert isinstance(request.user, User)
    done = independence.take_back(found, request.user)
    said = _("Taken back.") if done else _("Somebody else said this: only they can take it back.")
    return _shown(request, found, said, "")


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    visible = Evidence.objects.visible_to(request.user).standing()
    return get_object_or_404(visible.select_related("claim", "version__article"), pk=pk)


def _shown(request: HttpRequest, found: Evidence, said: str, undo: str) -> HttpResponse:
    """The reader as it stands now where that asked, else the page the request came from."""
    if reader.asked(request):
        return reader.again(request, found.version.article, said, undo)
    messages.success(request, said, extra_tags=undo)
    return to(request, back(request, reverse("article", args=[found.version.article_id])))
