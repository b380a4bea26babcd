"""What the address of a timeline asks for."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from tracker.models import Stance, Visit
from tracker.narrowing import Choice

SINCE = ("seen", "visit", "24h", "7d")
AGO = {"24h": timedelta(hours=24), "7d": timedelta(days=7)}


def story_choice(asked: QueryDict, claims: dict[int, int]) -> Choice:
    """What the address of a timeline chose; `since` is left to the caller.

    Args:
        claims: the ids of the story's claims by their numbers.
    """
    number = asked.get("claim", "")
    return Choice(
        claim=claims.get(int(number)) if number.isdecimal() else None,
        stance=frozenset(asked.getlist("stance")) & frozenset(Stance.values),
        lang=frozenset(filter(None, asked.getlist("lang"))),
        tag=frozenset(filter(None, asked.getlist("tag"))),
        speaker=asked.get("speaker", ""),
        first=_date(asked.get("from", "")),
        last=_date(asked.get("to", "")),
    )


def since_words(asked: QueryDict) -> str:
    """The word or day after which something has to be recorded, as it was asked for."""
    given = [words.strip() for words in asked.getlist("since") if words.strip()]
    return given[-1] if given else ""


def since(words: str, visit: Visit | None, now: datetime) -> datetime | None:
    """The moment the words stand for; None for no words, for those we do not know, and for the
    visit before a first one.

    Args:
        words: "seen", "visit", "24h", "7d" or a day as in 2023-04-17, which begins at midnight in
            the newsroom's zone.
    """
    if words in AGO:
        return now - AGO[words]
    if visit is not None and words in ("seen", "visit"):
        return visit.seen_until if words == "seen" else visit.before
    day = _date(words)
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _date(words: str) -> Any:
    try:
        return parse_date(words)
    except ValueError:
        return None
