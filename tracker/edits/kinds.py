"""Says what kind of edit made one text of another: where it fell, and what it touched. Pure.

Where: each of these holds when at least one change is of it.
- `headline`: the headline has other words.
- `byline`: the page names other authors, or a line that begins or closes the text and says only
  who wrote it ("By A. Writer", "Par ...", "记者 ...") changed.
- `lede`: the first paragraph of either text that is no byline, note or boilerplate.
- `body`: any other paragraph of the article.
- `boilerplate`: nothing but what is no part of the article: lines of the site ("Read more",
  "Subscribe", "Lire aussi", "相关阅读", a copyright, a bare time stamp), spaces and typesetting.
  It holds alone or not at all.

What: beside these,
- `quote`: words inside quotation marks of either text; fewer than three words (six characters of
  a script without spaces) are a name or a scare quote.
- `number`: a number, date, month or day of the week in the place of another, or put in or taken
  out with at most three words beside it.

A paragraph that only stands elsewhere is a change of the body and touches neither.

An edit was announced by a `note` when a paragraph that is new, or has new words, is a correction
or update note in English, French or Chinese; by its `date` when the page says that it was changed
later than it said before, or has a new time stamp. Otherwise it was silent.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tracker.edits import lines
from tracker.edits.lines import CJK
from tracker.passages.comparing import Merged, Piece, merge

HEADLINE, LEDE, BODY, QUOTE = "headline", "lede", "body", "quote"
NUMBER, BYLINE, BOILERPLATE = "number", "byline", "boilerplate"
CLASSES = (HEADLINE, LEDE, BODY, QUOTE, NUMBER, BYLINE, BOILERPLATE)
NOTE, DATE = "note", "date"

_QUOTED = re.compile('“[^”\n]*”|«[^»\n]*»|‹[^›\n]*›|「[^」\n]*」|『[^』\n]*』|„[^“\n]*“|"[^"\n]*"')
_BESIDE = 3  # words beside a number that came or went alone

_MONTHS = (
    "january february march april may june july august september october november december "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "monday tuesday wednesday thursday friday saturday sunday "
    "lundi mardi mercredi jeudi vendredi samedi dimanche"
)
_COUNTS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "hundreds thousand thousands million millions billion billions dozen dozens half "
    "deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt "
    "trente quarante cinquante soixante cent cents mille milliard milliards douzaine moitié"
)
_FIGURES = frozenset(f"{_MONTHS} {_COUNTS}".split()) - {"may", "march", "mars"}
_DATED = frozenset(["May", "March", "Mars"])  # months only where they are written large
_NUMERALS = "[〇零一二三四五六七八九十百千万萬亿億两兩]+"
_CJK_FIGURE = re.compile(
    rf"^{_NUMERALS}$|{_NUMERALS}(?=[年月日号號时時点點分人名个個家国國省市元次岁歲])"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A version as far as classing goes; `author` is "" and `modified` None where not known."""

    title: str
    text: str
    author: str = ""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The classes of an edit in the order of `CLASSES`, and how it was announced ("" = silent)."""

    classes: tuple[str, ...]
    announced: str


def classify(old: Text, new: Text, merged: Merged | None = None) -> Verdict:
    """What kind of edit made `new` of `old`; no class at all where nothing differs.

    Args:
        merged: the texts laid over one another, where they are already.
    """
    return _Edit(old, new, merged or merge(old.text, new.text)).verdict()


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph of the merged text with what changed in it."""

    number: int
    start: int
    pieces: tuple[Piece, ...]
    old: str
    new: str


