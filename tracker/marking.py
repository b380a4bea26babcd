"""Cuts the text of an article into paragraphs and marks the passages that are evidence in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A passage to mark, in code points; `key` names it on the page, `number` beside it."""

    start: int
    end: int
    key: str
    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text under at most one mark.

    `first` says that the mark begins here, so that its name stands once on the page; `ended` are
    the spans that end with this stretch, whose numbers follow it.
    """

    text: str
    span: Span | None
    first: bool
    ended: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the offset of its first code point in the whole text."""

    start: int
    stretches: tuple[Stretch, ...]


def paragraphs(text: str, spans: Sequence[Span]) -> list[Paragraph]:
    """The text as marked paragraphs. Of spans that overlap, the one that began last is shown."""
    found, offset = [], 0
    named: set[str] = set()
    for line in text.split("\n"):
        if line.strip():
            found.append(_paragraph(line, offset, spans, named))
        offset += len(line) + 1
    return found


def _paragraph(line: str, offset: int, spans: Sequence[Span], named: set[str]) -> Paragraph:
    end = offset + len(line)
    here = [span for span in spans if span.start < end and span.end > offset]
    cuts = {offset, end}
    for one in here:
        cuts |= {max(one.start, offset), min(one.end, end)}
    edges = sorted(cuts)
    stretches = []
    for left, right in zip(edges, edges[1:], strict=False):
        over = [one for one in here if one.start <= left and one.end >= right]
        span = max(over, key=lambda one: (one.start, -one.end), default=None)
        first = span is not None and span.key not in named
        if span is not None:
            named.add(span.key)
        ended = tuple(one for one in here if one.end == right)
        stretches.append(Stretch(line[left - offset : right - offset], span, first, ended))
    return Paragraph(offset, tuple(stretches))
