"""Tagging many sources as one act: its preview, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sources.curating import tagging
from sources.curating.tagging import Change
from sources.models import Tag
from tracker.forms.tags import TaggingForm
from tracker.views.going import back


@require_POST
@permission_required("sources.tag_source", raise_exception=True)
def tag(request: HttpRequest) -> HttpResponse:
    """Say what an act on several sources would change, or do it; one source needs no preview."""
    assert request.user.is_authenticated
    data = request.POST.copy()
    if "one" in data:  # the little cross on a tag: "untag~source~tag"
        data["verb"], pk, data["tag"] = (data.get("one", "").split("~", 2) + ["", ""])[:3]
        data.setlist("source", [pk])
        data.pop("everything", None)
    form = TaggingForm(data, user=request.user)
    if not form.is_valid():
        return _preview(request, form, [], 422)
    changes = tagging.plan(form.sources, form.wish)
    if "confirm" not in data and len(form.sources) > 1:
        return _preview(request, form, changes, 200)
    act = tagging.carry_out(changes, request.user)
    undo = reverse("undo-tags", args=[act]) if changes else ""
    messages.success(request, said(changes), extra_tags=undo)
    view = form.cleaned_data["view"]
    return redirect(f"{reverse('sources')}?{view}" if view else back(request, reverse("sources")))


def _preview(
    request: HttpRequest, form: TaggingForm, changes: Sequence[Change], status: int
) -> HttpResponse:
    """What would change, source by source, before anything does."""
    context = {
        "form": form,
        "changes": changes,
        "keys": ",".join(str(one.pk) for one in form.sources) if status == 200 else "",
        "kept": len(form.sources) - len(changes) if status == 200 else 0,
        "said": said(changes, done=False),
        "worn": sorted({tag for one in changes for tag in one.removed}, key=lambda tag: tag.slug),
        "tags": Tag.objects.standing(),
        "view": form.data.get("view", ""),
        "sample": any(change.source.sample for change in changes),
    }
    return render(request, "tracker/tags_preview.html", context, status=status)


def said(changes: Sequence[Change], *, done: bool = True) -> str:
    """What was done, or would be, in words."""
    number = len(changes)
    if not number:
        return _("Nothing changes: every source is as you want it.")
    added = {str(tag): None for change in changes for tag in change.added}
    removed = {str(tag): None for change in changes for tag in change.removed}
    parts = []
    if added:
        parts.append(_("added: %(tags)s") % {"tags": ", ".join(added)})
    if removed:
        parts.append(_("removed: %(tags)s") % {"tags": ", ".join(removed)})
    if done:
        words = ngettext(
            "%(n)d source changed; %(what)s.", "%(n)d sources changed; %(what)s.", number
        )
    else:
        words = ngettext(
            "%(n)d source would change; %(what)s.", "%(n)d sources would change; %(what)s.", number
        )
    return words % {"n": number, "what": "; ".join(parts)}


@require_POST
@permission_required("sources.tag_source", raise_exception=True)
def take_back(request: HttpRequest, act: UUID) -> HttpResponse:
    """Undo one act on tags whole, and offer the way back from that."""
    number, undoing = tagging.take_back(act)
    words = ngettext("Undone on %(n)d source.", "Undone on %(n)d sources.", number)
    again = reverse("undo-tags", args=[undoing])
    messages.success(request, words % {"n": number}, extra_tags=again if number else "")
    return redirect(back(request, reverse("sources")))
