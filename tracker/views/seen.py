"""The reader's mark: everything of a story up to now is seen. Looking never sets it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.models import Story
from tracker.models.typed import moment
from tracker.timeline import visits


@require_POST
def mark(request: HttpRequest, slug: str) -> HttpResponse:
    """All that was there when the page was made is seen; what came meanwhile stays new."""
    assert request.user.is_authenticated
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    now = timezone.now()
    made = moment(request.POST.get("until", ""))
    until = min(made, now) if made else now
    visits.mark_seen(request.user, story, until)
    messages.success(request, _("All marked as seen."), extra_tags=reverse("unmark", args=[slug]))
    return redirect("story", slug)


@require_POST
def unmark(request: HttpRequest, slug: str) -> HttpResponse:
    """What the last mark hid is new again."""
    assert request.user.is_authenticated
    story = get_object_or_404(Story.objects.visible_to(request.user), slug=slug)
    visits.unmark(request.user, story)
    return redirect("story", slug)
