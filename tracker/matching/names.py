"""Tells quickly which of many names may stand in a text, however they are written there.

Saying for sure that a name is spoken of costs a pattern or a reading of sentences for each; with
thousands of names that is done for the few this lets through alone.
"""

import re
import unicodedata
from functools import lru_cache

_LETTERS_THAT_FOLD_TO_MORE = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"}
SILENT = ("Mn", "Me", "Cf")
_BETWEEN = re.compile(r"[\W_]+")


def folded(words: str) -> tuple[str, list[int]]:
    """The words without case, accents and invisible signs; for each letter, whence it came."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(words):
        for letter in unicodedata.normalize("NFKD", sign).casefold():
            if unicodedata.category(letter) in SILENT:
                continue
            for one in _LETTERS_THAT_FOLD_TO_MORE.get(letter, letter):
                letters.append(one)
                places.append(place)
    return "".join(letters), places


def parts(name: str) -> list[str]:
    """The words of a name without case and accents."""
    return [part for part in _BETWEEN.split(_letters(name)) if part]


class Letters:
    """The letters of a text, to be asked for names."""

    def __init__(self, text: str) -> None:
        self.run = "".join(parts(text))
        self.signs = frozenset(self.run)
        beginnings = ((at, at + size) for size in (1, 2, 3) for at in range(len(self.run)))
        self.grams = {self.run[start:end] for start, end in beginnings}

    def may_hold(self, name: str) -> bool:
        """Whether every word of the name is there; never false of a name that stands there."""
        found = _parts(name)
        return bool(found) and all(map(self._holds, found))

    def _holds(self, part: str) -> bool:
        # scripts without spaces may be broken between any two letters
        if not part.isascii():
            return self.signs.issuperset(part)
        return part[:3] in self.grams and part in self.run


@lru_cache(maxsize=65_536)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(parts(name))


class _Bare(dict[int, str | None]):
    """What a sign becomes, looked up once: nothing for accents and invisible signs."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        silent = unicodedata.category(sign) in SILENT
        self[code] = found = None if silent else _LETTERS_THAT_FOLD_TO_MORE.get(sign, sign)
        return found


_BARE = _Bare()


def _letters(words: str) -> str:
    """The letters of `folded` alone, for texts that are long."""
    if words.isascii():
        return words.lower()
    return unicodedata.normalize("NFKD", words).casefold().translate(_BARE)
