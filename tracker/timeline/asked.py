"""What the address of a page asks for: a choice on the timeline, a day to look back to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Stance, Visit
from tracker.models.typed import day, key
from tracker.timeline.narrowing import Choice

SINCE = ("seen", "visit", "24h", "7d")
AGO = {"24h": timedelta(hours=24), "7d": timedelta(days=7)}


def story_choice(
    asked: QueryDict, claims: Mapping[int, int], visit: Visit | None, now: datetime
) -> Choice:
    """What the address of a timeline chose.

    Args:
        claims: the ids of the story's claims by their numbers.
        visit: the reader's row of the story; "since my last visit" is read from it.
    """
    number, source = asked.get("claim", ""), asked.get("source", "")
    return Choice(
        claim=claims.get(key(number) or 0),
        stance=frozenset(asked.getlist("stance")) & frozenset(Stance.values),
        lang=frozenset(filter(None, asked.getlist("lang"))),
        tag=frozenset(filter(None, asked.getlist("tag"))),
        source=key(source),
        speaker=asked.get("speaker", ""),
        since=since(since_words(asked), visit, now),
        first=day(asked.get("from", "")),
        last=day(asked.get("to", "")),
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
    found = day(words)
    return timezone.make_aware(datetime.combine(found, time.min)) if found else None


def as_of(asked: QueryDict) -> datetime | None:
    """The end of the day the address looks back to; None for now."""
    found = day(asked.get("as-of", ""))
    return timezone.make_aware(datetime.combine(found, time.max)) if found else None


def lanes(asked: QueryDict) -> int:
    """Which page of all claims the overview is to draw; 0 for the liveliest of them."""
    words = asked.get("lanes", "")
    return max(1, key(words) or 1) if words else 0


def date_faults(asked: QueryDict) -> list[str]:
    """What is wrong with the dates asked for; a word that is no date narrows nothing."""
    given = {name: asked.get(name, "").strip() for name in ("from", "to", "as-of")}
    since = since_words(asked)
    given["since"] = "" if since in SINCE else since
    dates = {name: day(words) for name, words in given.items()}
    faults = [
        _("“%(words)s” is no date: write it as in 2023-04-17. The other filters hold.")
        % {"words": words[:40]}
        for name, words in given.items()
        if words and dates[name] is None
    ]
    if dates["from"] and dates["to"] and dates["from"] > dates["to"]:
        faults.append(_("The first day is after the last, so that no day fits."))
    return faults


def choice_faults(asked: QueryDict, claims: Mapping[int, int]) -> list[str]:
    """What is wrong with the choices asked for; a value a page does not offer narrows nothing.

    Args:
        claims: the ids of the story's claims by their numbers.
    """
    unknown = set(asked.getlist("stance")) - {*Stance.values, ""}
    for name, known in (("claim", lambda number: number in claims), ("source", bool)):
        words = asked.get(name, "")
        if words and not known(key(words)):
            unknown.add(words)
    fault = _("“%(words)s” is none of the choices here. The other filters hold.")
    return [fault % {"words": words[:40]} for words in sorted(unknown)]
