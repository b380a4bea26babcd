"""Claims that say nearly what a sentence says, so that nobody words the same one twice."""

from __future__ import annotations

from tracker import matching
from tracker.matching import Near
from tracker.matching.nearness import ALIKE
from tracker.models import Claim
from tracker.models.claim import ClaimQuerySet
from tracker.suggesting import ranking, similarity
from tracker.suggesting.candidates import terms_of

SHOWN = 5
NEAR = 0.15  # of a claim's own words; lower than for a proposal, since a person looks at them


def near(sentence: str, language: str, claims: ClaimQuerySet) -> list[Claim]:
    """The claims nearest to a sentence, nearest first; those whose terms it meets come last.

    Args:
        language: the sentence's language tag; French, or else read as English.
        claims: those the person may know of.
    """
    known = {claim.pk: claim for claim in claims}
    if not sentence.strip() or not known:
        return []
    ranking.keep(known.values())
    said = matching.words(sentence, language)
    ranked = similarity.closest([said], [sentence], list(known))
    nearest = matching.nearest(ranked, [{word.form for word in said}])
    close = [one.claim for one in nearest if _is_near(one)]
    met = [pk for pk, claim in known.items() if _meets(claim, sentence, language)]
    return [known[pk] for pk in dict.fromkeys((*close, *met))][:SHOWN]


def _is_near(one: Near) -> bool:
    return one.nearness >= NEAR or one.scored.similarity >= ALIKE


def _meets(claim: Claim, sentence: str, language: str) -> bool:
    terms = terms_of(claim.terms)
    return bool(terms and not terms.empty and matching.matches(terms, sentence, language))
