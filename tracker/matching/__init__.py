"""Which passages a claim's terms ask for, and why. Pure."""

from tracker.matching.nearness import BAR, Bar, Near, Scored, alike, fused, nearest, proposable
from tracker.matching.passages import Passage, matches, passages
from tracker.matching.sentences import sentences
from tracker.matching.sieve import Sieve
from tracker.matching.terms import Terms, TermsError, compile_terms
from tracker.matching.words import Word, passage_words, words

__all__ = [
    "BAR",
    "Bar",
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
    "passage_words",
    "passages",
    "proposable",
    "sentences",
    "words",
]
