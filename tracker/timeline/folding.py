"""Folds the evidence of a story into statements, and again only where something changed.

The database raises the revision of a claim whenever something changes that its figures rest on, so
what was folded under a revision holds until the revision is another. A process may forget all of
it at any time: it is a memo, not a store.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language

from sources.models import Tag
from tracker.claims import weighing
from tracker.claims.weighing import Weighed
from tracker.models import Claim, StatusChange, Story, User
from tracker.timeline import evidencerows, origins
from tracker.timeline.entries import Entry
from tracker.timeline.keyevents import KeyEvent, key_events
from tracker.timeline.narrowing import Choice, Row, Timeline
from tracker.timeline.origins import Count, Piece, Statement

KEPT = 8  # stories, each in one language, that a process remembers
ALONE = 64  # claims whose pages were read while nobody read their story

Stamp = tuple[tuple[int, int], ...]
State = tuple[tuple[object, ...], ...]
Kept = TypeVar("Kept")

CLAIM = [field.attname for field in Claim._meta.concrete_fields]


@dataclass(frozen=True, slots=True)
class Part:
    """One claim, folded; `stamp` names the claims merged into it with the revision of each."""

    stamp: Stamp
    pieces: tuple[Piece, ...]
    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]
    count: Count
    weighed: Weighed
    changes: tuple[StatusChange, ...]  # that stand, newest first
    withdrawn: tuple[StatusChange, ...]
    parties: Mapping[int, str]
    sources: Mapping[int, str]
    tags: Mapping[str, Tag]
    first: int | None  # the evidence published first


class OfOne(NamedTuple):
    """A claim with its part of the story, and the claims that were merged into it."""

    claim: Claim
    part: Part
    merged: list[Claim]


@dataclass(slots=True)
class Fold:
    """A story as it stands, or stood: its claims, its timeline and its figures.

    It is shared by all who read the story in this state: nobody changes what it holds.
    """

    state: State
    claims: dict[int, Claim]  # by id, in the order of their numbers
    parts: dict[int, Part]
    events: tuple[KeyEvent, ...]
    timeline: Timeline
    figures: Count
    counts: dict[int, Count]
    sources: dict[int, str]  # that its evidence was read in, by id
    tags: dict[str, Tag]  # of those sources, by slug
    drawn: dict[object, object] = field(default_factory=dict)  # whatever was made of it, by name

    def entries(self, choice: Choice) -> Iterator[Entry]:
        """What stands on the timeline of this choice, newest first."""
        return self.timeline.entries(self.timeline.narrow(choice))

    @property
    def statements(self) -> list[Statement]:
        """All statements, claim by claim."""
        return [said for part in self.parts.values() for said in part.statements]


_kept: OrderedDict[object, Fold] = OrderedDict()
_alone: OrderedDict[object, Part] = OrderedDict()
_lock = threading.Lock()


def fold(story: Story, user: User | AnonymousUser, at: datetime | None = None) -> Fold:
    """The story as this person may read it.

    Args:
        at: a moment in the past, to read what was known and held then; None for now.
    """
    of_story = Claim.objects.visible_to(user).filter(story=story).order_by("number")
    if at is not None:
        of_story = of_story.filter(created_at__lte=at)
    events = tuple(event for event in key_events(story) if at is None or event.on <= at.date())
    state = tuple(of_story.values_list(*CLAIM))
    kept = _remembered(story.pk, at)
    if kept and kept.state == state and kept.events == events:
        return kept
    claims, stamps = _standing((Claim.from_db(of_story.db, CLAIM, row) for row in state), at)
    parts = _parts(stamps, kept.parts if kept else {}, user, at)
    for pk, claim in claims.items():
        setattr(claim, "standing_changes", list(parts[pk].changes))  # noqa: B010  as a prefetch
    fresh = _folded(state, claims, parts, events)
    _remember(_kept, (story.pk, get_language(), at), fresh, KEPT)
    return fresh


def fold_claim(
    number: int, slug: str, user: User | AnonymousUser, at: datetime | None = None
) -> OfOne:
    """One claim as this person may read it, and its part of the story.

    Returns:
        The claim of this number, or the one it was merged into.

    Raises:
        Claim.DoesNotExist: there is none, or not for this person.
    """
    visible = Claim.objects.visible_to(user).filter(story__slug=slug)
    visible = visible.select_related("story", "trawl", "merged_by")
    found = list(visible.filter(Q(number=number) | ~Q(merged_into=None) | ~Q(former_claims=None)))
    known = {claim.pk: claim for claim in found}
    asked = next((claim for claim in known.values() if claim.number == number), None)
    if asked is None:
        raise Claim.DoesNotExist
    claims, stamps = _standing(known.values(), at)
    claim = root(asked, known, at)
    part = _part_of(claim, stamps[claim.pk], user, at)
    setattr(claim, "standing_changes", list(part.changes))  # noqa: B010  as a prefetch
    merged = [known[pk] for pk, _ in part.stamp if pk != claim.pk]
    return OfOne(claims[claim.pk], part, merged)


def _part_of(claim: Claim, stamp: Stamp, user: User | AnonymousUser, at: datetime | None) -> Part:
    """The part of one claim: as its story or its own page remembers it, else folded now."""
    key = (claim.pk, get_language(), at)
    story = _remembered(claim.story_id, at)
    with _lock:
        alone = _alone.get(key)
    for part in (story and story.parts.get(claim.pk), alone):
        if part and part.stamp == stamp:
            return part
    part = _parts({claim.pk: stamp}, {}, user, at)[claim.pk]
    _remember(_alone, key, part, ALONE)
    return part


def _remembered(story: int, at: datetime | None) -> Fold | None:
    with _lock:
        return _kept.get((story, get_language(), at))


def _remember(memo: OrderedDict[object, Kept], key: object, made: Kept, most: int) -> None:
    """Keep it, unless it may hold what a transaction has yet to commit."""
    if connection.in_atomic_block:
        return
    with _lock:
        memo[key] = made
        memo.move_to_end(key)
        while len(memo) > most:
            memo.popitem(last=False)


def _standing(
    found: Iterable[Claim], at: datetime | None
) -> tuple[dict[int, Claim], dict[int, Stamp]]:
    """The claims that stand, and for each the revisions of all that it is made of."""
    known = {claim.pk: claim for claim in found}
    members: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for claim in known.values():
        members[root(claim, known, at).pk].append((claim.pk, claim.revision))
    return {pk: known[pk] for pk in members}, {pk: tuple(made) for pk, made in members.items()}


def root(claim: Claim, known: Mapping[int, Claim], at: datetime | None = None) -> Claim:
    """The claim this one was merged into, by way of others if need be; itself when in none."""
    seen = {claim.pk}
    while (into := claim.merged_into_id) and into in known and into not in seen:
        if at is not None and claim.merged_at is not None and claim.merged_at > at:
            break
        seen.add(into)
        claim = known[into]
    return claim


def _parts(
    stamps: Mapping[int, Stamp],
    before: Mapping[int, Part],
    user: User | AnonymousUser,
    at: datetime | None,
) -> dict[int, Part]:
    """These claims folded: as they were before where nothing changed, the others read anew."""
    held = {pk: before[pk] for pk, stamp in stamps.items() if pk in before}
    stale = {pk: stamp for pk, stamp in stamps.items() if pk not in held or held[pk].stamp != stamp}
    if stale:
        roots = {member: pk for pk, stamp in stale.items() for member, _ in stamp}
        read = evidencerows.read(roots, user, at)
        held |= {pk: _part(stamp, read[pk]) for pk, stamp in stale.items()}
    return {pk: held[pk] for pk in stamps}


def _part(stamp: Stamp, read: evidencerows.OfClaim) -> Part:
    statements, counted = origins.statements(read.pieces), origins.rows_counted(read.pieces)
    rows = [read.said(statement) for statement in statements]
    return Part(
        stamp=stamp,
        pieces=tuple(read.pieces),
        statements=tuple(statements),
        rows=(*rows, *read.edits, *read.statuses),
        count=origins.figures(counted),
        weighed=weighing.weighed(counted),
        changes=tuple(read.standing),
        withdrawn=tuple(read.withdrawn),
        parties=read.parties,
        sources=read.sources,
        tags=read.tags,
        first=read.first,
    )


def _folded(
    state: State,
    claims: dict[int, Claim],
    parts: dict[int, Part],
    events: tuple[KeyEvent, ...],
) -> Fold:
    happened = (Row(Entry("event", event.on, n, event)) for n, event in enumerate(events))
    every = parts.values()
    return Fold(
        state=state,
        claims=claims,
        parts=parts,
        events=events,
        timeline=Timeline([*chain.from_iterable(part.rows for part in every), *happened]),
        figures=origins.count(chain.from_iterable(part.pieces for part in every)),
        counts={pk: part.count for pk, part in parts.items()},
        sources=dict(chain.from_iterable(part.sources.items() for part in every)),
        tags=dict(chain.from_iterable(part.tags.items() for part in every)),
    )
