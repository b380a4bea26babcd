"""Which sentences say enough of a claim's own words to be proposed for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

# How much a sentence's own words count against those beside it.
OWN = 0.7
# A similarity model puts what has nothing in common at 0.77 and what says the same above 0.85.
ALIKE = 0.85
UNLIKE = 0.8
MARGIN = 0.02
# How much the model counts against shared words when claims are put in order.
MEANING = 0.8
_DEEP = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked of a sentence before it is proposed for a claim.

    enough: of the claim's weight, 0 to 1; neighbours help, but cannot do it alone.
    fewest: words of the claim in the sentence itself.
    relative: of the nearness of the nearest claim; one that is farther is only its relative.
    adds: words that no nearer claim shares with the sentence, for the same reason.
    """

    enough: float = 0.2
    fewest: int = 3
    relative: float = 0.75
    adds: int = 2


BAR = Bar()


@dataclass(frozen=True, slots=True)
class Scored:
    """A claim as it stands to a passage: the words both have, with what each weighs.

    `score` compares claims of one passage; `coverage`, 0 to 1, is the share of the claim's weight
    that the passage has, and compares passages too. `size` is how many words the claim has, and
    `similarity` what a model says of the two, 0 where none was asked.
    """

    claim: int
    score: float
    coverage: float
    size: int
    words: dict[str, float]
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence and a claim near it: how near (0 to 1), and the claim's place among all."""

    sentence: int
    claim: int
    nearness: float
    place: int
    scored: Scored
    words: tuple[str, ...]


def nearest(ranked: Sequence[Sequence[Scored]], own: Sequence[Collection[str]]) -> list[Near]:
    """Every sentence with the claims that share words with it, nearest first.

    Args:
        ranked: the claims of each sentence read between its neighbours, best first.
        own: the words of each sentence by itself.
    """
    found = []
    for number, (claims, forms) in enumerate(zip(ranked, own, strict=True)):
        for place, scored in enumerate(claims, start=1):
            shared = tuple(word for word in scored.words if word in forms)
            whole = sum(scored.words.values())
            part = sum(scored.words[word] for word in shared) / whole if whole else 0.0
            nearness = scored.coverage * (OWN * part + 1 - OWN)
            found.append(Near(number, scored.claim, nearness, place, scored, shared))
    return sorted(found, key=lambda near: (-near.nearness, near.sentence, near.place))


def proposable(near: Sequence[Near], bar: Bar = BAR) -> list[Near]:
    """Those near enough to be put before an editor, in the same order: nearest first."""
    closest: dict[int, float] = {}
    explained: dict[int, set[str]] = {}
    found = []
    for one in near:
        best = closest.setdefault(one.sentence, one.nearness)
        nearer = explained.setdefault(one.sentence, set())
        if (
            one.nearness >= max(bar.enough, bar.relative * best)
            and len(one.words) >= min(bar.fewest, one.scored.size)
            and not 0 < one.scored.similarity < UNLIKE
            and (not nearer or len(set(one.words) - nearer) >= bar.adds)
        ):
            found.append(one)
            nearer.update(one.words)
    return found


def alike(near: Sequence[Near]) -> list[Near]:
    """Those a model finds to say the same, most alike first: in other words or languages too."""
    most: dict[int, float] = {}
    for one in near:
        most[one.sentence] = max(most.get(one.sentence, 0.0), one.scored.similarity)
    found = [
        one for one in near if one.scored.similarity >= max(ALIKE, most[one.sentence] - MARGIN)
    ]
    return sorted(found, key=lambda one: -one.scored.similarity)


def fused(ranked: Sequence[Scored], similarity: Mapping[int, float]) -> list[Scored]:
    """One order, best first, of claims by shared words and claims by similarity.

    Args:
        ranked: the claims that share words with a passage, best first.
        similarity: of every claim to the passage, by the claim.
    """
    if not similarity:
        return list(ranked)
    low, high = min(similarity.values()), max(similarity.values())
    best = ranked[0].score if ranked else 1.0
    said = {one.claim: one for one in ranked}

    def value(claim: int) -> float:
        meant = (similarity.get(claim, low) - low) / (high - low) if high > low else 1.0
        shared = said[claim].score / best if claim in said else 0.0
        return MEANING * meant + (1 - MEANING) * shared

    order = nlargest(_DEEP, {**similarity, **dict.fromkeys(said, 0.0)}, key=value)
    blank = {claim: Scored(claim, 0.0, 0.0, 0, {}) for claim in order if claim not in said}
    return [
        replace(said.get(claim) or blank[claim], similarity=similarity.get(claim, 0.0))
        for claim in order
    ]
