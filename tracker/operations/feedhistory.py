"""What was done to a feed, read from its recorded states as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sources.models import Feed, Source
from tracker.models import User

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to a feed: when, by whom (empty: by Claimline itself), and what."""

    at: datetime
    by: str
    said: str


def acts(feed: Feed) -> list[Act]:
    """Everything done to a feed's configuration, newest first, in three queries."""
    events_of: Any = Feed.pgh_event_model  # type: ignore[attr-defined]
    recorded = events_of.objects.filter(pgh_obj_id=feed.pk)
    events = list(recorded.select_related("pgh_context").order_by("-pgh_id")[: SHOWN + 1])
    events.reverse()
    users = User.objects.in_bulk({pk for event in events if (pk := _user(event))})
    names = dict(Source.objects.filter(pk__in=_sources(events)).values_list("pk", "name"))
    found = []
    for before, event in zip([None, *events], events, strict=False):
        if before is None and event.pgh_label != "insert":
            continue  # the state the first shown change is compared with
        by = users.get(_user(event) or 0)
        for said in _said(before, event, names):
            found.append(Act(event.pgh_created_at, by.get_username() if by else "", said))
    return found[::-1]


def _user(event: Any) -> int | None:
    context = event.pgh_context
    return context.metadata.get("user") if context else None


def _sources(events: list[Any]) -> set[int]:
    return {event.source_id for event in events}


def _said(before: Any, event: Any, names: dict[int, str]) -> Iterator[str]:
    """The sentences of one event: what differs from the state before."""
    if before is None:
        yield _("Taken up at %(url)s.") % {"url": event.url}
        return
    if before.enabled != event.enabled:
        yield _enabled(event)
    elif before.paused_because != event.paused_because or before.paused_until != event.paused_until:
        yield _("The pause was changed: %(why)s") % {"why": _pause(event)}
    if before.source_id != event.source_id:
        yield _("Moved from %(before)s to %(after)s.") % {
            "before": names.get(before.source_id, before.source_id),
            "after": names.get(event.source_id, event.source_id),
        }
    for name, words in _FIELDS.items():
        old, new = getattr(before, name), getattr(event, name)
        if old != new:
            yield words() % {"before": _shown(old), "after": _shown(new)}


def _enabled(event: Any) -> str:
    context = event.pgh_context
    if event.enabled:
        ended = context and context.metadata.get("reason") == "the pause ended"
        return _("Resumed: the pause had ended.") if ended else _("Resumed.")
    if not event.paused_because:
        return _("No longer asked: the site said twice that it is gone for good.")
    return _("Paused: %(why)s") % {"why": _pause(event)}


def _pause(event: Any) -> str:
    if event.paused_until is None:
        return str(event.paused_because)
    pattern = pgettext("date format: 17 Apr 2023", "j M Y")
    return _("%(why)s (until %(when)s)") % {
        "why": event.paused_because,
        "when": date_format(localtime(event.paused_until), pattern),
    }


def _shown(value: Any) -> str:
    if value is None or value == "":
        return _("nothing set")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


_FIELDS: dict[str, Callable[[], str]] = {
    "url": lambda: _("The address was changed from %(before)s to %(after)s."),
    "poll_minutes": lambda: _("Minutes between polls: %(after)s, before that %(before)s."),
    "fetch_pages": lambda: _("Pages are fetched: %(after)s, before that %(before)s."),
    "identity": lambda: _("Entries are told apart by: %(after)s, before that %(before)s."),
    "tz": lambda: _("Time zone of dates without one: %(after)s, before that %(before)s."),
    "date_order": lambda: _("Order of day and month: %(after)s, before that %(before)s."),
    "user_agent": lambda: _("It is asked in the name of: %(after)s, before that %(before)s."),
    "allow_bad_tls": lambda: _(
        "A bad certificate is put up with: %(after)s, before that %(before)s."
    ),
}
