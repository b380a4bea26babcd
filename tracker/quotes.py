"""Anchors a quoted passage in a text, and finds it again in a later version of that text.

A selector keeps the words, up to 32 characters either side and the position, as the text quote
and text position selectors of the W3C Web Annotation Data Model do. Offsets are code points.
"""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

CONTEXT = 32
# How much the words, what stands before, what stands after and the position weigh.
WEIGHTS = (50.0, 20.0, 20.0, 2.0)
# Below this share of the words, a passage is gone rather than altered.
ALTERED = 0.5
# Bounds on the search in a long text: places looked at, and the words aligned at once.
OCCURRENCES, CANDIDATES, ALIGNED = 200, 4, 120

_SCRIPT_CHARACTER = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARK = "\u0300-\u036f"
_WORD = re.compile(
    rf"[{_SCRIPT_CHARACTER}]|[^\W_{_SCRIPT_CHARACTER}][^\W_{_SCRIPT_CHARACTER}]*"
    rf"(?:[{_MARK}'’][^\W_{_SCRIPT_CHARACTER}]*)*"
)
# Characters that typesetting changes and writers do not: each class is one mark to a reader.
_QUOTE_MARKS = '"“”„«»'
_TYPESET = {"'": "['’‘ʼ]", "-": "[-‐‑–—]"}
_TYPESET |= dict.fromkeys("’‘ʼ", _TYPESET["'"]) | dict.fromkeys("‐‑–—", _TYPESET["-"])


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

    `same`: these words at this place. `moved`: these words elsewhere, or typeset otherwise
    (spaces, curly for straight quotes). `altered`: other words in its place. `gone`: -1, -1.
    `score` is between 0 and 1.
    """

    state: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    key: str


def select(text: str, start: int, end: int) -> Selector:
    """The selector of text[start:end]; raises ValueError when that is not a passage of it."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no passage from {start} to {end} in a text of {len(text)}")
    prefix = text[max(0, start - CONTEXT) : start]
    return Selector(text[start:end], prefix, text[end : end + CONTEXT], start, end)


def find(selector: Selector, text: str) -> Found:
    """Find a passage again in a version of its text, with a bounded effort.

    Of several equal passages the one in the same surroundings wins, then the nearest.
    """
    if not selector.exact:
        return Found("gone", -1, -1, 0.0)
    found = _best(selector, text, _occurrences(selector, text))
    if found is None:
        typeset = ((m.start(), m.end()) for m in _typeset(selector.exact).finditer(text))
        found = _best(selector, text, typeset)
    if found is None:
        return _altered(selector, text)
    start, end, score = found
    same = text[start:end] == selector.exact and start == selector.start
    return Found("same" if same else "moved", start, end, score)


def fingerprint(text: str) -> bytes:
    """SHA-256 of the words alone, whatever their case, spacing, punctuation and composition."""
    words = " ".join(word.key for word in _words(text))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()


def _occurrences(selector: Selector, text: str) -> Iterator[tuple[int, int]]:
    length, at = len(selector.exact), text.find(selector.exact)
    while at >= 0:
        yield at, at + length
        at = text.find(selector.exact, at + 1)


def _best(
    selector: Selector, text: str, places: Iterator[tuple[int, int]]
) -> tuple[int, int, float] | None:
    """The place whose surroundings agree best, then the nearest to the old one."""
    best: tuple[float, int, int, int] | None = None
    for number, (start, end) in enumerate(places):
        # A word repeated without end is judged by its first places and those around the old one.
        if number >= OCCURRENCES and abs(start - selector.start) > ALIGNED:
            continue
        score = _score(selector, text, start, end, 1.0)
        rank = (score, -abs(start - selector.start), start, end)
        best = rank if best is None else max(best, rank)
    return None if best is None else (best[2], best[3], best[0])


def _score(selector: Selector, text: str, start: int, end: int, words: float) -> float:
    """Agreement of the words, surroundings and place, from 0 to 1."""
    before = _agreement(selector.prefix[::-1], text[max(0, start - CONTEXT) : start][::-1])
    after = _agreement(selector.suffix, text[end : end + CONTEXT])
    place = 1 - min(1.0, abs(start - selector.start) / max(len(text), selector.end, 1))
    parts = (words, before, after, place)
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


