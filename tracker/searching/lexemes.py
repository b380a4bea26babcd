"""Writes search terms as PostgreSQL's text search reads them (`to_tsquery`)."""

from __future__ import annotations

import re
from itertools import groupby

from tracker.matching.terms import SCRIPT_CHARACTER, Either, Every, Node, Phrase, Without

STEMMED = frozenset({"en", "fr"})
_CHARACTER = re.compile(f"[{SCRIPT_CHARACTER}]")
_NEXT = " <-> "
_BEGINS = ":*"
_SHORTEST, _CUT = 5, 3  # letters of a stem, and how many a stem may have lost


def query_text(node: Node, language: str, *, loosely: bool = False) -> str:
    """The terms as the text of a query.

    Args:
        language: "en", "fr" or "simple", whose configuration will read the words.
        loosely: let the words of a phrase stand anywhere, so that an index of words alone answers;
            all that the terms find is found, and more.
    """
    if isinstance(node, Without):
        return f"!({query_text(node.part, language)})"
    if isinstance(node, (Every, Either)):
        joint = " & " if isinstance(node, Every) else " | "
        parts = [part for part in node.parts if not (loosely and _forbids_phrase(part))]
        return "(" + joint.join(query_text(one, language, loosely=loosely) for one in parts) + ")"
    return _phrase(node, language, " & " if loosely else _NEXT)


def has_phrase(node: Node) -> bool:
    """Whether words have to stand side by side, which an index of words does not know."""
    return _NEXT in query_text(node, "simple")


def has_beginning(node: Node) -> bool:
    """Whether a beginning of words is looked for."""
    return _BEGINS in query_text(node, "simple")


def _forbids_phrase(node: Node) -> bool:
    return isinstance(node, Without) and has_phrase(node)


def is_script_only(node: Node) -> bool:
    """Whether all of it is Chinese or Japanese, which every language's index holds alike."""
    if isinstance(node, Phrase):
        return all(map(_CHARACTER.match, node.words))
    if isinstance(node, Without):
        return is_script_only(node.part)
    return all(map(is_script_only, node.parts))


def _phrase(phrase: Phrase, language: str, joint: str) -> str:
    """Words side by side, and runs of characters as phrases of their pairs."""
    runs = [
        (script, list(words))
        for script, words in groupby(phrase.words, lambda word: bool(_CHARACTER.match(word)))
    ]
    parts = []
    for place, (script, words) in enumerate(runs):
        if script:
            parts.append(_pairs("".join(words), joint))
            continue
        said = [_quoted(word) for word in words]
        if phrase.prefix and place == len(runs) - 1:
            said[-1] = _beginning(words[-1], language)
        parts.append(joint.join(said))
    return "(" + " & ".join(parts) + ")"


def _pairs(run: str, joint: str) -> str:
    if len(run) == 1:  # as the first of a pair, or the last of its run
        return f"{_quoted(run)}{_BEGINS}"
    return joint.join(_quoted(run[at : at + 2]) for at in range(len(run) - 1))


def _beginning(word: str, language: str) -> str:
    """The words that begin so. A stem may be shorter: "investigati*" is for "investig" too."""
    lexemes = [f"{_quoted(word)}{_BEGINS}"]
    if language in STEMMED:
        shortest = max(_SHORTEST, len(word) - _CUT)
        lexemes += [_quoted(word[:length]) for length in range(len(word) - 1, shortest - 1, -1)]
    return "(" + " | ".join(lexemes) + ")"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
