"""Reads the key of a row from what an address or a form says."""

DIGITS = 18  # of these every number fits the 64 bits of a key


def key(words: str) -> int | None:
    """The key that the words spell; None where they can spell none.

    Whatever somebody types, a query may be asked with the answer: it has no sign, and no more
    digits than Python reads and PostgreSQL stores.
    """
    return int(words) if len(words) <= DIGITS and words.isascii() and words.isdecimal() else None
