"""Cuts English, French and Chinese text into sentences."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Abbreviations a name follows: their point never ends a sentence.
_TITLES = _set(
    "mr mrs ms dr mm mgr prof gen sgt insp const supt lt col capt cpl cmdr maj sen rep gov hon rev "
    "vs cf e.g i.e"
)
# Abbreviations a figure follows; elsewhere some of them are words.
_BEFORE_FIGURES = _set(
    "no nos art fig vol pp tél tel approx jan feb mar apr aug sept oct nov dec janv févr avr juill "
    "déc"
)
# Abbreviations that may also end a sentence: what follows decides.
_MAY_END = _set("inc ltd co corp jr sr etc al st ste ave av blvd boul rd ont que alta sask man")
_STARTERS = _set(
    "the it he she they we you in on at but and a an this that these those there its his her "
    "their when while after as if for no asked both one two other another some many most police "
    "officials "
    "le la les l il elle ils elles on un une des ce cette ces dans en mais et pour selon depuis "
    "au aux son sa ses leur leurs cela ça c"
)
_BREAK = re.compile(
    r"(?P<cjk>[。！？]+[”’」』）»]*)"
    r"|(?P<end>[.!?…]+(?:[”’\"')\]]|[\s\u00a0\u202f]?»)*)(?=\s)"
    r"|(?P<line>\s*\n\s*)"
)
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.$")
_ACRONYM = re.compile(r"(?:\b[^\W\d_]\.){2,}$")
_OPENERS = "\"“‘«([—–-•'"
_UPCOMING = re.compile(r"\s+(\S{0,20})")


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences, in order and apart; what lies between them is white space.

    A line break always ends a sentence. A closing quotation mark belongs to the sentence it ends.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        end = match.end()
        if match["line"] is not None:
            end = match.start()
        elif match["end"] is not None and not _ends(text, start, match):
            continue
        _append(spans, text, start, end)
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a full stop, with what stands around it, ends the sentence begun at `start`."""
    following = _UPCOMING.match(text, match.end())
    upcoming = following[1] if following else ""
    bare = upcoming.lstrip(_OPENERS)
    if upcoming and (upcoming[0] in ",;:»”)" or bare[:1].islower()):
        return False
    if not upcoming or not match["end"].startswith(".") or match["end"].startswith(".."):
        return True
    before = text[max(start, match.start() - 12) : match.start() + 1]
    return _point_ends(before, bare, text[start : match.start()])


def _point_ends(before: str, following: str, sentence: str) -> bool:
    """Whether a point after a word is a full stop and not the mark of an abbreviation."""
    first = re.split(r"[\W\d_]", following, maxsplit=1)[0].casefold()
    word = _LAST_WORD.search(before)
    if word is None:
        # "1." at the head of a list item.
        return not sentence.strip().isdigit()
    last = word[1].casefold()
    if last in _TITLES:
        return False
    if _ACRONYM.search(before):
        return first in _STARTERS
    if last in _BEFORE_FIGURES:
        return not following[:1].isdigit()
    if last in _MAY_END:
        return first in _STARTERS
    if len(last) == 1:
        # An initial, or a French Monsieur, whose name may begin with an article.
        return last != "m" and first in _STARTERS - {"le", "la", "a", "l", "c"}
    return True
