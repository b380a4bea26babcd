"""Finds the sentences about tracked subjects that an edit took out of a text. Pure.

A sentence is about a subject when it has the claim's terms, names a party to the claim, or has
the words of the story's filter; the first that holds says so, claims before filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker import matching
from tracker.matching import Terms
from tracker.passages.comparing import Merged

_SPOKEN = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a story follows: a claim by its terms and parties' names, or the story by its filter."""

    story: int
    claim: int | None
    terms: Terms | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that was taken out, its place in the older text, and why it matters."""

    start: int
    end: int
    words: str
    subject: Subject
    reasons: tuple[str, ...]


def taken_out(
    merged: Merged, old: str, language: str, subjects: Sequence[Subject]
) -> list[Sentence]:
    """The tracked sentences of which words were taken out, once for each story they are about.

    Whether such a sentence is gone or only reworded is for `quotes.find` to say.
    """
    cuts = [
        (piece.old, piece.old + piece.end - piece.start)
        for piece in merged.changes
        if piece.kind == "del" and _SPOKEN.search(merged.text[piece.start : piece.end])
    ]
    found: list[Sentence] = []
    for start, end in matching.sentences(old):
        if any(left < end and right > start for left, right in cuts):
            found += _about(start, end, old[start:end], language, subjects)
    return found


def _about(
    start: int, end: int, words: str, language: str, subjects: Sequence[Subject]
) -> Iterator[Sentence]:
    told: set[int] = set()
    for subject in subjects:
        if subject.story not in told and (reasons := _reasons(subject, words, language)):
            told.add(subject.story)
            yield Sentence(start, end, words, subject, reasons)


def _reasons(subject: Subject, words: str, language: str) -> tuple[str, ...]:
    """The words of the sentence that make it be about the subject; none when it is not."""
    named = tuple(name for name in subject.names if _names(name, words))
    if named:
        return named
    if subject.terms is None:
        return ()
    passages = matching.passages(subject.terms, words, language, limit=1)
    return passages[0].reasons if passages else ()


def _names(name: str, words: str) -> bool:
    """Whether the name stands there as a whole word; letters of other scripts need no gap."""
    edge = r"\b" if name.isascii() or name[0].isalpha() and ord(name[0]) < 0x2E80 else ""
    return re.search(f"{edge}{re.escape(name)}{edge}", words, re.IGNORECASE) is not None
