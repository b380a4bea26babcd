"""The key events of a story: dated, named in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import get_language

from tracker.models import Story


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A dated event of a story, in the reader's language."""

    on: date
    label: str


def key_events(story: Story) -> list[KeyEvent]:
    """The key events of a story, oldest first; those without a readable date are left out."""
    language = "fr" if (get_language() or "").startswith("fr") else "en"
    found = []
    for event in story.key_events:
        on = parse_date(str(event.get("date", "")))
        label = event.get(language) or event.get("en") or ""
        if on and label:
            found.append(KeyEvent(on, label))
    return sorted(found, key=lambda event: event.on)
