"""The passages of a version that may be evidence for claims: gated by terms, ranked by words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sources.models import Version
from tracker import matching
from tracker.attribution import Attribution, attribute
from tracker.matching import Near, Passage, Sieve, Terms, TermsError, compile_terms
from tracker.models import Claim
from tracker.suggesting import similarity

_ENGINE = "passages/3"
_EACH = 3  # passages of one article proposed for one claim
_READ = 24  # sentences of one article that a similarity model reads


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage proposed for a claim, and all that spoke for it."""

    claim: Claim
    passage: Passage
    said: Attribution
    rank: int
    score: float
    features: dict[str, Any]


@lru_cache(maxsize=1024)
def terms_of(source: str) -> Terms | None:
    """The compiled terms; None when they were written wrongly, which matches nothing."""
    try:
        return compile_terms(source)
    except TermsError:
        return None


class Filters:
    """The filters of stories, the first gate; one written wrongly lets nothing through."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._sieve = Sieve(filter(None, map(terms_of, sources)))

    def passed(self, version: Version) -> set[str]:
        """The filters that a version passes."""
        text, language = f"{version.title}\n{version.text}", version.language
        return {
            terms.source
            for terms in self._sieve.passing(text, language)
            if matching.matches(terms, text, language)
        }


def engine() -> str:
    """The method and its version, and the model where one is on."""
    return f"{_ENGINE}+{similarity.NAME}" if similarity.on() else _ENGINE


def candidates(
    claims: Sequence[Claim],
    version: Version,
    known: Sequence[str] = (),
    bar: matching.Bar = matching.BAR,
) -> list[Candidate]:
    """The best passages for each claim, best first.

    A claim's terms are its gate. One without terms is proposed where a sentence says enough of
    its own words. A similarity model, where one is on, adds what says the same otherwise.

    Args:
        known: names and variants of the speakers the newsroom knows.
        bar: what is asked of a sentence without terms.
    """
    reading = _Reading(version, claims, known, bar)
    found: list[Candidate] = []
    for claim in claims:
        terms = terms_of(claim.terms)
        if terms is not None:
            gated = [] if terms.empty else reading.by_terms(claim, terms)
            free = reading.by_wording(claim) if terms.empty else []
            found += _best(gated + _voices(free + reading.by_meaning(claim)))
    return found


def _best(found: list[Candidate]) -> list[Candidate]:
    """The best few, no passage twice."""
    kept: dict[int, Candidate] = {}
    for one in sorted(found, key=lambda one: -one.score):
        kept.setdefault(one.passage.start, one)
    return list(kept.values())[:_EACH]


def _voices(found: list[Candidate]) -> list[Candidate]:
    """One passage of each who is quoted on a claim; the article's own words where nobody is.

    An article says a thing in its headline, its first sentence and a quotation. Of passages about
    as near, the one that names who says it is the evidence, and the others repeat it.
    """
    enough = matching.BAR.relative * max((one.score for one in found), default=0.0)
    kept: dict[str, Candidate] = {}
    for one in sorted(found, key=partial(_quotable, enough)):
        if _voice(one) or not kept:
            kept.setdefault(_voice(one), one)
    return list(kept.values())


def _quotable(enough: float, one: Candidate) -> tuple[bool, bool, float, bool]:
    """An order: of the nearest those first that say who speaks; of equals, sentences before
    headlines."""
    whole = one.passage.text.rstrip('”"’») ').endswith((".", "!", "?", "。"))
    return one.score < enough, not _voice(one), -one.score, not whole


def _voice(one: Candidate) -> str:
    """Who is quoted; all who have no name are one."""
    return one.said.speaker or ("(unnamed)" if one.said.unnamed else "")


class _Reading:
    """A version read once: its sentences, their words, and the claims ranked against each."""

    def __init__(
        self, version: Version, claims: Sequence[Claim], known: Sequence[str], bar: matching.Bar
    ) -> None:
        self.text, self.language = version.text, version.language
        self.said = lru_cache(partial(_said, version, known))
        self.spans = matching.sentences(self.text)
        self.words = [self._words(start, end) for start, end in self.spans]
        between = [
            [word for words in self.words[max(0, n - 1) : n + 2] for word in words]
            for n in range(len(self.spans))
        ]
        near = self._ranked(between, [claim.pk for claim in claims])
        self.near = {(one.claim, one.sentence): one for one in near}
        self.proposable = _by_claim(matching.proposable(near, bar))
        self.alike = _by_claim(matching.alike(near))

    def _ranked(self, between: list[list[matching.Word]], claims: list[int]) -> list[Near]:
        """Rank the claims against each sentence, read between its neighbours."""
        read = sorted(range(len(self.spans)), key=lambda n: (-len(between[n]), n))[:_READ]
        texts = [self._text(n) if n in read else "" for n in range(len(self.spans))]
        ranked = similarity.closest(between, texts, claims)
        own = [{word.form for word in words} for words in self.words]
        return matching.nearest(ranked, own)

    def _text(self, sentence: int) -> str:
        start, end = self.spans[sentence]
        return self.text[start:end]

    def _words(self, start: int, end: int) -> list[matching.Word]:
        return [
            matching.Word(word.form, word.start + start, word.end + start)
            for word in matching.passage_words(self.text[start:end], self.language)
        ]

    def by_terms(self, claim: Claim, terms: Terms) -> list[Candidate]:
        """The passages a claim's terms let through; its wording says which is best."""
        found = []
        for passage in matching.passages(terms, self.text, self.language):
            near = self.near.get((claim.pk, self._sentence(passage.start)))
            score = (1 + near.nearness) / 2 if near else 0.5
            features = {"gate": "terms", "terms": len(passage.reasons), **_features(near)}
            place, said = near.place if near else 0, self.said(passage.start, passage.end)
            found.append(Candidate(claim, passage, said, place, score, features))
        return found

    def by_wording(self, claim: Claim) -> list[Candidate]:
        """The sentences that say enough of a claim's own words."""
        return [
            self._candidate(claim, near, "wording", near.nearness / 2)
            for near in self.proposable.get(claim.pk, [])
        ]

    def by_meaning(self, claim: Claim) -> list[Candidate]:
        """The sentences a similarity model finds to say what the claim says."""
        return [
            self._candidate(claim, near, "meaning", (near.scored.similarity + near.nearness) / 2)
            for near in self.alike.get(claim.pk, [])
        ]

    def _candidate(self, claim: Claim, near: Near, gate: str, score: float) -> Candidate:
        start, end = self.spans[near.sentence]
        passage = Passage(start, end, self.text[start:end], self._said(near))
        features = {"gate": gate, **_features(near)}
        return Candidate(claim, passage, self.said(start, end), near.place, score, features)

    def _sentence(self, start: int) -> int:
        return next(n for n, (a, b) in enumerate(self.spans) if a <= start < b)

    def _said(self, near: Near) -> tuple[str, ...]:
        """The shared words as the sentence has them, each once."""
        said: dict[str, str] = {}
        for word in self.words[near.sentence]:
            if word.form in near.words:
                said.setdefault(word.form, self.text[word.start : word.end])
        return tuple(said.values())


def _said(version: Version, known: Sequence[str], start: int, end: int) -> Attribution:
    outlet = version.article.source.name
    text, language = version.text, version.language
    return attribute(text, start, end, language=language, outlet=outlet, known=known)


def _by_claim(near: list[Near]) -> dict[int, list[Near]]:
    by_claim: dict[int, list[Near]] = {}
    for one in near:
        by_claim.setdefault(one.claim, []).append(one)
    return by_claim


def _features(near: Near | None) -> dict[str, Any]:
    if near is None:
        return {}
    meant = near.scored.similarity
    return {
        "bm25": round(near.scored.score, 3),
        "coverage": round(near.scored.coverage, 3),
        "nearness": round(near.nearness, 3),
        "shared": len(near.words),
        "size": near.scored.size,
        **({"similarity": round(meant, 3)} if meant else {}),
    }
