"""Who says it: a passage's speaker, stance and chain by rules over reported speech. Pure."""

from tracker.attribution.chains import SOMEBODY, Link, chain_text, parse_chain
from tracker.attribution.passage import Attribution, attribute
from tracker.attribution.towards import Position, towards

__all__ = [
    "SOMEBODY",
    "Attribution",
    "Link",
    "Position",
    "attribute",
    "chain_text",
    "parse_chain",
    "towards",
]
