"""The words of a noun phrase, and what the look of each says about it."""

import re
from dataclasses import dataclass

from tracker.attribution import speech
from tracker.matching.terms import fold


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a phrase and its offsets in the text."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The word as the lists have it."""
        return fold(re.sub(r"['’]s?$", "", self.text.rstrip(".")))

    @property
    def role(self) -> bool:
        """Whether it says what somebody is: editor-in-chief."""
        return any(part in speech.ROLES for part in (self.key, *self.key.split("-")))

    @property
    def capital(self) -> bool:
        """Whether it is a capitalised word that may be of a name."""
        return self.text[0].isupper() and self.key not in speech.NO_NAMES

    @property
    def possessive(self) -> bool:
        """Whether it ends in the English possessive."""
        return bool(re.search(r"\w['’]s?$", self.text)) and len(self.text) > 2

    @property
    def acronym(self) -> bool:
        """Whether it is all capitals: RCMP."""
        letters = re.sub(r"['’]s$|\.", "", self.text)
        return len(letters) > 1 and letters.isalpha() and letters.isupper()


_TOKEN = re.compile(r"(?:[dlDL]|[Qq]u)['’](?=\w)|[^\s]+")


def tokens_of(phrase: str, at: int) -> list[Token]:
    """The words of a phrase that begins at this offset of a text; elided articles are words."""
    return [Token(m[0], at + m.start(), at + m.end()) for m in _TOKEN.finditer(phrase)]
