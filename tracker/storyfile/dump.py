"""Writes story files: the values of a story as YAML that reads back as the same values."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

import yaml

from tracker.storyfile.parts import (
    EvidencePart,
    FeedPart,
    Reference,
    RelationPart,
    StoryFile,
)

_SAMPLE_ADDRESS = re.compile(r"\b(127\.77\.\d{1,3}\.\d{1,3}:)(\d+)\b")
_RENAMED = {"on": "date", "event_on": "event_date"}


def dump(story: StoryFile, sample_port: str = "") -> str:
    """Write a story file; `parse` reads the same values back.

    Args:
        sample_port: written as {sample_port} in the addresses of sample publishers.
    """
    tree: dict[str, Any] = {"story": _written(story.story)}
    for name in ("tags", "sources", "speakers", "claims", "key_events", "evidence"):
        rows = [_written(row) for row in getattr(story, name)]
        if rows:
            tree[name] = rows
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=100)
    if not sample_port:
        return text
    return _SAMPLE_ADDRESS.sub(
        lambda found: found[1] + ("{sample_port}" if found[2] == sample_port else found[2]), text
    )


def _written(row: Any) -> dict[str, Any]:
    """A part as the mapping the file has, without what only repeats the default."""
    match row:
        case FeedPart():
            return {"url": row.url, "poll": row.poll_minutes or "nightly", "tz": row.tz}
        case RelationPart():
            return {row.verb: row.number}
        case Reference():
            return {row.kind: row.name}
    found: dict[str, Any] = {}
    for column in fields(row):
        value = getattr(row, column.name)
        if column.default is MISSING or value != column.default:
            found[_RENAMED.get(column.name, column.name)] = _value(value)
    if isinstance(row, EvidencePart):
        found.pop("event_until", None)
        if row.event_on:
            found["event_date"] = _spanned(row.event_on, row.event_until)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [item if isinstance(item, str) else _written(item) for item in value]
    return _written(value) if isinstance(value, Reference) else value


def _spanned(since: date, until: date | None) -> Any:
    return f"{since}/{until}" if until else since
