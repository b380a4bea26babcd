"""Reads who speaks in a transcript (a briefing, a hearing), where a name opens each turn."""

import re
from functools import lru_cache

from tracker.attribution.frames import Frame
from tracker.attribution.subjects import Who

_TITLED = (
    r"(?:MR|MS|MRS|DR|SEN|REP|GEN|Mr|Ms|Mrs|Dr|Sen|Rep|Gen|M|Mme|MME|Hon|The Hon|L[’']hon)\b\.?"
    r"\s+(?P<name>[A-ZÀ-Þ][\w’'.-]*(?:[ \u00a0][A-ZÀ-Þ][\w’'.-]*){0,3})"
)
_TURN = re.compile(
    rf"^(?:{_TITLED}(?:\s+\([^)\n]*\))?\s*:|(?P<asked>Q)(?:\.|\s*:)?(?=\s+[A-Z“\"]))", re.MULTILINE
)
_NAMELESS = "a questioner"


def turn(text: str, start: int, end: int) -> Frame | None:
    """The turn that text[start:end] opens, or whose first words the sentence before it is.

    Args:
        start: where the passage with the sentence before it begins.
        end: where the passage ends.
    """
    label = next((m for m in reversed(_turns(text)) if m.start() < end), None)
    if label is None or label.start() < start or "\n" in text[label.end() : end].rstrip():
        return None
    begin, stop = label.span("asked") if label["asked"] else label.span("name")
    who = Who("person", label["name"], begin, stop)
    if label["asked"]:
        who = Who("unnamed", _NAMELESS, begin, stop)
    return Frame(who, "", begin, stop, "reports", (label.end(), end))


@lru_cache(maxsize=2)
def _turns(text: str) -> tuple[re.Match[str], ...]:
    """Every place where somebody begins to speak; none where but one is named: "Photo: ..."."""
    found = tuple(_TURN.finditer(text))
    named = any(match["name"] for match in found)
    return found if named and len(found) > 1 else ()
