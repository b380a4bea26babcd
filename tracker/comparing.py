"""Compares two versions of a text: which words were taken out, which were put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKENS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|\\w+|\\s+|[^\\w\\s]")


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of one side; `changed` says that the other side has it not."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A pair of paragraphs that differ; a side is empty where the other has one more.

    `kept` counts the paragraphs between this change and the one before it that are the same.
    """

    kept: int
    old: tuple[Words, ...]
    new: tuple[Words, ...]


def compare(old: str, new: str) -> list[Change]:
    """The paragraphs that differ, in their order, each with its changed words marked."""
    left, right = paragraphs(old), paragraphs(new)
    changes, kept = [], 0
    for what, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            kept += j - i
            continue
        for place in range(max(j - i, m - k)):
            before = left[i + place] if i + place < j else ""
            after = right[k + place] if k + place < m else ""
            changes.append(Change(kept, *_words(before, after)))
            kept = 0
    return changes


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a stored text, without the white space around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def _words(old: str, new: str) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    left, right = _TOKENS.findall(old), _TOKENS.findall(new)
    before: list[Words] = []
    after: list[Words] = []
    for what, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        _add(before, left[i:j], what != "equal")
        _add(after, right[k:m], what != "equal")
    return tuple(before), tuple(after)


def _add(side: list[Words], tokens: Sequence[str], changed: bool) -> None:
    if tokens:
        side.append(Words("".join(tokens), changed))
