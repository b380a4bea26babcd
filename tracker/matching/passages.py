"""Finds the passages of a text that the terms of a claim ask for, and says by which words."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tracker.matching.sentences import sentences
from tracker.matching.terms import WORD, Phrase, Terms, fold, holds
from tracker.matching.vocabulary import base, forms, possible

# As many sentences as terms may be spread over: a name, then "the force", then what it said.
WINDOW = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence worth an editor's look: code point offsets, and the words that matched."""

    start: int
    end: int
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text as words: their forms (folded, then stems), offsets and sentences."""

    text: str
    sentences: list[tuple[int, int]]
    forms: list[tuple[str, ...]]
    offsets: list[tuple[int, int]]
    numbers: list[int]
    index: dict[str, list[int]]


def matches(terms: Terms, text: str, language: str) -> bool:
    """Whether a whole text satisfies the terms: the filter of a story, which empty terms pass."""
    if terms.root is None:
        return True
    if not possible(terms, text, language):
        return False
    hits = _hits_of(terms, _read(text, language), language)

    def present(phrase: Phrase) -> bool:
        return bool(hits(phrase))

    return holds(terms.root, present, present)


def passages(terms: Terms, text: str, language: str, *, limit: int = 3) -> list[Passage]:
    """The best sentences for a claim, best first; none for empty terms.

    Windows of one to `WINDOW` sentences decide, the smallest that satisfy the terms, and each
    gives its sentence with the most of them. A word asked not to occur may not occur in the
    window nor in the sentence on either side.
    """
    if terms.root is None or limit < 1 or not possible(terms, text, language):
        return []
    reading = _read(text, language)
    hits = _hits_of(terms, reading, language)
    wanted = terms.phrases()
    best: dict[int, tuple[tuple[int, ...], Passage]] = {}
    for first, last in _windows(terms, hits, len(reading.sentences)):
        found = [h for phrase in wanted for h in hits(phrase) if first <= h.sentence <= last]
        chosen = max(range(first, last + 1), key=lambda n: _weight(wanted, hits, n, n))
        start, end = reading.sentences[chosen]
        rank = (*_weight(wanted, hits, first, last), first - last)
        reasons = _reasons(text, found)
        if chosen not in best or rank > best[chosen][0]:
            best[chosen] = (rank, Passage(start, end, text[start:end], reasons))
    order = sorted(best.values(), key=lambda entry: (*(-n for n in entry[0]), entry[1].start))
    return [passage for _, passage in order[:limit]]


def _windows(
    terms: Terms, hits: Callable[[Phrase], list[_Hit]], count: int
) -> list[tuple[int, int]]:
    """The smallest runs of sentences that satisfy the terms, none inside another."""
    root = terms.root
    assert root is not None
    accepted: list[tuple[int, int]] = []
    candidates = sorted({h.sentence for phrase in terms.phrases() for h in hits(phrase)})
    for size in range(WINDOW):
        for first in candidates:
            last = first + size
            if last >= count or any(first <= a and b <= last for a, b in accepted[-4 * WINDOW :]):
                continue

            def present(phrase: Phrase, first: int = first, last: int = last) -> bool:
                return _between(hits(phrase), first, last)

            def nearby(phrase: Phrase, first: int = first, last: int = last) -> bool:
                return _between(hits(phrase), first - 1, last + 1)

            if holds(root, present, nearby):
                accepted.append((first, last))
    return accepted


def _between(hits: list[_Hit], first: int, last: int) -> bool:
    at = bisect_left(hits, first, key=lambda hit: hit.sentence)
    return at < bisect_right(hits, last, key=lambda hit: hit.sentence)


def _weight(
    wanted: tuple[Phrase, ...], hits: Callable[[Phrase], list[_Hit]], first: int, last: int
) -> tuple[int, int]:
    """How many of the phrases a run of sentences has, and how many words they make."""
    there = [phrase for phrase in set(wanted) if _between(hits(phrase), first, last)]
    return len(there), sum(len(phrase.words) for phrase in there)


def _reasons(text: str, hits: list[_Hit]) -> tuple[str, ...]:
    """The words as the text has them, each once, in the order of the terms."""
    reasons: dict[str, str] = {}
    for hit in hits:
        words = " ".join(text[hit.start : hit.end].split())
        reasons.setdefault(fold(words), words)
    return tuple(reasons.values())


def _hits_of(terms: Terms, reading: _Reading, language: str) -> Callable[[Phrase], list[_Hit]]:
    """A function giving the places of a phrase, looked up once each and in order."""
    known: dict[Phrase, list[_Hit]] = {}

    def hits(phrase: Phrase) -> list[_Hit]:
        if phrase not in known:
            known[phrase] = _places(phrase, reading, base(language))
        return known[phrase]

    return hits


def _places(phrase: Phrase, reading: _Reading, language: str) -> list[_Hit]:
    """Where the words of a phrase stand side by side within one sentence."""
    words = [forms(word, language) for word in phrase.words]
    last = len(words) - 1
    if last == 0 and phrase.prefix:
        starts = [n for n, each in enumerate(reading.forms) if each[0].startswith(words[0][0])]
    else:
        starts = sorted({n for form in words[0] for n in reading.index.get(form, ())})
    places = []
    for start in starts:
        end = start + last
        if end >= len(reading.forms) or reading.numbers[start] != reading.numbers[end]:
            continue
        if all(
            _same(words[n], reading.forms[start + n], phrase.prefix and n == last)
            for n in range(last + 1)
        ):
            begin, stop = reading.offsets[start][0], reading.offsets[end][1]
            places.append(_Hit(reading.numbers[start], begin, stop))
    return places


def _same(asked: tuple[str, ...], there: tuple[str, ...], prefix: bool) -> bool:
    if prefix:
        return there[0].startswith(asked[0])
    return any(form in there for form in asked)


# The claims of a story are matched against one text after another, not one claim against many.
@lru_cache(maxsize=2)
def _read(text: str, language: str) -> _Reading:
    spans = sentences(text)
    language = base(language)
    reading = _Reading(text, spans, [], [], [], {})
    for number, (start, end) in enumerate(spans):
        for match in WORD.finditer(text, start, end):
            found = forms(fold(match[0]), language)
            for form in found:
                reading.index.setdefault(form, []).append(len(reading.forms))
            reading.forms.append(found)
            reading.offsets.append(match.span())
            reading.numbers.append(number)
    return reading
