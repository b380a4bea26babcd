"""Reads a pause of a feed as somebody asks for it: why, and the day on which it ends."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models.typed import day

LONGEST = 300  # characters of the reason
DAYS = 14  # a pause lasts so long where nobody says otherwise


class PauseError(ValueError):
    """It is no pause yet; the message is for who asked for it."""


def pause_asked(because: str, until: str) -> tuple[str, datetime]:
    """The reason and the end of a pause.

    Args:
        until: a day of the newsroom's zone, as in 2026-12-24; it ends as that day begins.

    Raises:
        PauseError: no reason, no day, or a day that has come.
    """
    why, end = because.strip()[:LONGEST], _day(until)
    if not why or end is None:
        raise PauseError(_("A pause needs a reason, and the day on which it ends."))
    if end <= timezone.now():
        raise PauseError(_("A pause ends on a day to come."))
    return why, end


def _day(words: str) -> datetime | None:
    found = day(words)
    return timezone.make_aware(datetime.combine(found, time())) if found else None
