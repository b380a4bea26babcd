"""Puts a number before its noun, for what commands print."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """The number and its noun: "1 day", "2 days"; `plural` where it is not the noun with an s."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
