"""What is taken away, as plain values that every format is built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.changes.change import QUOTED
from tracker.timeline.origins import Count


@dataclass(frozen=True, slots=True)
class Passage:
    """One evidence as it may leave: a quote of at most `QUOTED` characters with what is around it.

    `origin` is the key it is counted by, "" when the lineage is unknown. Who worked on it is named
    by role. `archived` is our own page of the version that was read.
    """

    evidence: int
    claim: int
    stance: str
    quote: str
    prefix: str
    suffix: str
    start: int
    end: int
    language: str
    speaker: str
    speaker_kind: str
    unnamed: bool
    chain: str
    origin: str
    origin_name: str
    denies: str
    article: int
    version: int
    anchor: str
    event_on: date | None
    event_until: date | None
    note: str
    created_by: str
    created_at: datetime
    reviewed_by: str
    permalink: str
    outlet: str
    title: str
    author: str
    url: str
    published: datetime | None
    archived: str
    text_sha256: str
    retrieved_at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """The article of a passage, as a passage has it."""

    article: int
    outlet: str
    title: str
    url: str
    language: str
    published: datetime | None
    archived: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, as the timeline counts them, with the passages that carry it."""

    claim: int
    origin: str
    origin_name: str
    party: bool
    stance: str
    stance_word: str
    on: date | None
    until: date | None  # the last day, where it is known to a month, a year or a span only
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A change of status. `came_from` is the word of the status before it, "" for the first."""

    number: int
    claim: int
    came_from: str
    word: str
    subject: str
    by: str
    on: date
    precision: str
    since: str
    recorded_at: datetime
    why: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EditRow:
    """A quoted passage that its publisher altered or took out ("altered", "gone"), seen `on` a day.

    `version` is the first that differs from the one it was `cited` from; `permalink` shows both.
    """

    number: int
    claim: int
    evidence: int
    state: str
    state_word: str
    quote: str
    language: str
    outlet: str
    article: int
    cited: int
    version: int
    on: date
    seen_at: datetime
    permalink: str


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim with the figures that its page shows, whatever was chosen of its statements.

    `heading` is the statement as headings show it, "Alleged:" before what no court settled.
    """

    pk: int
    number: int
    title: str
    text: str
    heading: str
    language: str
    status: StatusRow | None
    figures: Count
    by_stance: dict[str, int]
    first: Passage | None
    first_on: date | None
    last_change_at: datetime | None
    permalink: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event of the story."""

    on: date
    label: str


@dataclass(frozen=True, slots=True)
class Material:
    """A story as it was filtered: what every format writes, oldest first."""

    slug: str
    title: str
    summary: str
    language: str
    sample: bool
    address: str
    filters: tuple[tuple[str, str], ...]
    taken_at: datetime
    claims: tuple[ClaimRow, ...]
    statements: tuple[Said, ...]
    statuses: tuple[StatusRow, ...]
    edits: tuple[EditRow, ...]
    events: tuple[Event, ...]

    @property
    def passages(self) -> list[Passage]:
        """Every passage, under its statement's place."""
        return [passage for said in self.statements for passage in said.passages]


def cut(quote: str, prefix: str, suffix: str) -> tuple[str, str, str]:
    """A quote and the words around it, together no longer than may leave the house."""
    if len(quote) > QUOTED:
        return quote[: QUOTED - 1] + "…", "", ""
    room = (QUOTED - len(quote)) // 2
    return quote, prefix[-room:] if room else "", suffix[:room]
