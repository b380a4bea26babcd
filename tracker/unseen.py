"""What of a story its reader has not marked as seen yet, and where in the list it begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.models import Claim, StatusChange
from tracker.narrowing import Row
from tracker.origins import Statement
from tracker.timeline import Page


@dataclass(frozen=True, slots=True)
class Unseen:
    """The statements and changes of status recorded after `since`, the reader's last mark.

    `by_claim` has the claims with something new, the most first. `line` names the first new entry
    on the page by kind and number, `below` says how many new ones the page has from there on.
    """

    since: datetime
    statements: int
    statuses: int
    by_claim: tuple[tuple[Claim, int], ...]
    line: str = ""
    below: int = 0

    @property
    def number(self) -> int:
        """Everything that is new."""
        return self.statements + self.statuses


def unseen(
    since: datetime, rows: Iterable[Row], claims: Mapping[int, Claim], page: Page | None = None
) -> Unseen:
    """Count what is new in a story, and find it on the page that is shown.

    Args:
        rows: all statements of the story, whatever was chosen.
        claims: the claims by id, each with its `standing_changes`.
    """
    new = [row.statement for row in rows if row.recorded > since]
    changed = [
        change
        for claim in claims.values()
        for change in getattr(claim, "standing_changes", ())
        if change.recorded_at > since
    ]
    figures = Counter(said.claim for said in new) + Counter(c.claim_id for c in changed)
    busiest = [(claims[pk], number) for pk, number in figures.most_common() if pk in claims]
    fresh = {id(said) for said in new} | {id(change) for change in changed}
    marks = _on_page(page, fresh) if page else []
    line = marks[0] if marks else ""
    return Unseen(since, len(new), len(changed), tuple(busiest), line, len(marks))


def _on_page(page: Page, fresh: set[int]) -> list[str]:
    """The new entries of a page in their order, each as kind and number."""
    return [
        f"{entry.kind}-{entry.number}"
        for day in page.days
        for entry in day.entries
        if isinstance(entry.what, Statement | StatusChange) and id(entry.what) in fresh
    ]
