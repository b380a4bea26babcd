"""Writes a timeline as one JSON document: claims with their figures, statements, passages."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from tracker.exports.values import Material

FORMAT = "claimline-timeline/1"


def write(material: Material) -> str:
    """The document; every row of a sample says so."""
    stamp = {"sample": True} if material.sample else {}
    document = {
        "format": FORMAT,
        **stamp,
        "story": {
            "slug": material.slug,
            "title": material.title,
            "summary": material.summary,
            "language": material.language,
            "address": material.address,
        },
        "filters": [list(pair) for pair in material.filters],
        "taken_at": material.taken_at,
        "claims": [{**asdict(claim), **stamp} for claim in material.claims],
        "statements": [
            {
                **asdict(said),
                "passages": [{**asdict(one), **stamp} for one in said.passages],
                **stamp,
            }
            for said in material.statements
        ],
        "status_changes": [{**asdict(row), **stamp} for row in material.statuses],
        "edits": [{**asdict(row), **stamp} for row in material.edits],
        "events": [{**asdict(event), **stamp} for event in material.events],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the document")
