"""Masks protected names in words for the public, however they are written."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from tracker.matching import names

# between the words of a name: what an address, a line end or a typesetter puts there
_GAP = r"[\W_]*"


@dataclass(frozen=True, slots=True)
class Hidden:
    """A name with its spellings, and what stands for it."""

    spellings: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class Mask:
    """Replaces hidden names; accents, case, punctuation and the form of Unicode do not matter."""

    patterns: tuple[tuple[re.Pattern[str], str], ...] = field(default=())

    def text(self, words: str) -> str:
        """The words with every hidden name replaced; all others stay exactly as they are."""
        for pattern, instead in self.patterns:
            words = _replace(words, pattern, instead)
        return words

    def touches(self, words: str) -> bool:
        """Whether a hidden name stands in the words or in the address they are."""
        folded = names.folded(unquote(words))[0]
        return any(pattern.search(folded) for pattern, _instead in self.patterns)


def mask(hidden: Iterable[Hidden]) -> Mask:
    """The mask of these names; the longest spelling first, so that none is left in part."""
    pairs = [(one, h.instead) for h in hidden for one in h.spellings if names.parts(one)]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return Mask(tuple((_pattern(spelling), instead) for spelling, instead in pairs))


def _pattern(spelling: str) -> re.Pattern[str]:
    """The name as whole words; scripts that write no spaces know no whole words."""
    parts = names.parts(spelling)
    inner = _GAP.join(map(re.escape, parts))
    if any(_spaceless(letter) for part in parts for letter in part):
        return re.compile(_GAP.join(map(re.escape, "".join(parts))))
    return re.compile(rf"(?<![^\W_]){inner}(?![^\W_])")


def _spaceless(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER"))


def _replace(words: str, pattern: re.Pattern[str], instead: str) -> str:
    folded, places = names.folded(words)
    out, done = [], 0
    for found in pattern.finditer(folded):
        start, end = places[found.start()], places[found.end() - 1] + 1
        while end < len(words) and unicodedata.category(words[end]) in names.SILENT:
            end += 1
        out += [words[done:start], instead]
        done = end
    return "".join([*out, words[done:]])
