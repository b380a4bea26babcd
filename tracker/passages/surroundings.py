"""The words around a passage, with those that name its speaker marked."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.models import Suggestion

AROUND = 260  # characters to either side, cut at a sentence


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of the context: before, passage or after; `who` marks who is named."""

    text: str
    who: bool


@dataclass(frozen=True, slots=True)
class Around:
    """A passage and what stands before and after it."""

    before: tuple[Word, ...]
    passage: tuple[Word, ...]
    after: tuple[Word, ...]


def parts(suggestion: Suggestion) -> Around:
    """The passage and its neighbours, the words that name the speaker marked."""
    who = (suggestion.speaker_start, suggestion.speaker_end)
    return around(suggestion.version.text, suggestion.start, suggestion.end, who)


def around(text: str, start: int, end: int, who: tuple[int, int]) -> Around:
    """text[start:end] and its neighbours; `who` are the words to mark, -1 when there are none."""
    left = _sentence_start(text, max(0, start - AROUND), start)
    right = _sentence_end(text, end, min(len(text), end + AROUND))
    return Around(
        _cut(text, left, start, who), _cut(text, start, end, who), _cut(text, end, right, who)
    )


def _cut(text: str, start: int, end: int, who: tuple[int, int]) -> tuple[Word, ...]:
    first, last = max(start, who[0]), min(end, who[1])
    if who[0] < 0 or first >= last:
        return (Word(text[start:end], False),) if start < end else ()
    pieces = (Word(text[start:first], False), Word(text[first:last], True))
    return tuple(word for word in (*pieces, Word(text[last:end], False)) if word.text)


def _sentence_start(text: str, left: int, start: int) -> int:
    """Where the first whole sentence of the stretch begins."""
    if left == 0:
        return 0
    ends = [text.find(mark, left, start) for mark in (". ", ".\n", "? ", "! ", "\n", "。", "» ")]
    found = [at for at in ends if at >= 0]
    return min(found) + 1 if found else left


def _sentence_end(text: str, end: int, right: int) -> int:
    """Where the last whole sentence of the stretch ends."""
    if right == len(text):
        return right
    ends = [text.rfind(mark, end, right) for mark in (". ", ".\n", "? ", "! ", "\n", "。")]
    return max(ends) + 1 if max(ends) >= 0 else right
