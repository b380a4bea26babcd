"""Which sentences say enough of a claim's own words to be proposed for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

# What a sentence must have of a claim; its neighbours help, but cannot do it alone.
ENOUGH = 0.2
OWN = 0.7
FEWEST = 3
# Beside a claim that is much nearer, another one is only a relative of what is said.
RELATIVE = 0.6


@dataclass(frozen=True, slots=True)
class Scored:
    """A claim as it stands to a passage: the words both have, with what each weighs.

    `score` compares claims of one passage; `coverage`, 0 to 1, is the share of the claim's weight
    that the passage has, and compares passages too. `size` is how many words the claim has.
    """

    claim: int
    score: float
    coverage: float
    size: int
    words: dict[str, float]


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


def proposable(near: Sequence[Near]) -> list[Near]:
    """Those near enough to be put before an editor, in the same order."""
    closest: dict[int, float] = {}
    for one in near:
        closest[one.sentence] = max(closest.get(one.sentence, 0.0), one.nearness)
    return [
        one
        for one in near
        if one.nearness >= max(ENOUGH, RELATIVE * closest[one.sentence])
        and len(one.words) >= min(FEWEST, one.scored.size)
    ]
