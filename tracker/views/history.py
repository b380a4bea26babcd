"""The history of editors' acts, of everything or of one object."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sources.curating import tagging
from tracker.history import KINDS, Asked, acts
from tracker.models import User
from tracker.models.typed import key

PAGE = 50
OBJECTS = ("story", "claim", "evidence", "source", "feed", "text", "speaker")
WORDS = {
    "story": _("Stories"),
    "member": _("Members of stories"),
    "claim": _("Claims"),
    "party": _("Parties concerned"),
    "relation": _("Relations between claims"),
    "status": _("Statuses"),
    "evidence": _("Evidence"),
    "speaker": _("Speakers"),
    "source": _("Sources"),
    "tag": _("Tags"),
    "word": _("Vocabulary of tags"),
    "note": _("Reliability notes"),
    "feed": _("Feeds"),
    "text": _("Texts"),
    "pair": _("Pairs of texts"),
    "publication": _("Publications"),
    "decision": _("Decisions of the inbox"),
}
OF_PEOPLE = {
    "person": _("People"),
    "role": _("Roles"),
    "invitation": _("Invitations"),
}
OF_PUBLISHING = {"comment": _("Requests for comment"), "protected": _("Protected names")}
OF_REMOVALS = {"removal": _("Removals by order")}


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why, newest first; narrowed by kind, person or object."""
    of = next(
        ((name, _key(request, name)) for name in OBJECTS if _key(request, name) is not None), None
    )
    kind = request.GET.get("kind", "")
    asked = Asked(
        kind=kind if kind in KINDS else "",
        by=_key(request, "by"),
        of=(of[0], of[1] or 0) if of else None,
        before=request.GET.get("before", ""),
        act=_act(request),
    )
    found = acts(request.user, asked, PAGE + 1)
    may_undo = request.user.has_perm("sources.tag_source")
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "acts": found[:PAGE],
        "earlier": found[PAGE - 1].cursor if len(found) > PAGE else "",
        "asked": asked,
        "kinds": _kinds(request).items(),
        "sample": any(act.sample for act in found[:PAGE]),
        "people": User.objects.filter(is_active=True).order_by("username"),
        "kept": query.urlencode(),
        "undo": asked.act if may_undo and asked.act and tagging.is_act(asked.act) else None,
    }
    return render(request, "tracker/history.html", context)


def _kinds(request: HttpRequest) -> dict[str, Any]:
    """What this person may narrow the history to, in words."""
    known = dict(WORDS)
    if request.user.has_perm("tracker.change_user"):
        known |= OF_PEOPLE
    if request.user.has_perm("tracker.publish_claim"):
        known |= OF_PUBLISHING
    if request.user.has_perm("tracker.expunge"):
        known |= OF_REMOVALS
    return known


def _act(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("act", ""))
    except ValueError:
        return None


def _key(request: HttpRequest, name: str) -> int | None:
    return key(request.GET.get(name, ""))
