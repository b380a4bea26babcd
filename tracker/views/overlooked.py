"""The articles of a story in which the machine found nothing: read them, link, or put aside."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from tracker.inbox import overlooked
from tracker.inbox.overlooked import AlreadyReadError
from tracker.models import Decision, StoryArticle
from tracker.models.typed import key
from tracker.views import inbox
from tracker.views.going import back, to

PAGE = 50
EXCERPT = 280  # characters of a text shown in the list


@require_GET
@cache_control(no_store=True)
def articles(request: HttpRequest) -> HttpResponse:
    """What passed a story's filter and nothing was proposed from, the newest first."""
    chosen = inbox.asked(request)
    rows = overlooked.leads(overlooked.overlooked(request.user, chosen.story))
    before = key(request.GET.get("before", ""))
    if before is not None:
        last = get_object_or_404(StoryArticle.objects.visible_to(request.user), pk=before)
        rows = rows.filter(at__lt=last.at) | rows.filter(at=last.at, pk__lt=last.pk)
    found = list(
        rows.select_related("story", "article__source", "article__current_version")[: PAGE + 1]
    )
    context: dict[str, Any] = {
        "rows": found[:PAGE],
        "earlier": found[PAGE - 1].pk if len(found) > PAGE else None,
        "sample": any(row.story.sample for row in found),
        "excerpt": EXCERPT,
        "view": inbox.view(request).urlencode(),
        **inbox.counts(request),
        **inbox.choices(request, chosen),
    }
    return render(request, "tracker/overlooked.html", context)


@require_POST
@permission_required("tracker.dismiss_article", raise_exception=True)
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one was read, or that it does not concern the story."""
    visible = StoryArticle.objects.visible_to(request.user).select_related("article")
    row = get_object_or_404(visible, pk=pk)
    dismissed = request.POST.get("verb") == "dismiss"
    verb = Decision.Verb.DISMISS if dismissed else Decision.Verb.READ
    together = uuid.uuid4()
    try:
        overlooked.put_aside(row, verb, inbox.signed_in(request), together)
    except AlreadyReadError as error:
        who = error.row.dismissed_by or error.row.read_by
        messages.info(request, _("%(name)s has put it aside already.") % {"name": who})
    else:
        words = _("Out of the story: %(title)s") if dismissed else _("Read: %(title)s")
        said = words % {"title": row.article.title[:80]}
        messages.success(request, said, extra_tags=reverse("undo", args=[together]))
    return to(request, back(request, reverse("overlooked")))
