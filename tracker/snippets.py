"""Shows where a text says what somebody searched for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_OPERATORS = frozenset({"or", "and", "not", "ou", "et"})
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_STEM = 5  # letters that words of one family share, well enough to point at them


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a snippet; `hit` says that it was searched for."""

    text: str
    hit: bool


def words_of(query: str) -> tuple[str, ...]:
    """The words to look for: without operators, and without what the query excludes."""
    wanted = []
    for word in re.findall(r"-?[^\s\"()]+", query):
        if not word.startswith("-") and word.casefold() not in _OPERATORS:
            wanted.append(_folded(word))
    return tuple(dict.fromkeys(word for word in wanted if word))


def snippet(text: str, words: Sequence[str], width: int = 240) -> tuple[Part, ...]:
    """About `width` characters of the text around the first hit, with the hits marked."""
    spans = _hits(text, words)
    first = spans[0][0] if spans else 0
    start, end = _window(text, first, width)
    parts, at = [], start
    for left, right in spans:
        if left < at or right > end:
            continue
        parts += [Part(text[at:left], False), Part(text[left:right], True)]
        at = right
    parts.append(Part(text[at:end], False))
    if start > 0:
        parts.insert(0, Part("… ", False))
    if end < len(text):
        parts.append(Part(" …", False))
    return tuple(part for part in parts if part.text)


def _window(text: str, around: int, width: int) -> tuple[int, int]:
    """The bounds of the snippet, moved to the spaces next to them."""
    if len(text) <= width:
        return 0, len(text)
    start = max(0, around - width // 3)
    end = min(len(text), start + width)
    if start > 0:
        space = text.find(" ", start, around)
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", around, end)
        end = space if space > around else end
    return start, end


def _hits(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, first to last, without overlaps."""
    spans: list[tuple[int, int]] = []
    for match in re.finditer(r"[\w’']+", text):
        token = _folded(match[0])
        for word in words:
            if _CJK.search(word):
                at = match[0].find(word)
                if at >= 0:
                    spans.append((match.start() + at, match.start() + at + len(word)))
            elif token == word or (len(word) >= _STEM and token.startswith(word[: _stem(word)])):
                spans.append(match.span())
                break
    return sorted(spans)


def _stem(word: str) -> int:
    return max(_STEM, len(word) - 2)


def _folded(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).strip("*.,;:’'")