class _Edit:
    def __init__(self, old: Text, new: Text, merged: Merged) -> None:
        self.old, self.new, self.merged = old, new, merged
        self.lines = list(_paragraphs(merged))
        self.moved = {one.old for one in self.lines} & {
            one.new for one in self.lines if one.old != one.new
        } - {""}
        self.quoted = {"del": _quoted(old.text), "ins": _quoted(new.text)}

    def verdict(self) -> Verdict:
        found: set[str] = set()
        differs = _plain(self.old.title) != _plain(self.new.title)
        if differs:
            found.add(HEADLINE)
        if self.old.author and self.new.author and self.old.author != self.new.author:
            found.add(BYLINE)
        noted = stamped = False
        changed = [one for one in self.lines if any(p.kind != "same" for p in one.pieces)]
        for one in changed:
            where = self._where(one)
            noted, stamped = noted or where == NOTE, stamped or where == DATE
            if where in (LEDE, BODY, BYLINE):
                found.add(where)
            if where in (LEDE, BODY) and not self.moved & {one.old, one.new}:
                found |= self._what(one)
        if noted and not found:
            found.add(BODY)  # a note alone is something said
        if not found and (changed or self.old.title != self.new.title):
            found.add(BOILERPLATE)
        announced = NOTE if noted else DATE if stamped or self._dated_later() else ""
        return Verdict(tuple(one for one in CLASSES if one in found), announced)

    def _dated_later(self) -> bool:
        before, after = self.old.modified, self.new.modified
        return before is not None and after is not None and after > before

    def _where(self, line: _Line) -> str:
        """Where a changed paragraph stands: a class, `note`, `date`, or "" for boilerplate."""
        sides = [words for words in (line.old, line.new) if words]
        if _plain(line.old) == _plain(line.new):
            return ""
        if line.new and lines.is_note(line.new) and (not line.old or _says_more(line)):
            return NOTE
        if all(lines.is_stamp(words) for words in sides):
            return DATE if line.new else ""
        if all(lines.is_furniture(words) for words in sides):
            return ""
        if self._is_at_an_end(line) and all(lines.is_byline(words) for words in sides):
            return BYLINE
        return LEDE if line.number in self._ledes() else BODY

    def _ledes(self) -> set[int]:
        """The paragraph that opens either text."""
        return {
            next((one.number for one in self.lines if lines.is_prose(getattr(one, side))), -1)
            for side in ("old", "new")
        }

    def _is_at_an_end(self, line: _Line) -> bool:
        return line.number < 3 or line.number >= len(self.lines) - 3

    def _what(self, line: _Line) -> set[str]:
        found = set()
        changes = [piece for piece in line.pieces if piece.kind != "same"]
        if any(self._in_quotes(piece) for piece in changes):
            found.add(QUOTE)
        if line.old and line.new and any(_renumbered(*pair) for pair in self._pairs(line)):
            found.add(NUMBER)
        return found

    def _in_quotes(self, piece: Piece) -> bool:
        at = piece.old if piece.kind == "del" else piece.new
        words = self.merged.text[piece.start : piece.end]
        if not lines.WORD.search(words):
            return False
        end = at + len(words)
        return any(start < end and at < stop for start, stop in self.quoted[piece.kind])

    def _pairs(self, line: _Line) -> Iterator[tuple[str, str]]:
        """Words taken out and those put in their place."""
        taken = ""
        for piece in (*line.pieces, None):
            words = self.merged.text[piece.start : piece.end] if piece else ""
            if piece and piece.kind == "ins":
                yield taken, words
                taken = ""
                continue
            if taken:
                yield taken, ""
            taken = words if piece and piece.kind == "del" else ""


def _paragraphs(merged: Merged) -> Iterator[_Line]:
    """The paragraphs of the merged text, each with its pieces and its words on either side."""
    held: defaultdict[int, list[Piece]] = defaultdict(list)
    breaks = [match.start() for match in re.finditer("\n", merged.text)]
    at = 0
    for piece in merged.pieces:
        while at < len(breaks) and breaks[at] < piece.start:
            at += 1
        held[at].append(piece)
    for number, pieces in sorted(held.items()):
        old, new = (
            "".join(merged.text[p.start : p.end] for p in pieces if p.kind != other)
            for other in ("ins", "del")
        )
        yield _Line(number, pieces[0].start, tuple(pieces), old, new)


def _quoted(text: str) -> list[tuple[int, int]]:
    """What stands in quotation marks and is more than a name."""
    found = []
    for match in _QUOTED.finditer(text):
        words = lines.WORD.findall(match[0])
        least = 6 if all(CJK.match(word) for word in words) else 3
        if len(words) >= least:
            found.append(match.span())
    return found


def _plain(words: str) -> str:
    """The words alone, whatever their spaces, quotation marks and dashes."""
    return " ".join(lines.WORD.findall(words.replace("’", "'")))


def _says_more(line: _Line) -> bool:
    """Whether a note that stood there before has new words."""
    return not lines.is_note(line.old) or any(piece.kind == "ins" for piece in line.pieces)


def _figures(words: str) -> Counter[str]:
    """The numbers, months and days of the week in these words."""
    found = Counter(re.findall(r"\d[\d.,:\u00a0\u202f]*\d|\d", words))
    found.update(
        word.casefold()
        for word in re.findall(r"[^\W\d_]+", words)
        if word.casefold() in _FIGURES or word in _DATED
    )
    found.update(_CJK_FIGURE.findall(words))
    return found


def _renumbered(taken: str, put: str) -> bool:
    """Whether a number stands in the place of another, or alone came or went."""
    before, after = _figures(taken), _figures(put)
    if before == after:
        return False
    if before and after:
        return True
    return max(len(lines.WORD.findall(words)) for words in (taken, put)) <= _BESIDE + 1
