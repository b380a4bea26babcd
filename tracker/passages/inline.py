"""Sets a text laid over its older version for reading: edits marked, what is unchanged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tracker.passages.comparing import Merged, merge
from tracker.passages.marking import Paragraph, Span, paragraphs


@dataclass(frozen=True, slots=True)
class Run:
    """Paragraphs that stand together; `plain` ones hold neither an edit nor a linked passage."""

    plain: bool
    paragraphs: tuple[Paragraph, ...]


def runs(merged: Merged, passages: Sequence[Span] = ()) -> list[Run]:
    """The whole text in reading order, the plain paragraphs between others in one run.

    Args:
        passages: linked passages to mark, by their places in the merged text.
    """
    edits = [
        Span(piece.start, piece.end, f"{piece.kind}{piece.start}", 0, piece.kind)
        for piece in merged.changes
    ]
    found = paragraphs(merged.text, [*passages, *edits])
    return [Run(plain, tuple(some)) for plain, some in groupby(found, key=_is_plain)]


def words(old: str, new: str) -> list[Run]:
    """Two short texts, such as a passage then and now, as one."""
    return runs(merge(old, new))


def changed(found: Sequence[Run]) -> tuple[int, int]:
    """How many paragraphs hold an edit, and how many there are."""
    every = [paragraph for run in found for paragraph in run.paragraphs]
    return sum(_is_edited(one) for one in every), len(every)


def _is_plain(paragraph: Paragraph) -> bool:
    return not any(stretch.marks for stretch in paragraph.stretches)


def _is_edited(paragraph: Paragraph) -> bool:
    kinds = {mark.span.kind for stretch in paragraph.stretches for mark in stretch.marks}
    return not kinds.isdisjoint({"del", "ins"})
