"""Says what stands between two rows: members of stories, parties to claims, related claims."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tracker.history.names import Names, claim_of
from tracker.models import ClaimRelation


def member(event: Any, names: Names, taken_off: bool = False) -> str:
    """Somebody who may know of a confidential story, or no longer."""
    said = (
        _("%(who)s is no longer a member of the story “%(story)s”.")
        if taken_off
        else _("Made %(who)s a member of the story “%(story)s”.")
    )
    return said % {
        "who": names.people.get(event.user_id) or "?",
        "story": names.stories.get(event.story_id) or "?",
    }


def party(event: Any, names: Names, taken_off: bool = False) -> str:
    """A speaker who is a party to a claim, or no longer."""
    said = (
        _("Took %(name)s off the parties concerned in %(claim)s.")
        if taken_off
        else _("Named %(name)s a party concerned in %(claim)s.")
    )
    name = names.speakers.get(event.speaker_id) or "?"
    return said % {"name": name, "claim": claim_of(event, names)}


def relation(event: Any, names: Names, taken_back: bool = False) -> str:
    """How one claim stands to another, or that this was taken back."""
    said = (
        _("Took back that %(claim)s %(verb)s %(other)s.")
        if taken_back
        else _("Recorded that %(claim)s %(verb)s %(other)s.")
    )
    other = names.claims.get(event.other_id)
    return said % {
        "claim": claim_of(event, names),
        "verb": ClaimRelation.Verb(event.verb).label,
        "other": f"C{other.number}" if other else "?",
    }
