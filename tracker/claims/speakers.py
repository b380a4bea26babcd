"""Finds a speaker by name, or adds one."""

from __future__ import annotations

from sources.models.slugs import free_slug
from tracker.models import Speaker
from tracker.models.speaker import SpeakerKind
from tracker.passages.linking import find_speaker


def named(name: str) -> Speaker:
    """The speaker of this name or with this variant; made when nobody is known under it."""
    return find_speaker(name) or Speaker.objects.create(
        name=name, slug=free_slug(Speaker, name, "speaker"), kind=SpeakerKind.PERSON
    )
