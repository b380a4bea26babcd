"""Reads recorded states as acts, newest first, in the same number of queries at any size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from sources.models import Source, Tag
from tracker.history import decisions as decided
from tracker.history import notes, removals
from tracker.history.kinds import DECISION, KINDS, OF, REMOVAL, TABLES, names_it, visible
from tracker.history.names import OF_STORIES, Names, key_of
from tracker.history.wording import about, sentences
from tracker.models import Claim, Origin, Speaker, Status, Story, User, typed

# One request can do these to hundreds of rows: the list shows such an act once.
_MANY = ("source", "tag", "feed")
# Publishing marks these rows too, and its own sentence says what was done.
_MARKED = ("claim", "evidence")


@dataclass(frozen=True, slots=True)
class Act:
    """One change of one row: when, by whom ("" = by Claimline itself or a script), and what.

    `about` names what was changed, where the sentences tell only how ("" = they do); `sample` says
    that it is invented. `act` names what was done together in one request, and `more` how many
    changes of this kind stand behind this one; `undo` is the address that takes it back, for who
    did it and while nobody acted on it since.
    """

    at: datetime
    kind: str
    number: int
    by: str
    said: tuple[str, ...]
    address: str
    about: str = ""
    sample: bool = False
    act: str = ""
    more: int = 0
    undo: str = ""

    @property
    def cursor(self) -> str:
        """The words by which an address names the act."""
        return f"{self.at.isoformat()}~{self.kind}~{self.number}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which acts: of one kind, by one person, of one object (its kind and key), before a cursor.

    `act`: every change of one act; without it an act on many sources is told once.
    """

    kind: str = ""
    by: int | None = None
    of: tuple[str, int] | None = None
    before: str = ""
    act: UUID | None = None


@dataclass(slots=True)
class _Recorded:
    """A recorded state, and the state of its row before."""

    kind: str
    event: Any
    before: Any = None
    by: int | None = field(init=False)

    def __post_init__(self) -> None:
        context = self.event.pgh_context
        self.by = context.metadata.get("user") if context else None


def acts(user: User | AnonymousUser, asked: Asked, size: int) -> list[Act]:
    """Up to `size` acts this person may know of, newest first."""
    recorded: list[_Recorded] = []
    for kind in TABLES:
        if asked.kind in ("", kind) and (asked.of is None or kind in OF[asked.of[0]]):
            recorded += _recorded(kind, user, asked, size)
    recorded.sort(key=lambda one: _place(one.event.pgh_created_at, one.kind, one.event.pgh_id))
    shown = recorded[::-1][:size]
    _look_back(shown)
    passages = (one for one in shown if one.kind == "evidence")
    notes.keep_back((state for one in passages for state in (one.before, one.event)), user)
    names = _names(shown)
    users = User.objects.in_bulk({one.by for one in shown if one.by})
    found = [_act(one, names, users) for one in shown] + _decided(user, asked, size)
    found += _removed(user, asked, size)
    return sorted(found, key=lambda act: _place(act.at, act.kind, act.number))[::-1][:size]


def _place(at: datetime, kind: str, number: int) -> tuple[datetime, int, int]:
    """What acts are ordered by: their moment, then their kind, then their number."""
    return at, -KINDS.index(kind), number


def _decided(user: User | AnonymousUser, asked: Asked, size: int) -> list[Act]:
    """What people decided in the inbox, of the acts that are asked for."""
    elsewhere = asked.of is not None and asked.of[0] not in decided.OBJECTS
    if asked.kind not in ("", DECISION) or elsewhere or asked.act is not None:
        return []
    before = _before(DECISION, asked.before, "at", "pk")
    rows = decided.decisions(user, asked.by, asked.of, before, size)
    open_to_undo = decided.undoable(rows, user)
    return [
        Act(
            at=row.at,
            kind=DECISION,
            number=row.pk,
            by=row.by.get_username(),
            said=decided.said(row),
            address=decided.address(row),
            sample=decided.is_sample(row),
            undo=decided.undo(row) if row.pk in open_to_undo else "",
        )
        for row in rows
    ]


def _removed(user: User | AnonymousUser, asked: Asked, size: int) -> list[Act]:
    """Removals by order, of the acts that are asked for."""
    elsewhere = asked.of is not None and asked.of[0] not in removals.OBJECTS
    if asked.kind not in ("", REMOVAL) or elsewhere or asked.act is not None:
        return []
    befores = {when: _before(REMOVAL, asked.before, when, "pk") for when in removals.STEPS}
    return [
        Act(
            at=step.at,
            kind=REMOVAL,
            number=step.row.pk,
            by=step.by.get_username(),
            said=removals.said(step),
            address=removals.address(),
            sample=step.row.source.sample,
        )
        for step in removals.steps(user, asked.by, asked.of, befores, size)
    ]


