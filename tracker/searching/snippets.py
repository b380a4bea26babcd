"""Shows where a text says what somebody searched for, and whether in somebody's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.attribution.frames import quotations
from tracker.matching.terms import Either, Every, Node, Phrase

_OPERATORS = frozenset({"or", "and", "not", "ou", "et"})
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_STEM = 5  # letters that words of one family share, well enough to point at them
_ACCENTED = {
    "a": "aàâäáãå",
    "c": "cç",
    "e": "eéèêë",
    "i": "iîïíì",
    "n": "nñ",
    "o": "oôöóòõ",
    "u": "uùûüú",
    "y": "yÿý",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a snippet: whether it was searched for, and stands in quotation marks."""

    text: str
    hit: bool
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text, and how often all of the text says it, word for word and reported."""

    parts: tuple[Part, ...]
    quoted: int
    reported: int


def words_of(query: str) -> tuple[str, ...]:
    """The words to look for: without operators, and without what the query excludes."""
    wanted = []
    for word in re.findall(r"-?[^\s\"()]+", query):
        if not word.startswith("-") and word.casefold() not in _OPERATORS:
            wanted.append(_folded(word))
    return tuple(dict.fromkeys(word for word in wanted if word))


def wanted(node: Node) -> tuple[Phrase, ...]:
    """The phrases that search terms look for, without those they exclude."""
    if isinstance(node, Phrase):
        return (node,)
    if isinstance(node, (Every, Either)):
        return tuple(phrase for part in node.parts for phrase in wanted(part))
    return ()


def snippet(text: str, words: Sequence[str | Phrase], width: int = 240) -> tuple[Part, ...]:
    """About `width` characters of the text around the first hit, with the hits marked."""
    return look(text, words, width).parts


def look(text: str, words: Sequence[str | Phrase], width: int = 240) -> Snippet:
    """A snippet, with the number of hits in quotation marks and outside of them."""
    spans = _hits(text, words)
    quotes = quotations(text) if spans else []
    quoted = [any(start <= left < end for start, end in quotes) for left, _ in spans]
    start, end = _window(text, spans[0][0] if spans else 0, width)
    parts, at = [], start
    for (left, right), said in zip(spans, quoted, strict=True):
        if left < at or right > end:
            continue
        parts += [Part(text[at:left], False), Part(text[left:right], True, said)]
        at = right
    parts.append(Part(text[at:end], False))
    if start > 0:
        parts.insert(0, Part("… ", False))
    if end < len(text):
        parts.append(Part(" …", False))
    shown = tuple(part for part in parts if part.text)
    return Snippet(shown, sum(quoted), len(quoted) - sum(quoted))


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


def _hits(text: str, words: Iterable[str | Phrase]) -> list[tuple[int, int]]:
    """Where the words stand, first to last, without overlaps."""
    pattern = _pattern(tuple(words))
    return [match.span() for match in pattern.finditer(text)] if pattern else []


@lru_cache(maxsize=64)
def _pattern(words: tuple[str | Phrase, ...]) -> re.Pattern[str] | None:
    """Any of the words or phrases, accents and case ignored, the longest first."""
    phrases = [word if isinstance(word, Phrase) else Phrase((word,)) for word in words]
    phrases.sort(key=lambda phrase: -sum(map(len, phrase.words)))
    return re.compile("|".join(map(_phrase, phrases)), re.IGNORECASE) if phrases else None


def _phrase(phrase: Phrase) -> str:
    said = []
    for place, word in enumerate(phrase.words):
        if _CJK.search(word):
            said.append(re.escape(word))
        else:
            last = place == len(phrase.words) - 1
            said.append(_word(word, phrase.prefix and last, alone=len(phrase.words) == 1))
    return r"[\W_]*".join(said)


def _word(word: str, prefix: bool, *, alone: bool) -> str:
    """A word with its other endings, which words of a phrase have too when they are long."""
    if prefix:
        return rf"\b{_letters(word)}\w*"
    if len(word) < (_STEM if alone else _STEM + 1):
        return rf"\b{_letters(word)}\b"
    family = re.sub("(?:ies|ied|y)$", "", word)
    if family != word:  # deny, denies, denied
        return rf"\b{_letters(family)}(?:y|i)\w*"
    return rf"\b{_letters(word[: max(_STEM, len(word) - 2)])}\w*"


def _letters(word: str) -> str:
    parts = (
        f"[{_ACCENTED[letter]}]" if letter in _ACCENTED else re.escape(letter) for letter in word
    )
    plain = "".join(parts)
    for pair, ligature in (("oe", "œ"), ("ae", "æ")):
        first, second = (f"[{_ACCENTED[letter]}]" for letter in pair)
        plain = plain.replace(first + second, f"(?:{first}{second}|{ligature})")
    return plain


def _folded(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).strip("*.,;:’'")
