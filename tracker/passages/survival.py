"""Finds where most of the words of a passage survive in a text: approximate search over words."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

# Below this share of its words, a passage has not survived.
ENOUGH = 0.5
STEM = 5  # letters by which the forms of a word are one word
# Bounds on the search: occurrences of one word, places looked at, passages found in each.
OCCURRENCES, CANDIDATES = 200, 4

_SCRIPT_CHARACTER = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SENTENCE_ENDS = frozenset(".!?…\n。！？")
_MARK = "\u0300-\u036f"
_WORD = re.compile(
    rf"[{_SCRIPT_CHARACTER}]|[^\W_{_SCRIPT_CHARACTER}][^\W_{_SCRIPT_CHARACTER}]*"
    rf"(?:[{_MARK}'’][^\W_{_SCRIPT_CHARACTER}]*)*"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: where each stands, and what it is compared by."""

    spans: list[tuple[int, int]]
    keys: list[str]


@dataclass(frozen=True, slots=True)
class Survivor:
    """What a passage may have become, and the share of its words that is left there."""

    start: int
    end: int
    share: float


def words(text: str) -> Words:
    """The words of a text; one character each where there are no spaces between words."""
    folded = text.casefold()
    if len(folded) == len(text) and unicodedata.is_normalized("NFC", text):
        found = list(_WORD.finditer(folded.replace("’", "'")))
        return Words([match.span() for match in found], [match[0] for match in found])
    found = list(_WORD.finditer(text))
    return Words([match.span() for match in found], [_key(match[0]) for match in found])


def _key(word: str) -> str:
    return unicodedata.normalize("NFC", word.replace("’", "'").casefold())


def runs(wanted: Sequence[str], there: Sequence[str]) -> bool:
    """Whether the words stand there side by side, in their order."""
    size, first = len(wanted), wanted[0]
    return any(
        key == first and list(there[at : at + size]) == list(wanted) for at, key in enumerate(there)
    )


def survivors(passage: str, text: str, there: Words, near: int) -> Iterator[Survivor]:
    """The places where at least half of the words stand in their order.

    A word put in, taken out or replaced is one lost; another form of it is not. The marks around
    the passage belong to it where they still stand.

    Args:
        there: the words of the text.
        near: where the passage stood; of places equally good those near it are looked at.
    """
    wanted = words(passage)
    if not wanted.keys or not there.keys:
        return
    lead, trail = passage[: wanted.spans[0][0]], passage[wanted.spans[-1][1] :]
    stems = [key[:STEM] for key in wanted.keys]
    for first, last in _regions(wanted.keys, there, near):
        region = [key[:STEM] for key in there.keys[first:last]]
        for begin, end, share in _aligned(stems, region, _opens(text, there.spans[first:last])):
            start, stop = there.spans[first + begin][0], there.spans[first + end - 1][1]
            start -= len(lead) * text[:start].endswith(lead)
            stop += len(trail) * text.startswith(trail, stop)
            yield Survivor(start, stop, share)


def _regions(wanted: list[str], there: Words, near: int) -> list[tuple[int, int]]:
    """The stretches of words where the rare words of the passage fall in its order."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    sought = set(wanted)
    for index, key in enumerate(there.keys):
        if key in sought:
            places[key].append(index)
    step = max(4, len(wanted) // 2)
    votes: defaultdict[int, float] = defaultdict(float)
    for offset, key in enumerate(wanted):
        at = places.get(key, [])
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
    for slot in chosen[:CANDIDATES]:
        first = max(0, slot * step - slack)
        regions.append((first, min(len(there.keys), (slot + 1) * step + len(wanted) + slack)))
    return regions


def _gap(there: Words, index: int, near: int) -> int:
    return abs(there.spans[min(max(index, 0), len(there.spans) - 1)][0] - near)


def _opens(text: str, spans: list[tuple[int, int]]) -> list[bool]:
    """Which of the words begin a sentence or a paragraph."""
    gaps = (text[end:start] for (_, end), (start, _) in pairwise(spans))
    return [True, *(not _SENTENCE_ENDS.isdisjoint(gap) for gap in gaps)]


def _aligned(
    wanted: list[str], region: list[str], opens: list[bool]
) -> Iterator[tuple[int, int, float]]:
    """Stretches apart from each other in which enough survives, best first.

    Yields the first and the past-the-last word, and the share that is left.
    """
    size = len(wanted)
    if (Counter(wanted) & Counter(region)).total() < ENOUGH * size:
        return
    costs = _costs(wanted, region)
    apart: list[tuple[int, int]] = []
    for last in sorted(range(1, len(costs)), key=costs.__getitem__):
        share = 1 - costs[last] / size
        if share < ENOUGH or len(apart) == CANDIDATES:
            return
        if any(left < last < right + ENOUGH * size for left, right in apart):
            continue  # would overlap
        begin = _beginning(wanted, region[:last], costs[last], opens)
        end = _end(wanted, region, last, costs, opens, begin)
        if begin < end and all(end <= left or begin >= right for left, right in apart):
            apart.append((begin, end))
            yield begin, end, share


def _beginning(wanted: list[str], region: list[str], cost: int, opens: list[bool]) -> int:
    """Where the stretch at the end of the region begins that costs no more than this.

    Of several the one that begins as the passage does; else words before it are taken for what
    its first words became, up to where its sentence begins: beyond, they were cut off.
    """
    back = _costs(wanted[::-1], region[::-1])
    begins = {len(region) - size for size in range(1, len(back)) if back[size] == cost}
    for at in sorted(begins):
        if _akin(wanted[0], region[at]):
            return at
    at = max(begins, default=len(region))
    while at - 1 in begins and not opens[at] and len(region) - at < len(wanted):
        at -= 1
    return at


def _end(
    wanted: list[str], region: list[str], last: int, costs: list[int], opens: list[bool], begin: int
) -> int:
    """Where it ends: after the words its last ones became, if they stand in its sentence."""
    at = last
    while (
        at < len(region)
        and costs[at + 1] == costs[last]
        and region[at - 1] != wanted[-1]
        and not opens[at]
        and at - begin < len(wanted)
    ):
        at += 1
    return at


def _akin(word: str, other: str) -> bool:
    """Whether one word may have been changed into the other letter by letter."""
    return word == other or SequenceMatcher(None, word, other, autojunk=False).ratio() > ENOUGH


def _costs(wanted: Sequence[str], region: Sequence[str]) -> list[int]:
    """For each end in the region, the fewest changes that make the passage of words before it.

    Myers' bit-parallel search (1999), over words: one bit for each word of the passage, so that
    a column of the table is a few operations on integers, however long the passage.
    """
    size = len(wanted)
    mask, top = (1 << size) - 1, 1 << (size - 1)
    equal: defaultdict[str, int] = defaultdict(int)
    for place, word in enumerate(wanted):
        equal[word] |= 1 << place
    rising, falling, cost, costs = mask, 0, size, [size]
    for word in region:
        here = equal.get(word, 0)
        vertical = here | falling
        across = (((here & rising) + rising) ^ rising) | here
        up = falling | ~(across | rising) & mask
        down = rising & across
        cost += bool(up & top) - bool(down & top)
        costs.append(cost)
        up, down = up << 1 & mask, down << 1 & mask
        rising = down | ~(vertical | up) & mask
        falling = up & vertical
    return costs
