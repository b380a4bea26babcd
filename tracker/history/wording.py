"""Says a change of a row as sentences: what it was before, what it is now, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tracker.history import independence, links, people, publishing
from tracker.history.names import Names, claim_of, source_named
from tracker.history.values import labels, short, value_of
from tracker.models import Stance

# a withdrawal is a sentence of its own; keys and hashes of what has a name say nothing more
_TOLD_ELSEWHERE = frozenset(
    ["id", "withdrawn_at", "withdrawn_by_id", "withdrawn_because", "recorded_by_id", "recorded_at"]
)


def sentences(kind: str, before: Any, event: Any, names: Names) -> tuple[tuple[str, ...], str]:
    """The sentences of one recorded state, and the address of what it is about ("" = no page).

    Args:
        before: the state of the row before; None for its first.
    """
    if kind in people.KINDS:
        return people.sentences(kind, before, event, names)
    if kind in publishing.KINDS:
        return publishing.sentences(kind, before, event, names)
    label = event.pgh_label
    if label == "insert" or (before is None and label == "update"):
        said: tuple[str, ...] = (_MADE[kind](event, names),)
    elif label == "delete":
        said = (_removed(kind, event, names),)
    else:
        said = tuple(_changed(kind, before, event, names))
    return said, _address(kind, event, names)


def _status(event: Any, names: Names) -> str:
    status = names.statuses.get(event.status_id)
    return _("Status of %(claim)s recorded: “%(status)s”. Why: %(why)s") % {
        "claim": claim_of(event, names),
        "status": status.label if status else event.status_id,
        "why": short(event.why),
    }


def _evidence(event: Any, names: Names) -> str:
    return _("Linked “%(quote)s” to %(claim)s: %(stance)s.") % {
        "quote": short(event.exact),
        "claim": claim_of(event, names),
        "stance": Stance(event.stance).label,
    }


def _tagged(event: Any, names: Names) -> str:
    tag = names.tags.get(event.tag_id)
    return _("Tagged %(source)s “%(tag)s”.") % {
        "source": source_named(event.source_id, names),
        "tag": tag or "?",
    }


def _origin(event: Any, names: Names) -> str:
    return _("Origin of a text: %(name)s.") % {"name": source_named(event.origin_id, names)}


def _pair(event: Any, _names: Names) -> str:
    if event.same is None:
        return _("Asked whether two texts are one.")
    said = (
        _("Two articles are one text: %(why)s")
        if event.same
        else _("Two articles are two texts: %(why)s")
    )
    return said % {"why": event.why}


_MADE: dict[str, Callable[[Any, Names], str]] = {
    "story": lambda event, _names: _("Added the story “%(name)s”.") % {"name": event.title},
    "claim": lambda event, _names: (
        _("Added claim C%(n)s: “%(words)s”.") % {"n": event.number, "words": short(event.statement)}
    ),
    "member": links.member,
    "party": links.party,
    "relation": links.relation,
    "status": _status,
    "evidence": _evidence,
    "speaker": lambda event, _names: _("Added the speaker %(name)s.") % {"name": event.name},
    "source": lambda event, _names: _("Added the source %(name)s.") % {"name": event.name},
    "tag": _tagged,
    "word": lambda event, _names: _("Made the tag “%(tag)s”.") % {"tag": event.label_en},
    "note": lambda event, names: (
        _("Noted on %(source)s: “%(words)s”.")
        % {"source": source_named(event.source_id, names), "words": short(event.text)}
    ),
    "feed": lambda event, _names: _("Took up the feed %(url)s.") % {"url": event.url},
    "text": _origin,
    "pair": _pair,
}


_TAKEN_OFF: dict[str, Callable[[Any, Names, bool], str]] = {
    "member": links.member,
    "party": links.party,
    "relation": links.relation,
}


def _removed(kind: str, event: Any, names: Names) -> str:
    if kind == "tag":
        return _("Took the tag “%(tag)s” off %(source)s.") % {
            "tag": names.tags.get(event.tag_id) or "?",
            "source": source_named(event.source_id, names),
        }
    if kind in _TAKEN_OFF:
        return _TAKEN_OFF[kind](event, names, True)
    return _("Removed: %(what)s") % {"what": _MADE[kind](event, names)}


def _changed(kind: str, before: Any, event: Any, names: Names) -> list[str]:
    """What differs from the state before; a withdrawal says why."""
    if kind in ("text", "pair"):
        return [_MADE[kind](event, names)]
    if kind == "relation":
        return [links.relation(event, names, event.withdrawn_at is not None)]
    if kind == "note":
        words = _("Withdrew the note “%(words)s”.")
        words = words if event.withdrawn_at else _("Let stand again: “%(words)s”.")
        return [words % {"words": short(event.text)}]
    said = []
    old, new = (getattr(one, "withdrawn_because", "") for one in (before, event))
    if old != new and new:
        said.append(_("Withdrew “%(what)s”: %(why)s") % {"what": _what(event, names), "why": new})
    elif old != new:
        said.append(_("Restored “%(what)s”.") % {"what": _what(event, names)})
    told = _TOLD_ELSEWHERE
    if kind == "evidence" and (stated := independence.said(before, event)):
        said.append(stated)
        told |= independence.COLUMNS
    called = labels()
    for field in event._meta.concrete_fields:
        name = field.attname
        was, now = getattr(before, name), getattr(event, name)
        if was == now or name in told or name.startswith("pgh_"):
            continue
        label = called.get(name) or capfirst(field.verbose_name)
        said.append(_replaced(label, *(value_of(kind, name, one, names) for one in (was, now))))
    return said or [_("Changed: %(what)s") % {"what": _what(event, names)}]


def _replaced(label: str, was: str, now: str) -> str:
    """What took the place of what; "" = nothing stands, or stood, there."""
    if not was:
        return _("%(label)s: “%(now)s”, not set before.") % {"label": label, "now": now}
    if not now:
        return _("%(label)s: not set, before that “%(was)s”.") % {"label": label, "was": was}
    words = _("%(label)s: “%(now)s”, before that “%(was)s”.")
    return words % {"label": label, "now": now, "was": was}


def about(kind: str, event: Any, names: Names) -> str:
    """The words that name what was changed, for a sentence that tells only how; "" = it does."""
    if kind == "evidence":
        return _("“%(quote)s” on %(claim)s") % {
            "quote": short(event.exact),
            "claim": claim_of(event, names),
        }
    if kind == "claim":
        return f"C{event.number}"
    return _what(event, names) if kind in ("story", "speaker", "source", "word", "feed") else ""


def _named(event: Any) -> set[str]:
    return {field.attname for field in event._meta.concrete_fields}


def _what(event: Any, names: Names) -> str:
    """The words that name a row."""
    for name in ("exact", "statement", "title", "name", "label_en", "url", "why"):
        if name in _named(event):
            return short(getattr(event, name))
    return str(event.pgh_obj_id)


def _address(kind: str, event: Any, names: Names) -> str:
    if kind == "member":
        story = names.stories.get(event.story_id)
        return reverse("story", args=[story.slug]) if story else ""
    if kind in ("status", "evidence", "claim", "party", "relation"):
        claim = names.claims.get(event.pgh_obj_id if kind == "claim" else event.claim_id)
        if claim is None:
            return ""
        if kind == "evidence":
            return reverse("evidence", args=[claim.story.slug, event.pgh_obj_id])
        return reverse("claim", args=[claim.story.slug, claim.number])
    if kind == "word":
        return reverse("tags")
    if kind in ("source", "tag", "note", "feed"):
        source = names.sources.get(event.pgh_obj_id if kind == "source" else event.source_id)
        return reverse("source", args=[source.slug]) if source else ""
    if kind == "text":
        return reverse("text", args=[event.pgh_obj_id])
    return reverse("story", args=[event.slug]) if kind == "story" else ""
