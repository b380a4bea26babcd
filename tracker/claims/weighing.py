"""Says which status the evidence suggests looking at: a question for an editor, never an answer.

The table in docs/statuses.md is this function in words; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.timeline import origins
from tracker.timeline.origins import Piece

FOR = frozenset({"supports", "reports"})
AGAINST = frozenset({"disputes", "denies"})
ENOUGH = 2  # independent origins outside the matter


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the suggestion rests on, and its word: "reported" at the most.

    `backing` counts the origins that support or report the claim and are no party to the matter;
    `against` those that dispute or deny it, parties too.
    """

    word: str
    backing: int
    against: int
    unknown: int


def weigh(pieces: Iterable[Piece]) -> Weighed:
    """Weigh the evidence of one claim, as `origins` counts it."""
    return weighed(origins.rows_counted(pieces))


def weighed(rows: Mapping[str, tuple[Piece, ...]]) -> Weighed:
    """Weigh rows that were counted."""
    backing = len({row.origin for row in rows["origins"] if row.stance in FOR and not row.party})
    against = len({row.origin for row in rows["origins"] if row.stance in AGAINST})
    unknown = len({row.cluster for row in rows["unknown"]})
    return Weighed(word(backing, against), backing, against, unknown)


def word(backing: int, against: int) -> str:
    """The word for these numbers of origins on either side."""
    if against:
        return "disputed" if backing else "denied"
    return "reported" if backing >= ENOUGH else "alleged"
