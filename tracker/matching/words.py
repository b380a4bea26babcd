"""The words a text is ranked by: stems without the commonest words, countries under one mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tracker.matching.countries import country
from tracker.matching.stopwords import STOP
from tracker.matching.terms import SCRIPT_CHARACTER, WORD, fold
from tracker.matching.vocabulary import base, forms

# Addresses say nothing a claim would; posts put them against the word before.
_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S+", re.IGNORECASE)
_JOINED = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])|_")
# "Royal Canadian Mounted Police" is RCMP too; two capitals side by side are but a name.
_JOINING = r"[ \u00a0](?:(?:of|for|the|and|de|du|des|la)[ \u00a0])*"
_CAPITAL = r"[A-ZÀ-Þ][\w’'-]*"
_NAME = re.compile(
    rf"(?<![\w’'-])(?!(?:The|A|An|La|Le|Les)\b){_CAPITAL}(?:{_JOINING}{_CAPITAL}){{2,}}"
)
_CHARACTER = re.compile(f"[{SCRIPT_CHARACTER}]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and where the text has it (code points)."""

    form: str
    start: int
    end: int


def words(text: str, language: str) -> list[Word]:
    """The words of a text in order, with those that say nothing left out.

    Chinese is read by overlapping pairs of characters, #JoinedWords by their parts.

    Args:
        language: the text's language tag; French, or else read as English.
    """
    code = "fr" if base(language) == "fr" else "en"
    blank = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    found = []
    before = ""
    for start, end in _tokens(blank):
        token = blank[start:end]
        form = country(token, before) or _form(token, code)
        before = fold(token)
        if form:
            found.append(Word(form, start, end))
    return found


def passage_words(text: str, language: str) -> list[Word]:
    """The words of a passage, then the initials of the names in it: a claim may have but those."""
    short = [Word(_form(name, "en"), *at) for name, at in _initials(text)]
    return words(text, language) + short


def _initials(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The initials of every name of three words or more, and where it stands."""
    for match in _NAME.finditer(text):
        if not match[0].isupper():
            yield "".join(re.findall(r"(?<![\w’'-])[A-ZÀ-Þ]", match[0])), match.span()


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """Where the tokens stand: words, parts of joined words, pairs of Chinese characters."""
    previous = -1
    for match in WORD.finditer(text):
        start, end = match.span()
        if _CHARACTER.match(match[0]):
            if previous == start - 1:
                yield previous, end
            previous = start
            continue
        if start and text[start - 1] in "#@":
            yield from _parts(text, start, end)
        else:
            yield start, end


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [start, *(match.end() for match in _JOINED.finditer(text, start, end)), end]
    yield from ((a, b) for a, b in zip(cuts, cuts[1:], strict=False) if a < b)


@lru_cache(maxsize=65_536)
def _form(token: str, language: str) -> str:
    """The stem of a word; "" for one that says nothing."""
    word = fold(token)
    if word in STOP[language] or (len(word) == 1 and word.isascii() and not word.isdigit()):
        return ""
    return forms(word, language)[-1]
