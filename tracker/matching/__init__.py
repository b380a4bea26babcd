"""Which passages a claim's terms ask for, and why. Pure."""

from tracker.matching.passages import Passage, matches, passages
from tracker.matching.sentences import sentences
from tracker.matching.terms import Terms, TermsError, compile_terms

__all__ = ["Passage", "Terms", "TermsError", "compile_terms", "matches", "passages", "sentences"]
