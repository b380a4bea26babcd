"""Whether two headlines are of one article."""

import re

# each character of a script without spaces is a word
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W\u3040-\u30ff\u3400-\u9fff]+")


def alike(one: str, other: str, share: float = 0.5) -> bool:
    """Whether two headlines are equal, or share most words of the shorter, two at least.

    A site's name behind one of them, or a word that was edited, makes no difference.

    Args:
        share: how many of the words, from 0 to 1.
    """
    if one.casefold() == other.casefold():
        return True
    here, there = (set(_WORD.findall(text.casefold())) for text in (one, other))
    common = len(here & there)
    return common >= 2 and common >= share * min(len(here), len(there))
