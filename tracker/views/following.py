"""What a person follows: the list of it, and to follow, change and stop."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sources.models import Source
from tracker.changes.scope import Followed
from tracker.changes.stream import changes
from tracker.digests import tokens
from tracker.forms.following import FollowForm
from tracker.models import Claim, Follow, Story, User
from tracker.models.follow import canonical_query
from tracker.models.typed import key

LOOKED_BACK = timedelta(weeks=4)


@require_GET
@never_cache
def following(request: HttpRequest) -> HttpResponse:
    """Everything this person follows and why, and the address of the feed of it."""
    assert request.user.is_authenticated
    follows = list(Follow.objects.visible_to(request.user).for_display())
    token = tokens.feed(request.user)
    context = {"follows": follows, "token": token, "sample": any(map(_is_sample, follows))}
    return render(request, "tracker/following.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Follow what the address names, with a note why; it says first how much that will be."""
    assert request.user.is_authenticated
    wanted = _wanted(request, request.user)
    target = {name: getattr(wanted, name) for name in ("story", "claim", "source", "query")}
    held = Follow.objects.visible_to(request.user).filter(**target).first()
    return _form(request, held or wanted)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the note, or how often one is told."""
    return _form(request, _own(request, pk))


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow it no longer."""
    _own(request, pk).delete()
    messages.success(request, _("You no longer follow it."))
    return redirect("following")


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Give the feeds new addresses; the old ones end."""
    assert request.user.is_authenticated
    User.objects.filter(pk=request.user.pk).update(feed_number=F("feed_number") + 1)
    messages.success(request, _("Your feeds have new addresses. The old ones end here."))
    return redirect("following")


def _is_sample(follow: Follow) -> bool:
    """Whether what is followed is invented."""
    story = follow.story or (follow.claim.story if follow.claim else None)
    return bool((story and story.sample) or (follow.source and follow.source.sample))


def _own(request: HttpRequest, pk: int) -> Follow:
    return get_object_or_404(Follow.objects.visible_to(request.user).for_display(), pk=pk)


def _wanted(request: HttpRequest, user: User) -> Follow:
    """The follow that the address asks for, not saved.

    Raises:
        Http404: it names nothing, or nothing this person may know of.
    """
    asked = request.GET
    query = canonical_query(asked.get("query", ""))
    if query:
        return Follow(user=user, query=query)
    kinds = {
        "story": Story.objects.visible_to(user),
        "claim": Claim.objects.visible_to(user).select_related("story").with_status(),
        "source": Source.objects.all(),
    }
    for kind, rows in kinds.items():
        if (pk := key(asked.get(kind, ""))) is not None:
            return Follow(user=user, **{kind: get_object_or_404(rows, pk=pk)})
    raise Http404


def _form(request: HttpRequest, follow: Follow) -> HttpResponse:
    """The form of a follow, and what it was good for: what it would have told lately."""
    form = FollowForm(request.POST or None, instance=follow)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("You follow it."))
        return redirect("following")
    since = timezone.now() - LOOKED_BACK
    told = changes(follow.user, [Followed(follow, since)])
    context = {
        "form": form,
        "follow": follow,
        "a_week": round(len(told) / (LOOKED_BACK / timedelta(weeks=1))),
        "told": told[:5],
        "number": len(told),
        "sample": _is_sample(follow) or any(change.sample for change in told[:5]),
    }
    status = 422 if form.errors else 200
    return render(request, "tracker/follow_form.html", context, status=status)
