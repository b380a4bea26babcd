"""Says what a column of a recorded state holds, and what the column is called, in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from sources.models.source import TagGroup
from tracker.history.names import Names, source_named
from tracker.models import Evidence, Stance
from tracker.timeline.dating import day, moment

QUOTE = 120  # characters of a passage or a wording


def short(words: object) -> str:
    """Words as far as a sentence of the history quotes them."""
    text = str(words)
    return text if len(text) <= QUOTE else f"{text[: QUOTE - 1]}…"


def value_of(kind: str, name: str, value: Any, names: Names) -> str:
    """What a column held, in words; "" = nothing."""
    if value is None or value in ("", [], False):
        return ""
    if name == "source_id":
        return source_named(value, names)
    if name in ("speaker_id", "by_speaker_id"):
        return str(names.speakers.get(value, value))
    if name == "origin_id":
        return str(names.origins.get(value, value))
    if name == "merged_into_id" and kind == "source":
        return source_named(value, names)
    if name == "merged_into_id" and kind in ("word", "speaker"):
        return str((names.tags if kind == "word" else names.speakers).get(value, value))
    if name in ("claim_id", "merged_into_id"):
        claim = names.claims.get(value)
        return f"C{claim.number}" if claim else str(value)
    if name == "group":
        return str(TagGroup(value).label)
    if name == "independent":
        return str(dict(Evidence.independent.field.choices or ())[value])
    if name == "stance":
        return str(Stance(value).label)
    if value is True:
        return _("yes")
    if isinstance(value, date):
        # a datetime is a date too, and tells the time
        return moment(value) if isinstance(value, datetime) else day(value)
    return short(", ".join(value) if isinstance(value, list) else value)


def labels() -> dict[str, str]:
    """The columns that people own, in the words of the forms."""
    return {
        "title": _("Title"),
        "name": _("Name"),
        "statement": _("Statement"),
        "statement_fr": _("Statement in French"),
        "terms": _("Terms"),
        "filter": _("Filter"),
        "confidential": _("Confidential"),
        "stance": _("Stance"),
        "speaker_id": _("Speaker"),
        "claim_id": _("Claim"),
        "denies_what": _("What it denies"),
        "independent": _("Independent"),
        "event_on": _("Date of the event"),
        "event_until": _("Last day of the event"),
        "origin_id": _("Origin"),
        "tz": _("Time zone"),
        "note": _("Note"),
        "merged_into_id": _("Merged into"),
        "owner": _("Owner"),
        "country": _("Country"),
        "languages": _("Languages"),
        "community": _("Community"),
        "kind": _("Type"),
        "variants": _("Variants"),
        "label_en": _("Label in English"),
        "label_fr": _("Label in French"),
        "group": _("Group"),
        "stated_by": _("Stated by"),
        "published_at": _("Published"),
        "url": _("Address"),
        "source_id": _("Source"),
        "enabled": _("Asked"),
        "paused_because": _("Pause"),
        "poll_minutes": _("Minutes between polls"),
    }
