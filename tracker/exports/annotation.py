"""Writes evidence as W3C Web Annotations: https://www.w3.org/TR/annotation-model/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.exports.values import Passage

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'


@dataclass(frozen=True, slots=True)
class Quoted:
    """The whole words of a passage with up to 32 characters on either side, uncut.

    A shortened quote would point at other words; that is why annotations are for who signed in.
    """

    exact: str
    prefix: str
    suffix: str


def annotation(one: Passage, quoted: Quoted, claim: str, sample: str = "") -> dict[str, Any]:
    """One evidence as an annotation, without its context.

    The quote, its neighbours and its position are in Unicode code points of the text as stored.
    The position holds in the version that was read alone, which the state names. Who worked on it
    is named by role.

    Args:
        claim: the address of the claim it is linked to.
        sample: the word that stamps it, where everything in it is invented.
    """
    return {
        "id": one.permalink,
        "type": "Annotation",
        "motivation": "linking",
        "creator": {"type": "Person", "nickname": one.created_by},
        "created": moment(one.created_at),
        "modified": moment(one.created_at),
        "generator": {"type": "Software", "name": "Claimline"},
        "body": [
            {"type": "SpecificResource", "source": claim, "purpose": "linking"},
            _textual("classifying", one.stance),
            *([_textual("describing", one.denies)] if one.denies else []),
            *([_textual("tagging", f"speaker:{one.speaker}")] if one.speaker else []),
            _textual("commenting", one.chain),
            *([_textual("tagging", sample)] if sample else []),
        ],
        "target": {
            "type": "SpecificResource",
            "source": one.url,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": quoted.exact,
                    "prefix": quoted.prefix,
                    "suffix": quoted.suffix,
                },
                {"type": "TextPositionSelector", "start": one.start, "end": one.end},
            ],
            "state": {
                "type": "TimeState",
                "sourceDate": moment(one.retrieved_at),
                "cached": one.archived,
            },
        },
    }


def alone(node: dict[str, Any]) -> dict[str, Any]:
    """A node as a document of its own."""
    return {"@context": CONTEXT, **node}


def collection(
    address: str, label: str, total: int, items: Sequence[dict[str, Any]], page: int, size: int
) -> dict[str, Any]:
    """A page of a collection of annotations, with the collection it is part of.

    Args:
        address: of the collection; a page's is the same with `?page=`.
        total: annotations in all pages.
        page: from 1 on.
        size: annotations of a full page.
    """
    last = max(1, -(-total // size))
    node: dict[str, Any] = {
        "id": f"{address}?page={page}",
        "type": "AnnotationPage",
        "partOf": {
            "id": address,
            "type": "AnnotationCollection",
            "label": label,
            "total": total,
            "first": f"{address}?page=1",
            "last": f"{address}?page={last}",
        },
        "startIndex": (page - 1) * size,
        "items": list(items),
    }
    if page < last:
        node["next"] = f"{address}?page={page + 1}"
    if page > 1:
        node["prev"] = f"{address}?page={page - 1}"
    return alone(node)


def moment(at: datetime) -> str:
    """xsd:dateTime in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _textual(purpose: str, value: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}
