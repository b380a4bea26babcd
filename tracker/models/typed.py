"""Reads keys, days and moments from what an address or a form says."""

from datetime import date, datetime

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_aware

DIGITS = 18  # of these every number fits the 64 bits of a key
YEARS = range(1000, 9999)  # from these one can count on and back, in every zone


def key(words: str) -> int | None:
    """The key that the words spell; None where they can spell none.

    Whatever somebody types, a query may be asked with the answer: it has no sign, and no more
    digits than Python reads and PostgreSQL stores.
    """
    return int(words) if len(words) <= DIGITS and words.isascii() and words.isdecimal() else None


def day(words: str) -> date | None:
    """The day written as in 2023-04-17; None where there is none such, as on 30 February."""
    try:
        found = parse_date(words.strip())
    except ValueError:
        return None
    return found if found and found.year in YEARS else None


def moment(words: str) -> datetime | None:
    """The moment written as in RFC 3339; None where there is none such, or it names no zone."""
    try:
        found = parse_datetime(words.strip())
    except ValueError:
        return None
    return found if found and is_aware(found) and found.year in YEARS else None
