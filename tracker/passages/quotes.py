"""Anchors a quoted passage in a text, and finds it again in a later version of that text.

A selector keeps the words, up to 32 characters either side and the position, as the text quote
and text position selectors of the W3C Web Annotation Data Model do. Offsets are code points.

The rule that separates what became of a passage, measured by `bench/anchors.py`:
- `same`: its words at their old offset;
- `moved`: its words at another offset, or with other spaces, quote marks, apostrophes or dashes;
- `altered`: at least half of its words still stand there in their order; each word put in, taken
  out or replaced is one lost, another form of it is not;
- `gone`: fewer than half.
What stood elsewhere in the cited version is never the passage, however alike it is.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.passages import survival

CONTEXT = 32
# How much the words, what stands before, what stands after and the position weigh.
WEIGHTS = (50.0, 20.0, 20.0, 2.0)
# Of a passage repeated without end, the places looked at: the first so many, and those so near.
OCCURRENCES, NEAR = 200, 120
# Places of a repeated passage that are told apart by the order they stand in.
TWINS = 30

# Characters that typesetting changes and writers do not: each class is one mark to a reader.
_QUOTE_MARKS = '"“”„«»'
_TYPESET = {"'": "['’‘ʼ]", "-": "[-‐‑–—]"}
_TYPESET |= dict.fromkeys("’‘ʼ", _TYPESET["'"]) | dict.fromkeys("‐‑–—", _TYPESET["-"])

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Selector:
    """A passage as it stood: its words, its surroundings and its place in code points."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """Where a passage stands now.

    `state` is `same`, `moved`, `altered` or `gone`, by the rule above; `start` and `end` are -1
    when it is gone. `score` is the agreement of words, surroundings and place, from 0 to 1.
    """

    state: str
    start: int
    end: int
    score: float


def select(text: str, start: int, end: int) -> Selector:
    """The selector of text[start:end]; raises ValueError when that is not a passage of it."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no passage from {start} to {end} in a text of {len(text)}")
    prefix = text[max(0, start - CONTEXT) : start]
    return Selector(text[start:end], prefix, text[end : end + CONTEXT], start, end)


def find(selector: Selector, text: str, cited: str = "") -> Found:
    """Find a passage again in a version of its text, with a bounded effort.

    Of several equal passages the one in the same surroundings wins, then the nearest.

    Args:
        text: the version to look in.
        cited: the version the selector was made in. With it the passage is told from sentences
            like it that stood elsewhere all along, and is gone when only those are left.
    """
    if not selector.exact:
        return Found("gone", -1, -1, 0.0)
    place = _unmoved(selector, text, cited) or _again(selector, text, cited)
    if place is None:
        there = survival.words(text)
        place = _typeset_again(selector, text, there)
    if place is None:
        return _altered(selector, text, cited, there)
    same = place == (selector.start, selector.end) and text[slice(*place)] == selector.exact
    return Found("same" if same else "moved", *place, _score(selector, text, place, 1.0))


def fingerprint(text: str) -> bytes:
    """SHA-256 of the words alone, whatever their case, spacing, punctuation and composition."""
    words = " ".join(survival.words(text).keys)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()


def _unmoved(selector: Selector, text: str, cited: str) -> Place | None:
    """Its place when all before it, or all after it, still is what it was."""
    start, end = selector.start, selector.end
    if cited[start:end] != selector.exact:
        return None
    if text.startswith(cited[:end]) and _whole(selector, text, (start, end)):
        return start, end
    later = (len(text) - len(cited) + start, len(text) - len(cited) + end)
    if text.endswith(cited[start:]) and _whole(selector, text, later):
        return later
    return None


def _again(selector: Selector, text: str, cited: str) -> Place | None:
    """Where its very words stand; of several places its own."""
    places = list(_bounded(selector, text, _occurrences(selector.exact, text)))
    former = list(_occurrences(selector.exact, cited))
    if len(former) > 1 and len(former) * len(places) <= TWINS * TWINS:
        return _own(selector, text, cited, former, places)
    return _best(selector, text, places)


def _typeset_again(selector: Selector, text: str, there: survival.Words) -> Place | None:
    """Where its words stand, typeset otherwise."""
    wanted = survival.words(selector.exact).keys
    if wanted and not survival.runs(wanted, there.keys):
        return None
    found = _typeset(selector.exact).finditer(text)
    other = (match.span() for match in found if match[0] != selector.exact)
    places = list(_bounded(selector, text, other))
    return _best(selector, text, places)


def _occurrences(exact: str, text: str) -> Iterator[Place]:
    at = text.find(exact)
    while at >= 0:
        yield at, at + len(exact)
        at = text.find(exact, at + 1)


