"""Writes a claim as schema.org Claim in JSON-LD; no verdict, so no ClaimReview."""

import json
from collections.abc import Iterable
from typing import Any

from tracker.exports.values import ClaimRow, Passage, Work

CONTEXT = "https://schema.org"


def claim(
    row: ClaimRow,
    passages: Iterable[Passage | Work],
    *,
    story: tuple[str, str],
    publisher: tuple[str, str],
    figures: str,
    sample: str = "",
) -> dict[str, Any]:
    """The claim as a node.

    Args:
        passages: where it appeared; each article is named once.
        story: title and address of the story it belongs to.
        publisher: who keeps the record: name and address.
        figures: the figures of its page in words.
        sample: the word that stamps it, where everything in it is invented.
    """
    appearances = list({one.article: _work(one) for one in passages}.values())
    part = {"@type": "CreativeWork", "name": story[0], "url": story[1]}
    node = {
        "@context": CONTEXT,
        "@type": "Claim",
        "@id": row.permalink,
        "url": row.permalink,
        "name": f"{sample}: {row.title}" if sample else row.title,
        "text": row.heading,
        "description": figures,
        "inLanguage": row.language,
        "datePublished": row.first_on.isoformat() if row.first_on else None,
        "dateModified": row.last_change_at.isoformat() if row.last_change_at else None,
        "claimInterpreter": {"@type": "Organization", "name": publisher[0], "url": publisher[1]},
        "firstAppearance": _work(row.first) if row.first else None,
        "appearance": appearances or None,
        "about": part,
        "isPartOf": part,
        "creativeWorkStatus": _status(row),
        "keywords": sample or None,
    }
    return {name: value for name, value in node.items() if value is not None}


def write(node: dict[str, Any]) -> str:
    """The node as text that can stand inside a script element: nothing in it can end one."""
    text = json.dumps(node, ensure_ascii=False, indent=1)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _work(passage: Passage | Work) -> dict[str, Any]:
    work = {
        "@type": "NewsArticle",
        "url": passage.url,
        "headline": passage.title,
        "inLanguage": passage.language or None,
        "datePublished": passage.published.isoformat() if passage.published else None,
        "publisher": {"@type": "Organization", "name": passage.outlet},
        "archivedAt": passage.archived,
    }
    return {name: value for name, value in work.items() if value is not None}


def _status(row: ClaimRow) -> str | None:
    """The word of the status, never without by whom and since when."""
    return f"{row.status.word} ({row.status.by}, {row.status.since})" if row.status else None
