"""Says when: days, times and spans in the reader's language, no more precisely than known."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

from tracker.models import Evidence, StatusChange
from tracker.timeline import days


def day(value: datetime.date | datetime.datetime | None) -> str:
    """A date nobody can read two ways: 17 Apr 2023."""
    if value is None:
        return gettext("date not known")
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date()
    return _day_in(get_language(), value)


@lru_cache(maxsize=4096)  # a list names the same days again and again
def _day_in(language: str | None, value: datetime.date) -> str:
    if value.day == 1:  # French writes 1er
        pattern = pgettext("date format, the first of a month: 1 Apr 2023", "j M Y")
    else:
        pattern = pgettext("date format: 17 Apr 2023", "j M Y")
    return date_format(value, pattern)


def month(value: datetime.date) -> str:
    """A month as an axis has it: Apr."""
    return date_format(value, pgettext("date format: Apr", "M"))


def long_day(value: datetime.date | None) -> str:
    """A date as a heading has it: Wednesday 19 June 2024."""
    if value is None:
        return gettext("Date not known")
    if value.day == 1:
        pattern = pgettext("date format, the first of a month: Saturday 1 June 2024", "l j F Y")
    else:
        pattern = pgettext("date format: Wednesday 19 June 2024", "l j F Y")
    return date_format(value, pattern)


def moment(value: datetime.datetime | None) -> str:
    """A time to the minute, in the newsroom's zone: 17 Apr 2023, 07:40."""
    if value is None:
        return gettext("not yet")
    return gettext("%(day)s, %(time)s") % {"day": day(value), "time": clock(value)}


def clock(value: datetime.datetime | None) -> str:
    """The time of day, in the newsroom's zone."""
    if value is None:
        return ""
    value = timezone.localtime(value)
    return _time_in(get_language(), value.hour, value.minute)


@lru_cache(maxsize=2880)
def _time_in(language: str | None, hour: int, minute: int) -> str:
    pattern = pgettext("date format: 07:40", "H:i")
    return date_format(datetime.datetime(2000, 1, 1, hour, minute), pattern)


def effective(change: StatusChange) -> str:
    """Since when a status holds, no more precisely than it is known."""
    patterns = {"month": "F Y", "year": "Y"}
    if change.precision in patterns:
        return date_format(change.effective_on, patterns[change.precision])
    # French puts an article before a day, and none before a month
    return pgettext("a day after 'since'", "%(day)s") % {"day": day(change.effective_on)}


def happened(evidence: Evidence) -> str:
    """When what a passage tells of happened, no more precisely than it is known."""
    return span(evidence.event_on, evidence.event_until) if evidence.event_on else ""


def dated(one: Any) -> str:
    """The day of a statement or a passage (`on`, `until`), no more precisely than it is known."""
    return span(one.on, one.until) if one.on else gettext("date not known")


def headed(group: Any) -> str:
    """The day of a group of the timeline, as its heading has it: a day, a month, a year, a span."""
    return span(group.on, group.until) if group.until else long_day(group.on)


def span(since: datetime.date, until: datetime.date | None) -> str:
    """A day, a month, a year or a stretch of days in words."""
    patterns = {"month": "F Y", "year": "Y"}
    kind = days.precision(since, until)
    if kind in patterns:
        return date_format(since, patterns[kind])
    if until is None:
        return day(since)
    return gettext("%(first)s to %(last)s") % {"first": day(since), "last": day(until)}


def published(article: Any) -> str:
    """When an article was published, no more precisely than it is known."""
    if article.published_at is None:
        return gettext("first seen %(when)s") % {"when": day(article.first_seen_at)}
    if article.published_precision in ("day", "unknown"):
        return day(article.published_at)
    return moment(article.published_at)
