"""What the keys in recorded states stand for, and the words that name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sources.models import Source, Tag
from tracker.models import Claim, Origin, Speaker, Status, Story, User

OF_STORIES = ("member", "protected")  # kinds of states that name a story by its key


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys in recorded states stand for."""

    claims: Mapping[int, Claim]
    sources: Mapping[int, Source]
    speakers: Mapping[int, Speaker]
    origins: Mapping[int, Origin]
    tags: Mapping[int, Tag]
    statuses: Mapping[str, Status]
    stories: Mapping[int, Story]
    people: Mapping[int, User]
    roles: Mapping[int, str]

    def is_sample(self, kind: str, event: Any) -> bool:
        """Whether a recorded state belongs to the sample: by its story, its claim or its source."""
        if kind == "story":
            return bool(event.sample)
        if kind in OF_STORIES:
            return self.stories[event.story_id].sample if event.story_id in self.stories else False
        claim = self.claims.get(event.pgh_obj_id if kind == "claim" else key_of(event, "claim_id"))
        key = {"source": "pgh_obj_id", "text": "origin_id"}.get(kind, "source_id")
        source = self.sources.get(key_of(event, key))
        return bool((claim and claim.story.sample) or (source and source.sample))


def key_of(event: Any, name: str) -> int:
    """The key that a state holds under this name, 0 where it holds none."""
    return getattr(event, name, None) or 0


def claim_of(event: Any, names: Names) -> str:
    """The number of the claim that a state belongs to."""
    claim = names.claims.get(event.claim_id)
    return f"C{claim.number}" if claim else "?"


def source_named(key: int | None, names: Names) -> str:
    """The name of a source by its key."""
    source = names.sources.get(key or 0)
    return source.name if source else _("not known")
