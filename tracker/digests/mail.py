"""Writes the e-mail that tells a follower what changed, as plain text and as simple HTML."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from tracker.changes.change import Change
from tracker.changes.scope import Followed
from tracker.digests import tokens
from tracker.models import Digest, Follow, User

Sections = list[tuple[Follow | None, list[Change]]]
SHOWN = 100  # changes in one mail; the rest is on the site
SUBJECT = 150  # characters
_PARTICULAR = ("claim", "source", "search", "story")


def arranged(followed: Iterable[Followed], found: Iterable[Change]) -> Sections:
    """Each change once, under the most particular follow that brought it; None = confidential."""
    order = sorted((one.follow for one in followed), key=lambda f: _PARTICULAR.index(f.kind))
    sections: dict[Follow | None, list[Change]] = {follow: [] for follow in [*order, None]}
    for change in found:
        brought_by = next((one for one in order if _mark(one) & change.about), None)
        sections[None if change.confidential else brought_by].append(change)
    return [(follow, told) for follow, told in sections.items() if told]


def message(user: User, digest: Digest, sections: Sections) -> EmailMultiAlternatives:
    """The mail of a window, in the language that is active. The same window makes the same mail."""
    unsubscribe = settings.SITE_ADDRESS + reverse("unsubscribe", args=[tokens.stop(digest)])
    context = {
        "sections": _cut([(follow, told) for follow, told in sections if follow]),
        "secret": sum(len(told) for follow, told in sections if not follow),
        "number": _number(sections),
        "more": max(0, _number(sections) - SHOWN),
        "sample": any(change.sample for _follow, told in sections for change in told),
        "digest": digest,
        "site": settings.SITE_ADDRESS,
        "time_zone": settings.TIME_ZONE,
        "unsubscribe": unsubscribe,
        "language": get_language(),
    }
    text = render_to_string("tracker/mail/digest.txt", context).strip() + "\n"
    html = render_to_string("tracker/mail/digest.html", context)
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    sent = EmailMultiAlternatives(
        subject(sections),
        text,
        to=[user.email],
        headers={
            "Message-ID": f"<digest-{digest.pk}-{digest.until:%Y%m%d%H%M%S}@{host}>",
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    sent.attach_alternative(html, "text/html")
    return sent


def subject(sections: Sections) -> str:
    """The one change in its own words, else how many; of confidential stories the number alone."""
    told = [change for _follow, changes in sections for change in changes]
    if len(told) == 1 and not told[0].confidential:
        words = " ".join(told[0].sentence.split())
    elif all(change.confidential for change in told):
        words = ngettext("%(n)s new; sign in", "%(n)s new; sign in", len(told)) % {"n": len(told)}
    else:
        words = ngettext(
            "%(n)s change in what you follow", "%(n)s changes in what you follow", len(told)
        ) % {"n": len(told)}
    stamp = f"[{gettext('Sample')}] " if any(change.sample for change in told) else ""
    line = _("%(stamp)sClaimline: %(words)s") % {"stamp": stamp, "words": words}
    return line if len(line) <= SUBJECT else line[: SUBJECT - 1] + "…"


def _mark(follow: Follow) -> set[tuple[str, int]]:
    """By what the changes that a follow brings are known."""
    ids = {"story": follow.story_id, "claim": follow.claim_id, "source": follow.source_id}
    return {(follow.kind, ids.get(follow.kind) or follow.pk)}


def _number(sections: Sections) -> int:
    return sum(len(told) for _follow, told in sections)


def _cut(sections: Sections) -> Sections:
    """No more than a mail shows."""
    left = SHOWN
    shown: Sections = []
    for follow, told in sections:
        if left > 0:
            shown.append((follow, told[:left]))
            left -= len(told)
    return shown
