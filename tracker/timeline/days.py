"""The days something happened on, as ISO 8601 writes them: a day, a month, a year or a span."""

import calendar
from datetime import date, timedelta

_DAY = timedelta(days=1)


def read(line: str) -> tuple[date, date | None]:
    """The first and the last day of 2023-04-17, 2023-04, 2023 or 2023-04-17/2023-04-20.

    The last is None when it is the first. Raises ValueError for anything else.
    """
    first, _, last = line.strip().partition("/")
    since, until = date.fromisoformat(_start(first)), date.fromisoformat(_end(last or first))
    if until < since:
        raise ValueError("ends before it begins")
    return since, None if until == since else until


def write(since: date, until: date | None) -> str:
    """The shortest line that `read` reads as these days."""
    kind = precision(since, until)
    if kind == "span":
        return f"{since}/{until}"
    return str(since)[: {"day": 10, "month": 7, "year": 4}[kind]]


def precision(since: date, until: date | None) -> str:
    """How exact the days are: "day", "month", "year", or "span" for any other stretch of days."""
    if until is None:
        return "day"
    if since.day == 1 and (until + _DAY).day == 1:
        if (since.year, since.month) == (until.year, until.month):
            return "month"
        if since.year == until.year and (since.month, until.month) == (1, 12):
            return "year"
    return "span"


def last(since: date, precision: str) -> date | None:
    """The last day of a month or a year that begins on `since`; None for a day."""
    if precision not in ("month", "year"):
        return None
    return date.fromisoformat(_end(str(since)[: {"month": 7, "year": 4}[precision]]))


def middle(since: date, until: date | None) -> date:
    """The day in the middle: where what is known to a month only is least far from the truth."""
    return since + ((until or since) - since) // 2


def _start(text: str) -> str:
    return text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text


def _end(text: str) -> str:
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        year, month = text.split("-")
        return f"{text}-{calendar.monthrange(int(year), int(month))[1]}"
    return text
