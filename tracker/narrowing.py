"""Narrows the statements of a story to what a reader chose, and counts what each choice leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from tracker.origins import Statement


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, and what is known of the articles that carry it."""

    statement: Statement
    languages: frozenset[str]
    tags: frozenset[str]
    recorded: datetime  # when we last learned of it
    published: datetime | None = None  # the article of its first passage; orders within a day


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose; an empty value leaves that side open.

    `speaker` is the key of an origin, or "unnamed" for all whom no outlet named.
    """

    claim: int | None = None
    stance: frozenset[str] = frozenset()
    lang: frozenset[str] = frozenset()
    tag: frozenset[str] = frozenset()
    speaker: str = ""
    since: datetime | None = None
    first: date | None = None
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing was chosen."""
        return not any(getattr(self, field.name) for field in fields(self))


def narrow(rows: Iterable[Row], choice: Choice, *, but: str = "") -> list[Row]:
    """The rows that fit every side of the choice, the side named `but` left open."""
    return [row for row in rows if all(_fits(row, choice, side) for side in _SIDES if side != but)]


def facets(rows: Sequence[Row], choice: Choice) -> dict[str, dict[object, int]]:
    """For each side of the choice, how many rows each of its values leaves under the others."""
    found: dict[str, dict[object, int]] = {}
    for side in ("claim", "stance", "lang", "tag", "speaker"):
        left = narrow(rows, choice, but=side)
        found[side] = dict(Counter(value for row in left for value in _values(row, side)))
    return found


_SIDES = ("claim", "stance", "lang", "tag", "speaker", "since", "dates")


def _fits(row: Row, choice: Choice, side: str) -> bool:
    said = row.statement
    if side == "since":
        return choice.since is None or row.recorded > choice.since
    if side == "dates":
        if said.on is None:
            return choice.first is None and choice.last is None
        return (choice.first or said.on) <= said.on <= (choice.last or said.on)
    wanted = getattr(choice, side)
    chosen = wanted if isinstance(wanted, frozenset) else {wanted} - {None, ""}
    return not chosen or not chosen.isdisjoint(_values(row, side))


def _values(row: Row, side: str) -> frozenset[object]:
    said = row.statement
    if side == "lang":
        return frozenset(row.languages)
    if side == "tag":
        return frozenset(row.tags)
    if side == "claim":
        return frozenset({said.claim})
    if side == "stance":
        return frozenset({said.stance})
    return frozenset({"unnamed" if said.origin.startswith("article:") else said.origin})
