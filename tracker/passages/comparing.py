"""Lays two versions of a text over one another: what was taken out and put in, in reading flow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

_TOKENS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|\\w+|\\s+|[^\\w\\s]")
ALIKE = 0.4  # of the words of two paragraphs: below it, one was taken out and another put in
# Bounds on the work: paragraphs paired by likeness, words compared one by one in all of a text.
_PAIRED, _COMPARED = 2_500, 2_000_000
_MANY = 1_000_000  # pairs of paragraphs; beyond, those that stand there again and again are passed

Side = Literal["old", "new"]
Paragraph = tuple[int, str]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the two texts laid over one another, by offsets in code points.

    `kind` is `same`, `del` or `ins`; `old` and `new` say where it stands in either text, -1 where
    it does not.
    """

    kind: str
    start: int
    end: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Merged:
    """Both texts as one, paragraph by paragraph: what is the same stands there once."""

    text: str
    pieces: tuple[Piece, ...]

    @property
    def changes(self) -> list[Piece]:
        """What was taken out and put in, in its order."""
        return [piece for piece in self.pieces if piece.kind != "same"]

    def spans(self, side: Side, start: int, end: int) -> list[Span]:
        """Where a passage of one of the texts stands in this one."""
        found = []
        for piece in self.pieces:
            at = piece.old if side == "old" else piece.new
            left, right = max(start, at), min(end, at + piece.end - piece.start)
            if at >= 0 and left < right:
                found.append((piece.start + left - at, piece.start + right - at))
        return found

    def union(self, *spans: Span) -> list[Span]:
        """These stretches in their order, those that only an edit or a line's end parts as one."""
        joined: list[Span] = []
        for start, end in sorted(spans):
            if joined and self._is_edited(joined[-1][1], start):
                joined[-1] = joined[-1][0], max(joined[-1][1], end)
            else:
                joined.append((start, end))
        return joined

    def _is_edited(self, start: int, end: int) -> bool:
        return not any(
            piece.kind == "same"
            and self.text[max(start, piece.start) : min(end, piece.end)].strip()
            for piece in self.pieces
            if piece.start < end and piece.end > start
        )


