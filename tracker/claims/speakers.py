"""Finds a speaker by name, or adds one; the few whom words may name among all."""

from __future__ import annotations

from collections.abc import Iterable

from sources.models.slugs import free_slug
from tracker.matching.names import Letters
from tracker.models import Speaker
from tracker.models.speaker import SpeakerKind
from tracker.passages.linking import find_speaker


def named(name: str) -> Speaker:
    """The speaker of this name or with this variant; made when nobody is known under it."""
    return find_speaker(name) or Speaker.objects.create(
        name=name, slug=free_slug(Speaker, name, "speaker"), kind=SpeakerKind.PERSON
    )


def maybe_in(words: Iterable[str]) -> list[int]:
    """The keys of those of whom a name may stand in the words: few, to be looked at well."""
    letters = Letters("\n".join(words))
    rows = Speaker.objects.filter(merged_into=None).values_list("pk", "name", "variants").order_by()
    return [pk for pk, name, more in rows if any(map(letters.may_hold, (name, *more)))]
