"""Who says it: a passage's speaker and chain by rules over reported speech. Pure."""

from tracker.attribution.chains import Link, chain_text, parse_chain
from tracker.attribution.passage import Attribution, attribute

__all__ = ["Attribution", "Link", "attribute", "chain_text", "parse_chain"]