def merge(old: str, new: str) -> Merged:
    """Lay a text over its older version: paragraphs alike word by word, others one by one."""
    writer = _Writer()
    left, right = _placed(old), _placed(new)
    for before, after in _pairs(left, right):
        writer.paragraph(before, after)
    return Merged("\n".join(writer.lines), tuple(writer.pieces))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a stored text, without the white space around them."""
    return [words for _, words in _placed(text)]


def _placed(text: str) -> list[Paragraph]:
    """The paragraphs of a text, each with its offset."""
    found, offset = [], 0
    for line in text.split("\n"):
        if words := line.strip():
            found.append((offset + len(line) - len(line.lstrip()), words))
        offset += len(line) + 1
    return found


def _pairs(
    left: Sequence[Paragraph], right: Sequence[Paragraph]
) -> Iterator[tuple[Paragraph | None, Paragraph | None]]:
    """What stands on each side, in reading order; None where the other has one more."""
    old, new = [words for _, words in left], [words for _, words in right]
    crowded = len(old) * len(new) > _MANY
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=crowded).get_opcodes():
        if what == "equal":
            yield from zip(left[i:j], right[k:m], strict=True)
        else:
            yield from _likest(left[i:j], right[k:m])


def _likest(
    left: Sequence[Paragraph], right: Sequence[Paragraph]
) -> Iterator[tuple[Paragraph | None, Paragraph | None]]:
    """The paragraphs of a changed stretch, each beside the one it became, if any."""
    chosen = _alignment(left, right)
    i = k = 0
    for place, other in [*chosen, (len(left), len(right))]:
        yield from ((one, None) for one in left[i:place])
        yield from ((None, one) for one in right[k:other])
        if place < len(left):
            yield left[place], right[other]
        i, k = place + 1, other + 1


def _bag(words: str) -> Counter[str]:
    return Counter(token for token in _TOKENS.findall(words) if not token.isspace())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    share = 2 * (one & other).total() / max(1, one.total() + other.total())
    return share if share >= ALIKE else 0.0


def _alignment(left: Sequence[Paragraph], right: Sequence[Paragraph]) -> list[Span]:
    """The pairs in order that are most alike in all; none of very many."""
    if len(left) * len(right) > _PAIRED:
        return []
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    bags = [_bag(words) for _, words in right]
    alike = [[_likeness(one, other) for other in bags] for one in (_bag(w) for _, w in left)]
    for i in reversed(range(len(left))):
        for k in reversed(range(len(right))):
            paired = alike[i][k] + best[i + 1][k + 1] if alike[i][k] else 0.0
            best[i][k] = max(paired, best[i + 1][k], best[i][k + 1])
    chosen, i, k = [], 0, 0
    while i < len(left) and k < len(right):
        if alike[i][k] and best[i][k] == alike[i][k] + best[i + 1][k + 1]:
            chosen.append((i, k))
            i, k = i + 1, k + 1
        elif best[i][k] == best[i + 1][k]:
            i += 1
        else:
            k += 1
    return chosen


class _Writer:
    """Writes paragraphs one after the other, and remembers where each stretch is from."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[Piece] = []
        self._at, self._budget = 0, _COMPARED

    def paragraph(self, before: Paragraph | None, after: Paragraph | None) -> None:
        """One paragraph: what it was, what it is; None where there is none."""
        old_at, old = before or (-1, "")
        new_at, new = after or (-1, "")
        line: list[str] = []
        for kind, words, i, k in self._compared(old, new):
            start = self._at + sum(map(len, line))
            old_place = old_at + i if kind != "ins" else -1
            new_place = new_at + k if kind != "del" else -1
            self.pieces.append(Piece(kind, start, start + len(words), old_place, new_place))
            line.append(words)
        self.lines.append("".join(line))
        self._at += len(self.lines[-1]) + 1

    def _compared(self, old: str, new: str) -> Iterator[tuple[str, str, int, int]]:
        """The stretches of a paragraph: kind, words, and the offset on either side."""
        if old == new:
            yield "same", old, 0, 0
            return
        left, right = _TOKENS.findall(old), _TOKENS.findall(new)
        self._budget -= len(left) * len(right)
        i = k = 0
        for taken, put, kept in _changes(left, right, self._budget > 0):
            if taken:
                yield "del", taken, i, k
            if put:
                yield "ins", put, i, k
            i, k = i + len(taken), k + len(put)
            if kept:
                yield "same", kept, i, k
            i, k = i + len(kept), k + len(kept)


def _changes(
    left: Sequence[str], right: Sequence[str], by_words: bool
) -> Iterator[tuple[str, str, str]]:
    """Words taken out, put in, and then kept. A change reads on over lone spaces and commas."""
    opcodes = [("replace", 0, len(left), 0, len(right))]
    if by_words:
        opcodes = list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())
    cuts = [0]
    for n, (one, other) in enumerate(pairwise([*opcodes, ("end", 0, 0, 0, 0)]), 1):
        bridge = one[0] == "equal" and n > 1 and other[0] != "end"
        if one[0] == "equal" and not (bridge and _is_gap(left[one[1] : one[2]])):
            cuts += [n - 1, n]
    cuts.append(len(opcodes))
    for begin, end, kept in zip(cuts[::2], cuts[1::2], [*cuts[2::2], len(opcodes)], strict=True):
        changed, same = opcodes[begin:end], opcodes[end:kept]
        taken = "".join(left[changed[0][1] : changed[-1][2]]) if changed else ""
        put = "".join(right[changed[0][3] : changed[-1][4]]) if changed else ""
        yield taken, put, "".join(left[same[0][1] : same[-1][2]]) if same else ""


def _is_gap(tokens: Sequence[str]) -> bool:
    return not any(token[0].isalnum() for token in tokens)
