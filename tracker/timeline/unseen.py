"""What of a story its reader has not marked as seen yet, and where in the list it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.models import Claim
from tracker.timeline.entries import Page
from tracker.timeline.narrowing import Timeline


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was recorded after `since`, the reader's last mark.

    `by_claim` has the claims with something new, the most first. `line` names the first new entry
    on the page by kind and number, `below` says how many new ones the page has from there on.
    """

    since: datetime
    statements: int
    statuses: int
    edits: int  # of quoted passages
    by_claim: tuple[tuple[Claim, int], ...]
    line: str = ""
    below: int = 0

    @property
    def number(self) -> int:
        """Everything that is new."""
        return self.statements + self.statuses + self.edits


def unseen(
    since: datetime, timeline: Timeline, claims: Mapping[int, Claim], page: Page | None = None
) -> Unseen:
    """Count what is new in a story, and find it on the page that is shown."""
    new = timeline.since(since)
    kinds = timeline.counts("kind", new)
    figures = timeline.counts("claim", new)
    by_claim = [(claim, figures[pk]) for pk, claim in claims.items() if pk in figures]
    marks = [
        f"{entry.kind}-{entry.number}"
        for day in (page.days if page else ())
        for entry in day.entries
        if timeline.holds(new, entry)
    ]
    return Unseen(
        since=since,
        statements=kinds.get("statement", 0),
        statuses=kinds.get("status", 0),
        edits=kinds.get("edit", 0),
        by_claim=tuple(sorted(by_claim, key=lambda one: -one[1])),
        line=marks[0] if marks else "",
        below=len(marks),
    )
