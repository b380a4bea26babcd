"""Writes an attribution chain as one line, and reads the line an editor typed back into links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.attribution import outlets
from tracker.attribution.subjects import identify
from tracker.matching.terms import fold

_BETWEEN = re.compile(
    r"\s*,?\s+(?:citing|quoting|via|according\s+to|which\s+cites|citant|qui\s+cite|citait|selon|"
    r"d['’]après)\s+(?=\S)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\s*(?:according\s+to|selon|d['’]après)\s+(?=\S)", re.IGNORECASE)
_KIND = re.compile(r"\s*\((outlet|speaker|unnamed)\)\s*$")
SOMEBODY = {"en": "an unnamed source", "fr": "une source non nommée"}
_CITING = {"en": ", citing ", "fr": ", citant "}


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: an outlet, a named speaker or an unnamed one ("unnamed").

    `start` and `end` are its words in the text, -1 for the outlet we read and for typed chains.
    """

    kind: str
    name: str
    start: int
    end: int


def parse_chain(line: str) -> tuple[Link, ...]:
    """The links of a typed line, the one we read first: "Harbour Wire, citing a source".

    "(outlet)", "(speaker)" or "(unnamed)" after a name says what it is where its look does not.
    """
    names = [name.strip() for name in _BETWEEN.split(_FIRST.sub("", line))]
    names = [name for name in names if name.strip(" ,.")]
    links = []
    for position, name in enumerate(names):
        said = _KIND.search(name)
        bare = name[: said.start()] if said else name
        kind = said[1] if said else _kind(bare, position, len(names))
        links.append(Link(kind, bare, -1, -1))
    return tuple(links)


def chain_text(links: Sequence[Link], language: str = "en") -> str:
    """The chain as one line that `parse_chain` reads back; `language` is en or fr."""
    written = []
    tongue = language if language in SOMEBODY else "en"
    for position, link in enumerate(links):
        # A name is one line, and holds none of the words that part the links.
        name = _KIND.sub("", _BETWEEN.sub(" ", " ".join(link.name.split())))
        if link.kind == "unnamed" and name in SOMEBODY.values():
            name = SOMEBODY[tongue]
        plain = _kind(name, position, len(links)) == link.kind
        written.append(name if plain else f"{name} ({link.kind})")
    return _CITING[tongue].join(written)


def _kind(name: str, position: int, count: int) -> str:
    """What a name looks like: the first and middle links are outlets unless unnamed."""
    who = identify(name, 0, name)
    if who.kind in ("outlet", "unnamed"):
        return who.kind
    if re.search(r"\b(?:unnamed|anonymous|anonyme|source)s?\b", fold(name)):
        return "unnamed"
    if position == 0 or position < count - 1 or fold(name) in outlets.OUTLETS:
        return "outlet"
    return "speaker"
