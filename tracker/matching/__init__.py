"""Which passages a claim's terms ask for, and why. Pure."""

from tracker.matching.nearness import Near, Scored, alike, fused, nearest, proposable
from tracker.matching.passages import Passage, matches, passages
from tracker.matching.sentences import sentences
from tracker.matching.sieve import Sieve
from tracker.matching.terms import Terms, TermsError, compile_terms
from tracker.matching.words import Word, words

__all__ = [
    "Near",
    "Passage",
    "Scored",
    "Sieve",
    "Terms",
    "TermsError",
    "Word",
    "alike",
    "compile_terms",
    "fused",
    "matches",
    "nearest",
    "passages",
    "proposable",
    "sentences",
    "words",
]
