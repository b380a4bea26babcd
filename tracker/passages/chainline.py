"""A suggested attribution chain as one line: in the reader's language, and whom its end names."""

from __future__ import annotations

from django.utils.translation import get_language

from tracker.attribution import SOMEBODY, Link, chain_text, parse_chain


def worded(chain: str) -> str:
    """The chain with its links parted by the words of the reader's language."""
    return chain_text(_links(chain), (get_language() or "en")[:2])


def link_name(link: object) -> str:
    """Whom a link names; our own words for who is not named, in the reader's language."""
    words = str(link)
    if words not in SOMEBODY.values():
        return words
    return SOMEBODY.get((get_language() or "en")[:2], SOMEBODY["en"])


def ends_unnamed(chain: str) -> bool:
    """Whether the last link is somebody who is not named."""
    links = _links(chain)
    return bool(links) and links[-1].kind == "unnamed"


def speaker_named(chain: str) -> str:
    """The name of the speaker the chain ends with; "" where it ends with anybody else."""
    links = _links(chain)
    return links[-1].name if links and links[-1].kind == "speaker" else ""


def _links(chain: str) -> tuple[Link, ...]:
    return parse_chain(chain) if chain.strip() else ()
