"""What a person follows as Atom: readers of feeds can't sign in, a secret says who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.changes import sentences
from tracker.changes.change import Change
from tracker.changes.scope import Followed
from tracker.changes.stream import changes
from tracker.digests import tokens
from tracker.exports import atom
from tracker.models import Follow, User

ENTRIES = 50


@require_safe
@login_not_required
def everything(request: HttpRequest, token: str) -> HttpResponse:
    """The newest changes in all that the holder follows."""
    user = _reader(token)
    follows = list(Follow.objects.visible_to(user).for_display())
    return _answer(request, user, follows, None)


@require_safe
@login_not_required
def one(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The newest changes in one thing that the holder follows."""
    user = _reader(token)
    follow = get_object_or_404(Follow.objects.visible_to(user).for_display(), pk=pk)
    return _answer(request, user, [follow], follow)


def _reader(token: str) -> User:
    user = tokens.feed_reader(token)
    if user is None:
        raise Http404
    return user


def _answer(
    request: HttpRequest, user: User, follows: Sequence[Follow], follow: Follow | None
) -> HttpResponse:
    """The feed, or 304 to who has it as it is."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        followed = [Followed(each, None) for each in follows]
        told = changes(user, followed, limit=ENTRIES)[:ENTRIES] if followed else []
        started = min((each.created_at for each in follows), default=user.date_joined)
        updated = max((change.updated for change in told), default=started)
        page = settings.SITE_ADDRESS + reverse("following")
        body = atom.write(_feed(request, user, follow, updated, page), map(_entry, told))
    etag = quote_etag(sha256(body).hexdigest()[:32])
    modified = int(updated.timestamp())
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(modified),
        "Cache-Control": "private, max-age=60",
        "X-Robots-Tag": "noindex",
    }
    kind = "application/atom+xml; charset=utf-8"
    response = HttpResponse(body, content_type=kind, headers=headers)
    return get_conditional_response(request, etag, modified, response) or response


def _feed(
    request: HttpRequest, user: User, follow: Follow | None, updated: datetime, page: str
) -> atom.Feed:
    secret = follow is not None and _confidential(follow)
    name = sentences.followed(follow) if follow and not secret else _("What you follow")
    return atom.Feed(
        id=_tag(f"following/{user.pk}/{follow.pk if follow else 'all'}"),
        title=_("Claimline: %(name)s") % {"name": name},
        subtitle=_("Times are in the newsroom’s zone, %(time_zone)s.")
        % {"time_zone": settings.TIME_ZONE},
        updated=updated,
        address=settings.SITE_ADDRESS + request.path,
        page=page,
        author="Claimline",
        rights=_("Quotes belong to their publishers."),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )


def _confidential(follow: Follow) -> bool:
    story = follow.story or (follow.claim.story if follow.claim else None)
    return story is not None and story.confidential


def _entry(change: Change) -> atom.Entry:
    """A change as an entry; of a confidential story it says only that there is one."""
    site = settings.SITE_ADDRESS
    if change.confidential:
        return atom.Entry(
            id=_tag(f"change/{change.key}"),
            title=_("New in a confidential story; sign in to read it"),
            published=change.at,
            updated=change.updated,
            category="confidential",
            html="",
            links=(("alternate", site + reverse("following")),),
        )
    stamp = f"[{_('Sample')}] " if change.sample else ""
    links = [("alternate", site + change.path), ("via", change.via)]
    if change.archived:
        links.append(("related", site + change.archived))
    return atom.Entry(
        id=_tag(f"change/{change.key}"),
        title=stamp + change.sentence,
        published=change.at,
        updated=change.updated,
        category=change.kind,
        html=render_to_string("tracker/mail/entry.html", {"change": change}).strip(),
        links=tuple(link for link in links if link[1]),
    )


def _tag(words: str) -> str:
    """A name for good, by RFC 4151: who it is from and since when they own that name."""
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    return f"tag:{host},2026:{words}"
