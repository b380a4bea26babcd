"""What the address of a timeline asks for."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date

from tracker.models import Stance
from tracker.narrowing import Choice


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


def _date(words: str) -> Any:
    try:
        return parse_date(words)
    except ValueError:
        return None
