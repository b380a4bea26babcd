"""Says what stance an attributed passage takes towards one claim; an editor confirms it.

The verb alone does not tell: who denies one claim restates another, and what stands after
"whether" is asserted by nobody.
"""

import re
from typing import NamedTuple

from tracker.attribution.passage import Attribution, attribute
from tracker.matching.words import Word, words

TOUCHES = 2  # words in common with the claim; fewer are but its subject
NEAR = 4  # words after a negation that it reaches

_UNASSERTED = re.compile(
    r"\bwhether\b.*?(?=,\s+(?:but|and|while|although)\b|[;:]|$)"
    r"|\b(?:if|unless|si|s['’](?=ils?\b))\b[^,;:]*",
    re.IGNORECASE | re.DOTALL,
)
_QUESTION = re.compile(r"\?[\s”\"’»)]*$")
# "Merely a service point" says as much as "no police station".
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|neither|nor|nothing|merely|simply|only|just|pas|jamais|aucune?|rien|"
    r"simplement|seulement|uniquement|simples?)\b|n['’]t\b|\bcannot\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w’'-]+")


class Position(NamedTuple):
    """A stance, and what it was read from: verb, own, subject, asked or negated."""

    stance: str
    read_from: str


def towards(
    said: Attribution, passage: str, claim: str, language: str, *, about: bool = False
) -> Position:
    """The stance that a passage takes towards a claim.

    Args:
        said: who the passage is attributed to, and the stance its verb suggests.
        claim: the claim's wording in the language of the passage.
        language: of both, a language tag.
        about: the passage is known to be about the claim, whatever words they share.
    """
    if said.stance == "declines":
        return Position(said.stance, "verb")
    shared = _shared(passage, claim, language)
    if said.speaker and _says_it_itself(said.speaker, claim, language):
        own = {word.form for word in words(said.speaker, language)}
        if about or len({word.form for word in shared} - own) >= TOUCHES:
            return _restated(said.stance)
        return Position("context", "subject")
    if said.stance != "reports":
        return Position(said.stance, "verb")
    if not about and len({word.form for word in shared}) < TOUCHES:
        return Position("context", "subject")
    if _asserted_by_nobody(passage, shared):
        return Position("context", "asked")
    if (said.speaker or said.unnamed) and _negated(passage, shared, claim):
        denied = _acts(said.speaker, claim, language)
        return Position("denies" if denied else "disputes", "negated")
    return Position(said.stance, "verb")


def _shared(passage: str, claim: str, language: str) -> list[Word]:
    forms = {word.form for word in words(claim, language)}
    return [word for word in words(passage, language) if word.form in forms]


def _says_it_itself(speaker: str, claim: str, language: str) -> bool:
    """Whether the claim is what this speaker says: "China says the centres help citizens"."""
    own = attribute(claim, 0, len(claim), language=language, outlet="")
    return bool(own.speaker) and _alike(speaker, own.speaker, language)


def _acts(speaker: str, claim: str, language: str) -> bool:
    """Whether the claim is about what this speaker does: its first words name it."""
    head = " ".join(_WORD.findall(claim)[:NEAR])
    return bool(speaker) and _alike(speaker, head, language)


def _alike(one: str, other: str, language: str) -> bool:
    first, second = ({word.form for word in words(name, language)} for name in (one, other))
    return not first.isdisjoint(second)


def _restated(stance: str) -> Position:
    """Who denies an accusation repeats what it says itself."""
    if stance in ("denies", "disputes"):
        return Position("reports", "own")
    return Position(stance, "verb")


def _asserted_by_nobody(passage: str, shared: list[Word]) -> bool:
    """Whether most of what it shares with the claim is asked, or depends on a condition."""
    if _QUESTION.search(passage):
        return True
    spans = [match.span() for match in _UNASSERTED.finditer(passage)]
    inside = sum(any(a <= word.start < b for a, b in spans) for word in shared)
    return 2 * inside > len(shared)


def _negated(passage: str, shared: list[Word], claim: str) -> bool:
    """Whether a negation stands before what the passage shares with a claim that has none."""
    if _NEGATION.search(claim):
        return False
    starts = {word.start for word in shared}
    for negation in _NEGATION.finditer(passage):
        after = _WORD.finditer(passage, negation.end())
        if any(word.start() in starts for word, _ in zip(after, range(NEAR), strict=False)):
            return True
    return False