def _recorded(
    kind: str, user: User | AnonymousUser, asked: Asked, size: int
) -> Iterable[_Recorded]:
    events: Any = apps.get_model(TABLES[kind]).objects
    earlier = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows = events.filter(visible(kind, user), _before(kind, asked.before))
    if kind in _MARKED:
        rows = _without_marks(rows, earlier)
    if asked.by is not None:
        rows = rows.filter(pgh_context__metadata__user=asked.by)
    if asked.of is not None:
        rows = rows.filter(names_it(kind, *asked.of))
    if asked.act is not None:
        rows = rows.filter(pgh_context=asked.act)
    elif asked.of is None and kind in _MANY:
        rows = _told_once(events, rows)
    rows = rows.annotate(previous=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]))
    rows = rows.select_related("pgh_context").order_by("-pgh_created_at", "-pgh_id")
    return [_Recorded(kind, event) for event in rows[:size]]


def _without_marks(rows: Any, earlier: Any) -> Any:
    """Leave out the states that differ from the one before by the day of publishing alone."""
    was = Subquery(earlier.order_by("-pgh_id").values("published_at")[:1])
    same = Q(was=F("published_at")) | Q(was=None, published_at=None)
    return rows.annotate(was=was).filter(~Q(pgh_label="update") | same)


def _told_once(events: Any, rows: Any) -> Any:
    """Of each act the last change alone, with how many stand behind it."""
    together = events.filter(pgh_context=OuterRef("pgh_context")).order_by()
    later = together.filter(pgh_id__gt=OuterRef("pgh_id"))
    number = together.values("pgh_context").annotate(n=Count("pgh_id")).values("n")
    return rows.filter(~Exists(later)).annotate(together=Subquery(number))


def _before(kind: str, cursor: str, when: str = "pgh_created_at", key: str = "pgh_id") -> Q:
    moment, _tilde, rest = cursor.partition("~")
    named, _tilde, number = rest.partition("~")
    at, pk = typed.moment(moment), typed.key(number)
    if at is None or named not in KINDS or pk is None:
        return Q()
    earlier = Q(**{f"{when}__lt": at})
    if kind == named:
        return earlier | Q(**{when: at, f"{key}__lt": pk})
    return Q(**{f"{when}__lte": at}) if KINDS.index(kind) > KINDS.index(named) else earlier


def _look_back(shown: list[_Recorded]) -> None:
    """Read the state before each, one query a kind."""
    for kind in {one.kind for one in shown}:
        events: Any = apps.get_model(TABLES[kind]).objects
        mine = [one for one in shown if one.kind == kind]
        held = events.in_bulk([one.event.previous for one in mine if one.event.previous])
        for one in mine:
            one.before = held.get(one.event.previous)


def _names(shown: list[_Recorded]) -> Names:
    """The names of everything the events mention by key."""
    kinds = ("claim", "source", "speaker", "origin")
    mentioned: dict[str, set[int]] = {kind: set() for kind in kinds}
    of_stories: list[Any] = []
    for one in shown:
        for event in filter(None, (one.event, one.before)):
            for name in ("claim", "source", "speaker"):
                mentioned[name].add(getattr(event, f"{name}_id", None) or 0)
            # where a text is from is a source; where a passage is from, an origin of the tracker
            mentioned["source" if one.kind == "text" else "origin"].add(
                getattr(event, "origin_id", None) or 0
            )
            for name in ("by_speaker_id", "subject_id"):
                mentioned["speaker"].add(key_of(event, name))
            if one.kind == "relation":
                mentioned["claim"].add(event.other_id)
            if one.kind in OF_STORIES:
                of_stories.append(event)
            if one.kind in mentioned:
                mentioned[one.kind].add(key_of(event, "merged_into_id"))
        if one.kind in mentioned:
            mentioned[one.kind].add(one.event.pgh_obj_id)
    return Names(
        claims=Claim._base_manager.select_related("story").in_bulk(mentioned["claim"]),
        sources=Source.objects.in_bulk(mentioned["source"]),
        speakers=Speaker.objects.in_bulk(mentioned["speaker"]),
        origins=Origin.objects.select_related("speaker", "source", "article").in_bulk(
            mentioned["origin"]
        ),
        tags=Tag.objects.in_bulk(),
        statuses=Status.objects.in_bulk(),
        stories=Story._base_manager.in_bulk({event.story_id for event in of_stories}),
        people=User.objects.in_bulk({key_of(one.event, "user_id") for one in shown}),
        roles=dict(Group.objects.values_list("pk", "name")),
    )


def _act(one: _Recorded, names: Names, users: dict[int, User]) -> Act:
    by = users.get(one.by or 0)
    said, address = sentences(one.kind, one.before, one.event, names)
    return Act(
        at=one.event.pgh_created_at,
        kind=one.kind,
        number=one.event.pgh_id,
        by=by.get_username() if by else "",
        said=said,
        address=address,
        about="" if one.before is None else about(one.kind, one.event, names),
        sample=names.is_sample(one.kind, one.event),
        act=str(one.event.pgh_context_id or ""),
        more=(getattr(one.event, "together", None) or 1) - 1,
    )
