"""Cuts the text of an article into paragraphs and marks the passages that are evidence in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.matching import sentences


@dataclass(frozen=True, slots=True)
class Span:
    """A passage to mark, in code points; `key` names it on the page, `number` beside it."""

    start: int
    end: int
    key: str
    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One span over a stretch; `first` and `last` where it begins and ends.

    So the page names it once, and says where what was put in or taken out is over.
    """

    span: Span
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text and the marks over it, the outermost first.

    `ended` are the spans that end with this stretch, whose numbers follow it.
    """

    text: str
    marks: tuple[Mark, ...]
    ended: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, the offset of its first code point in the whole text, and its sentences.

    The sentences are pairs of offsets in the whole text: what the keyboard picks by.
    """

    start: int
    stretches: tuple[Stretch, ...]
    sentences: tuple[tuple[int, int], ...]


def paragraphs(text: str, spans: Sequence[Span]) -> list[Paragraph]:
    """The text as marked paragraphs. Spans may overlap: each is marked, the earlier outside."""
    found, offset = [], 0
    named: set[str] = set()
    coming = deque(sorted(spans, key=lambda one: one.start))
    here: list[Span] = []
    for line in text.split("\n"):
        end = offset + len(line)
        here = [one for one in here if one.end > offset]
        while coming and coming[0].start < end:
            here.append(coming.popleft())
        if line.strip():
            found.append(_paragraph(line, offset, here, named))
        offset = end + 1
    return found


def _paragraph(line: str, offset: int, spans: Sequence[Span], named: set[str]) -> Paragraph:
    end = offset + len(line)
    here = [one for one in spans if one.end > offset]
    here.sort(key=lambda one: (one.start, -one.end, one.number))
    cuts = {offset, end}
    for one in here:
        cuts |= {max(one.start, offset), min(one.end, end)}
    edges = sorted(cuts)
    stretches = []
    for left, right in zip(edges, edges[1:], strict=False):
        over = [one for one in here if one.start <= left and one.end >= right]
        marks = tuple(Mark(one, one.key not in named, one.end == right) for one in over)
        named |= {one.key for one in over}
        ended = tuple(one for one in here if one.end == right)
        stretches.append(Stretch(line[left - offset : right - offset], marks, ended))
    cut = tuple((offset + a, offset + b) for a, b in sentences(line))
    return Paragraph(offset, tuple(stretches), cut)
