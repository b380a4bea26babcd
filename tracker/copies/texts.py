"""What each carrier of a text changed, said in figures, and who printed it first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from tracker.passages.comparing import paragraphs

ALIKE = 0.5  # of a paragraph's words: below it, one was taken out and another put in


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one carrier treated a text, in paragraphs of the text it is compared with."""

    kept: int = 0
    cut: int = 0
    added: int = 0
    reworded: int = 0

    @property
    def untouched(self) -> bool:
        return not (self.cut or self.added or self.reworded)


def treatment(text: str, carried: str) -> Treatment:
    """Compare a text with what one outlet ran of it, paragraph by paragraph."""
    left, right = paragraphs(text), paragraphs(carried)
    kept = cut = added = reworded = 0
    for what, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            kept += j - i
            continue
        pairs = sum(_alike(*pair) for pair in zip(left[i:j], right[k:m], strict=False))
        reworded += pairs
        cut += j - i - pairs
        added += m - k - pairs
    return Treatment(kept, cut, added, reworded)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() >= ALIKE


def first_to_print(dated: Iterable[tuple[int, datetime | None]]) -> int | None:
    """The one carrier that printed before every other; None where that is not known.

    Args:
        dated: each carrier and its publication date, None where the page gives none.
    """
    rows = list(dated)
    moments = sorted(at for _, at in rows if at is not None)
    if len(moments) < len(rows) or len(moments) < 2 or moments[0] == moments[1]:
        return None
    return next(one for one, at in rows if at == moments[0])
