"""Says what was done towards publishing as sentences: proposals, requests for comment, names."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.history.names import Names, claim_of
from tracker.history.values import short
from tracker.timeline.dating import moment

KINDS = ("publication", "comment", "protected")


def sentences(kind: str, before: Any, event: Any, names: Names) -> tuple[tuple[str, ...], str]:
    """The sentences of one recorded state, and the page where it was done.

    Args:
        before: the state of the row before; None for its first.
    """
    said = {"publication": _publication, "comment": _comment, "protected": _protected}[kind]
    return (said(before, event, names),), _address(kind, event, names)


def _publication(before: Any, event: Any, names: Names) -> str:
    values = {
        "claim": claim_of(event, names),
        "words": short(event.statement),
        "why": event.withdrawn_because,
    }
    if before is None and event.names_nobody:
        said = _("Proposed %(claim)s for the public, as naming nobody: “%(words)s”.")
    elif before is None:
        said = _("Proposed %(claim)s for the public: “%(words)s”.")
    elif event.withdrawn_at is None:
        said = _("Approved and published %(claim)s: “%(words)s”.")
    elif event.approved_at is None:
        said = _("Took back the proposal to publish %(claim)s. Why: %(why)s")
    else:
        said = _("Took %(claim)s from the public. Why: %(why)s")
    return said % values


def _comment(before: Any, event: Any, names: Names) -> str:
    values = {
        "claim": claim_of(event, names),
        "name": names.speakers.get(event.subject_id) or "?",
        "how": short(event.how),
        "when": moment(event.deadline),
        "answer": short(event.answer),
    }
    if event.answered_at is not None:
        return _("Answer to the request for comment on %(claim)s, %(name)s: “%(answer)s”.") % values
    if before is None:
        said = _("Request for comment on %(claim)s, until %(when)s, to %(name)s: %(how)s")
    else:
        said = _("Request for comment on %(claim)s changed: until %(when)s, to %(name)s: %(how)s")
    return said % values


def _protected(before: Any, event: Any, names: Names) -> str:
    values = {
        "name": event.name,
        "story": names.stories.get(event.story_id) or "?",
        "instead": event.shown_as or _("name withheld"),
    }
    if event.withdrawn_at is not None:
        said = _("Let the name “%(name)s” be shown again in the story “%(story)s”.")
    elif before is None:
        said = _("Protected the name “%(name)s” in the story “%(story)s”: shown as [%(instead)s].")
    else:
        said = _("Changed the protected name “%(name)s” in the story “%(story)s”: [%(instead)s].")
    return said % values


def _address(kind: str, event: Any, names: Names) -> str:
    if kind == "protected":
        story = names.stories.get(event.story_id)
        return reverse("protected", args=[story.slug]) if story else ""
    claim = names.claims.get(event.claim_id)
    return reverse("claim", args=[claim.story.slug, claim.number]) if claim else ""
