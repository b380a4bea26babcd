"""Finds the passage a person means: by a selection that missed its edges, by a pasted quote."""

import re
import unicodedata

from tracker.matching import sentences

# What follows a sloppy selection of a sentence, or precedes it, is at most this long.
SLIP = 2
_CLOSES = ".,;:!?…)]}”’»\"'。！？，；：」』）"
_OPENS = "([{“‘«\"'「『（—–-"
_DOUBLE, _SINGLE, _DASH = "“”„‟«»〝〞＂", "’‘ʼ‛`´＇", "‐‑‒–—―−"
_FOLDED = dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_SINGLE, "'") | dict.fromkeys(_DASH, "-")
_FOLDED |= {"…": "..."} | dict.fromkeys("\u00ad\u200b\u2060\ufeff", "")
# Scripts whose words nothing parts: each character is one.
_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_JOINER, _SKIN, _FLAG = "\u200d", re.compile("[\U0001f3fb-\U0001f3ff]"), range(0x1F1E6, 0x1F200)


def snap(text: str, start: int, end: int) -> tuple[int, int]:
    """The passage meant by a selection: whole words, and whole sentences where it all but is one.

    Args:
        start, end: code points of the text, the end exclusive.

    Raises:
        ValueError: nothing but white space was selected.
    """
    start, end = _stripped(text, max(0, start), min(len(text), end))
    start, end = _without_slips(text, start, end)
    while start > 0 and _joined(text, start):
        start -= 1
    while end < len(text) and _joined(text, end):
        end += 1
    return _to_marks(text, start, end)


def places(text: str, words: str) -> list[tuple[int, int]]:
    """Every place of a text that says these words, as pairs of code points.

    White space, quotation marks, apostrophes, dashes, invisible characters and the composition of
    accents may differ; quotation marks put around the whole of it may be missing in the text.
    """
    folded, at = _fold(text)
    wanted = _fold(words)[0].strip()
    return _found(text, folded, at, wanted) or _found(text, folded, at, wanted.strip("\"' "))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    if not piece.strip():
        raise ValueError("nothing is selected")
    left = len(piece) - len(piece.lstrip())
    return start + left, start + len(piece.rstrip())


def _without_slips(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the end of the sentence before or the first letters of the one after."""
    spans = [(a, b) for a, b in sentences(text) if a < end and b > start]
    if len(spans) > 1 and spans[0][1] - start <= SLIP and spans[0][0] < start:
        start = spans.pop(0)[1]
    if len(spans) > 1 and end - spans[-1][0] <= SLIP and end < spans[-1][1]:
        end = spans[-2][1]
    return _stripped(text, start, end)


def _to_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """With the points and quotation marks that alone are missing to a whole sentence."""
    for a, b in sentences(text):
        if a < start < b and not text[a:start].strip(_OPENS + " \u00a0\u202f") and end > a:
            start = a
        if a < end < b and not text[end:b].strip(_CLOSES + " \u00a0\u202f"):
            end = b
    return start, end


def _joined(text: str, at: int) -> bool:
    """Whether the characters before and after a place are parts of one word or one sign."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or after == _JOINER or before == _JOINER:
        return True
    if _SKIN.match(after):
        return True
    if ord(before) in _FLAG and ord(after) in _FLAG:
        head = text[:at]
        return (len(head) - len(head.rstrip("".join(map(chr, _FLAG))))) % 2 == 1
    return _in_word(text, at - 1) and _in_word(text, at)


def _in_word(text: str, at: int) -> bool:
    char = text[at]
    if _SCRIPT.match(char):
        return False
    if char.isalnum() or char == "_" or unicodedata.category(char).startswith("M"):
        return True
    inside = char in _SINGLE + "'-‐‑" and 0 < at < len(text) - 1
    return inside and text[at - 1].isalnum() and text[at + 1].isalnum()


def _fold(text: str) -> tuple[str, list[int]]:
    """The text without what typesetting changes, and where each of its characters comes from."""
    folded: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text):
        for one in _folded(char):
            beside_quote = one == '"' or (folded and folded[-1] == '"')
            if one == " " and (beside_quote or (folded and folded[-1] == " ")):
                continue
            if one == '"' and folded and folded[-1] == " ":
                folded.pop()
                at.pop()
            folded.append(one)
            at.append(place)
    return "".join(folded), at


def _folded(char: str) -> str:
    if char in _FOLDED:
        return _FOLDED[char]
    return " " if char.isspace() else unicodedata.normalize("NFD", char)


def _found(text: str, folded: str, at: list[int], wanted: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    here = folded.find(wanted) if wanted else -1
    while here >= 0:
        start, end = at[here], at[here + len(wanted) - 1] + 1
        whole = not (start > 0 and _joined(text, start))
        if whole and not (end < len(text) and _in_word(text, end - 1) and _in_word(text, end)):
            found.append((start, end))
        here = folded.find(wanted, here + len(wanted))
    return found
