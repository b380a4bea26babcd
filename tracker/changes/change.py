"""One change as its followers are told of it: a sentence, the words it rests on, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

QUOTED = 300  # characters of a publisher's text that may leave Claimline


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a text, at most `QUOTED` characters, with the code of their language or ""."""

    text: str
    language: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `key` names it for good.

    `at` is when we learned of it, `updated` when of its last part. `kind` is article, statement,
    carried, status, altered, gone or withdrawn. The paths lead to our own pages, `via` to the
    publisher's. `detail` is the full chain of a passage, or the reason of a status. `about` holds
    the ids of what it concerns, by which a follow is recognized: ("story", 3), ("claim", 7),
    ("source", 2), ("search", the follow's id). The words of a change in a confidential story are
    not to leave the house.
    """

    kind: str
    key: str
    at: datetime
    updated: datetime
    sentence: str
    path: str
    about: frozenset[tuple[str, int]]
    story: str = ""
    confidential: bool = False
    sample: bool = False
    quotes: tuple[Quote, ...] = ()
    detail: str = ""
    via: str = ""
    archived: str = ""


def quote(text: str, language: str, label: str = "") -> Quote:
    """Words of a publisher, cut to what may leave the house; the cut is shown."""
    words = " ".join(text.split())
    cut = words if len(words) <= QUOTED else words[: QUOTED - 1].rstrip() + "…"
    return Quote(cut, language, label)