def _bounded(selector: Selector, text: str, places: Iterable[Place]) -> Iterator[Place]:
    for number, place in enumerate(places):
        looked_at = number < OCCURRENCES or abs(place[0] - selector.start) <= NEAR
        if looked_at and _whole(selector, text, place):
            yield place


def _whole(selector: Selector, text: str, place: Place) -> bool:
    """Whether its first and last words ended there where they end now: "guilt" is no "guilty"."""
    start, end = place
    exact = selector.exact
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return not (
        (_joined(before, exact[0]) and not _joined(selector.prefix[-1:], exact[0]))
        or (_joined(exact[-1], after) and not _joined(exact[-1], selector.suffix[:1]))
    )


def _joined(left: str, right: str) -> bool:
    """Whether two characters stand in one word."""
    return survival.words(left + right).spans == [(0, 2)]


def _own(
    selector: Selector, text: str, cited: str, former: list[Place], places: list[Place]
) -> Place | None:
    """Which of several equal passages it is, when each keeps its order and its surroundings.

    The best way to pair what stood there with what stands there, by dynamic programming; None
    when the pair of the cited one is missing.
    """
    was = [select(cited, *place) for place in former]
    best: list[tuple[float, tuple[tuple[int, int], ...]]] = [(0.0, ())] * (len(places) + 1)
    for row, one in enumerate(was):
        above, best = best, [best[0]]
        for column, place in enumerate(places):
            total, pairs = above[column]
            paired = total + _score(one, text, place, 0.0), (*pairs, (row, column))
            best.append(max(above[column + 1], best[column], paired, key=lambda way: way[0]))
    own = (selector.start, selector.end)
    return next((places[column] for row, column in best[-1][1] if former[row] == own), None)


def _best(selector: Selector, text: str, places: list[Place]) -> Place | None:
    """The place whose surroundings agree best, then the nearest to the old one."""

    def rank(place: Place) -> tuple[float, int]:
        return _score(selector, text, place, 1.0), -abs(place[0] - selector.start)

    return max(places, key=rank, default=None)


def _score(selector: Selector, text: str, place: Place, words: float) -> float:
    """Agreement of the words, surroundings and place, from 0 to 1."""
    start, end = place
    before = _agreement(selector.prefix[::-1], text[max(0, start - CONTEXT) : start][::-1])
    after = _agreement(selector.suffix, text[end : end + CONTEXT])
    near = 1 - min(1.0, abs(start - selector.start) / max(len(text), selector.end, 1))
    parts = (words, before, after, near)
    return sum(w * part for w, part in zip(WEIGHTS, parts, strict=True)) / sum(WEIGHTS)


def _agreement(kept: str, now: str) -> float:
    """The share of the kept surroundings still there, counted from the passage outwards."""
    if not kept:
        return 1.0 if not now else 0.0
    same = 0
    for a, b in zip(kept, now, strict=False):
        if a != b:
            break
        same += 1
    bag = sum((Counter(kept) & Counter(now)).values())
    # What touches the passage tells most; the rest breaks ties when its edge was edited.
    return (0.8 * same + 0.2 * bag) / len(kept)


def _typeset(exact: str) -> re.Pattern[str]:
    """A pattern for the same words whatever the spaces, quote marks, apostrophes and dashes."""
    parts = []
    for piece in re.findall(rf"\s*[{_QUOTE_MARKS}]\s*|\s+|.", exact, re.DOTALL):
        bare = piece.strip()
        if bare and bare in _QUOTE_MARKS:
            parts.append(rf"\s*[{_QUOTE_MARKS}]\s*")
        elif not bare:
            parts.append(r"\s+")
        else:
            parts.append(_TYPESET.get(piece) or re.escape(piece))
    pattern = re.sub(r"^(?:\\s[*+])+|(?:\\s[*+])+$", "", "".join(parts))
    return re.compile(pattern or r"(?!)")


def _altered(selector: Selector, text: str, cited: str, there: survival.Words) -> Found:
    """The place most of the words survive in, or `gone`."""
    best = Found("gone", -1, -1, 0.0)
    for one in survival.survivors(selector.exact, text, there, selector.start):
        words = text[one.start : one.end]
        # as often there as before without the cited passage: it stood elsewhere all along
        elsewhere = cited.count(words) - selector.exact.count(words)
        if cited and text.count(words) <= elsewhere:
            continue
        score = _score(selector, text, (one.start, one.end), one.share)
        if score > best.score:
            best = Found("altered", one.start, one.end, score)
    return best