def _words(text: str) -> list[_Word]:
    return [_Word(m.start(), m.end(), _key(m[0])) for m in _WORD.finditer(text)]


def _key(word: str) -> str:
    return unicodedata.normalize("NFC", word.replace("’", "'").casefold())


def _altered(selector: Selector, text: str) -> Found:
    """The place most of the words survive in, or `gone`."""
    wanted, there = _words(selector.exact), _words(text)
    best = Found("gone", -1, -1, 0.0)
    if not wanted or not there:
        return best
    for first, last in _regions(wanted, there, selector.start):
        for begin, end, similarity in _aligned(wanted, there[first:last]):
            if similarity < ALTERED or begin >= end:
                continue
            start, stop = there[first + begin].start, there[first + end - 1].end
            score = _score(selector, text, start, stop, similarity)
            if score > best.score:
                best = Found("altered", start, stop, score)
    return best


def _regions(wanted: list[_Word], there: list[_Word], near: int) -> list[tuple[int, int]]:
    """The stretches of words where the rare words of the passage fall in its order."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    keys = {word.key for word in wanted}
    for index, word in enumerate(there):
        if word.key in keys:
            places[word.key].append(index)
    step = max(4, len(wanted) // 2)
    votes: defaultdict[int, float] = defaultdict(float)
    for offset, word in enumerate(wanted):
        at = places.get(word.key, [])
        for index in at[:OCCURRENCES]:
            votes[(index - offset) // step] += 1 / len(at)
    slack = len(wanted) // 2 + 2
    chosen = sorted(
        votes,
        key=lambda slot: (
            -votes[slot] - votes.get(slot + 1, 0.0),
            _gap(there, slot * step, near),
        ),
    )
    regions = []
    for slot in chosen[: max(1, CANDIDATES * ALIGNED // max(ALIGNED, len(wanted)))]:
        first = max(0, slot * step - slack)
        regions.append((first, min(len(there), (slot + 1) * step + len(wanted) + slack)))
    return regions


def _gap(there: list[_Word], index: int, near: int) -> int:
    return abs(there[min(max(index, 0), len(there) - 1)].start - near)


def _aligned(wanted: list[_Word], region: list[_Word]) -> list[tuple[int, int, float]]:
    """Which words of the region the passage may have become, and the share that survives.

    A passage too long to align word by word is found by its head and its tail.
    """
    keys, region_keys = [w.key for w in wanted], [w.key for w in region]
    if len(keys) <= 2 * ALIGNED:
        return _align(keys, region_keys)
    begin = _align(keys[:ALIGNED], region_keys)[0][0]
    end = begin + _align(keys[-ALIGNED:], region_keys[begin:])[0][1]
    kept = Counter(keys) & Counter(region_keys[begin:end])
    return [(begin, end, sum(kept.values()) / max(len(keys), end - begin))]


def _align(wanted: list[str], region: list[str]) -> list[tuple[int, int, float]]:
    """Approximate matching by dynamic programming (Sellers 1980), over words.

    Returns up to `CANDIDATES` stretches apart from each other, best first: the first and the
    past-the-last word, and 1 - cost per word.
    """
    costs = [0.0] * (len(region) + 1)
    starts = list(range(len(region) + 1))
    for row, word in enumerate(wanted, 1):
        above, above_starts = costs, starts
        costs, starts = [float(row)], [0]
        for column, other in enumerate(region, 1):
            options = (
                (above[column - 1] + _change(word, other), above_starts[column - 1]),
                (above[column] + 1.0, above_starts[column]),
                (costs[column - 1] + 1.0, starts[column - 1]),
            )
            cost, start = min(options)
            costs.append(cost)
            starts.append(start)
    apart: list[tuple[int, int, float]] = []
    for end in sorted(range(len(costs)), key=costs.__getitem__):
        if all(end <= begin or starts[end] >= stop for begin, stop, _ in apart):
            apart.append((starts[end], end, max(0.0, 1 - costs[end] / len(wanted))))
        if len(apart) == CANDIDATES:
            break
    return apart


def _change(word: str, other: str) -> float:
    """An inflected form of a word is half the change another word is."""
    if word == other:
        return 0.0
    return 0.5 if len(word) > 4 and word[:4] == other[:4] else 1.0
