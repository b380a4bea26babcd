"""Finds a speaker by name, or adds one."""

from __future__ import annotations

from django.utils.text import slugify

from tracker.models import Speaker
from tracker.models.speaker import SpeakerKind
from tracker.passages.linking import find_speaker


def named(name: str) -> Speaker:
    """The speaker of this name or with this variant; made when nobody is known under it."""
    return find_speaker(name) or Speaker.objects.create(
        name=name, slug=_free_slug(name), kind=SpeakerKind.PERSON
    )


def _free_slug(name: str) -> str:
    stem = slugify(name) or "speaker"
    taken = set(Speaker.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
