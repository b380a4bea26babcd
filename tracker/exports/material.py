"""Reads what is to be taken away: a story's timeline as its address filtered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.exports import passages as read
from tracker.exports.values import (
    ClaimRow,
    EditRow,
    Event,
    Material,
    Passage,
    Said,
    StatusRow,
    cut,
)
from tracker.models import Anchor, Claim, Evidence, Stance, StatusChange, Story, User, Visit
from tracker.models.evidence import EvidenceQuerySet
from tracker.templatetags.claimline import alleged_title
from tracker.timeline.asked import as_of, story_choice
from tracker.timeline.dating import effective
from tracker.timeline.entries import Entry
from tracker.timeline.folding import Fold, Part, fold
from tracker.timeline.keyevents import KeyEvent
from tracker.timeline.origins import Statement
from tracker.timeline.passageedits import Edit


def material(user: User | AnonymousUser, story: Story, asked: QueryDict, now: datetime) -> Material:
    """The timeline that this address shows to this person, all of its pages.

    Args:
        asked: the filters, as the address of the timeline has them.
    """
    at = as_of(asked)
    held = fold(story, user, at)
    visit = Visit.objects.filter(user=user.pk, story=story).first()
    numbers = {claim.number: claim.pk for claim in held.claims.values()}
    choice = story_choice(asked, numbers, visit, now)
    entries = list(held.entries(choice))[::-1]
    said = [entry.what for entry in entries if isinstance(entry.what, Statement)]
    beside = {entry.number for entry in entries if entry.kind == "status"}
    statuses = _statuses(held.claims.values())
    evidence = Evidence.objects.visible_to(user).standing(at)
    wanted = {one.claim for one in said} | {row.claim for row in statuses if row.number in beside}
    wanted |= {entry.what.claim for entry in entries if isinstance(entry.what, Edit)}
    notes = user.has_perm("tracker.propose_evidence")  # a viewer takes none of them away
    rows = {one.evidence: one for one in read.passages(evidence, _ids(said), notes=notes)}
    return Material(
        slug=story.slug,
        title=story.heading,
        summary=story.standfirst,
        language=get_language() or settings.LANGUAGE_CODE,
        sample=story.sample,
        address=read.site(f"/stories/{story.slug}/") + _query(asked),
        filters=tuple(_pairs(asked)),
        taken_at=now,
        claims=tuple(_claims(story, held, wanted | {choice.claim or 0}, statuses, evidence)),
        statements=tuple(_said(one, rows) for one in said),
        statuses=tuple(row for row in statuses if row.number in beside),
        edits=tuple(_edit(entry, entry.what) for entry in entries if isinstance(entry.what, Edit)),
        events=tuple(
            Event(entry.what.on, entry.what.label)
            for entry in entries
            if isinstance(entry.what, KeyEvent)
        ),
    )


def _claims(
    story: Story,
    held: Fold,
    wanted: set[int],
    statuses: Iterable[StatusRow],
    evidence: EvidenceQuerySet,
) -> list[ClaimRow]:
    """The claims with the figures of their pages, whatever was chosen of their statements."""
    current = {row.claim: row for row in statuses if not row.subject}  # each claim's last
    chosen = [claim for pk, claim in held.claims.items() if pk in wanted]
    for claim in chosen:
        claim.story = story
    ids = [first for claim in chosen if (first := held.parts[claim.pk].first)]
    firsts = {one.evidence: one for one in read.passages(evidence, ids)}
    return [_claim(claim, held.parts[claim.pk], firsts, current.get(claim.pk)) for claim in chosen]


def _claim(
    claim: Claim, part: Part, firsts: Mapping[int, Passage], status: StatusRow | None
) -> ClaimRow:
    first = firsts.get(part.first or 0)
    published = first.published if first else None
    said = [one.stance for one in part.statements]
    return ClaimRow(
        pk=claim.pk,
        number=claim.number,
        title=claim.short,
        text=claim.sentence,
        heading=alleged_title(claim),
        language=get_language() or settings.LANGUAGE_CODE,
        status=status,
        figures=part.count,
        by_stance={stance: said.count(stance) for stance in Stance.values},
        first=first,
        first_on=timezone.localdate(published) if published else None,
        last_change_at=max((row.recorded for row in part.rows if row.recorded), default=None),
        permalink=read.site(f"/stories/{claim.story.slug}/claims/{claim.number}/"),
    )


def _said(said: Statement, held: dict[int, Passage]) -> Said:
    return Said(
        claim=said.claim,
        origin=said.origin,
        origin_name=said.origin_name,
        party=said.party,
        stance=said.stance,
        stance_word=str(Stance(said.stance).label),
        on=said.on,
        until=said.until,
        # what was linked to a claim that was merged since counts under the claim it is now
        passages=tuple(
            replace(held[piece.evidence], claim=said.claim)
            for piece in said.pieces
            if piece.evidence in held
        ),
    )


def _ids(said: Iterable[Statement]) -> list[int]:
    return [piece.evidence for one in said for piece in one.pieces]


def _statuses(claims: Iterable[Claim]) -> list[StatusRow]:
    """The changes of status of these claims, each claim's oldest first."""
    changes: list[tuple[int, StatusChange]] = [
        (claim.pk, change)
        for claim in claims
        for change in reversed(getattr(claim, "standing_changes", ()))
    ]
    rests_on = _rests_on(change.pk for _claim, change in changes)
    rows: list[StatusRow] = []
    before: dict[tuple[int, int | None], str] = {}
    for claim, change in changes:
        about = (claim, change.subject_id)
        rows.append(_status(change, claim, before.get(about, ""), rests_on[change.pk]))
        before[about] = change.status.label
    return rows


def _rests_on(changes: Iterable[int]) -> defaultdict[int, tuple[int, ...]]:
    """The evidence each of these changes of status rests on."""
    found: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    links = StatusChange.evidence.through.objects.filter(statuschange__in=list(changes))
    for change, evidence in links.order_by("evidence").values_list("statuschange", "evidence"):
        found[change] += (evidence,)
    return found


def _status(
    change: StatusChange, claim: int, came_from: str, evidence: tuple[int, ...]
) -> StatusRow:
    return StatusRow(
        number=change.pk,
        claim=claim,
        came_from=came_from,
        word=change.status.label,
        subject=str(change.subject) if change.subject else "",
        by=change.by_name,
        on=change.effective_on,
        precision=change.precision,
        since=effective(change),
        recorded_at=change.recorded_at,
        why=change.why,
        evidence=evidence,
    )


def _edit(entry: Entry, edit: Edit) -> EditRow:
    assert entry.on is not None
    assert entry.at is not None
    word = _("Passage removed") if edit.state == Anchor.State.GONE else _("Passage altered")
    compared = f"{reverse('versions', args=[edit.article])}?a={edit.cited}&b={edit.version}"
    return EditRow(
        number=entry.number,
        claim=edit.claim,
        evidence=edit.evidence,
        state=edit.state,
        state_word=word,
        quote=cut(edit.exact, "", "")[0],
        language=edit.language,
        outlet=edit.source,
        article=edit.article,
        cited=edit.cited,
        version=edit.version,
        on=entry.on,
        seen_at=entry.at,
        permalink=read.site(compared),
    )


def _pairs(asked: QueryDict) -> list[tuple[str, str]]:
    """The filters that were given, without where in the list one was."""
    return [
        (name, value)
        for name, values in asked.lists()
        for value in values
        if value and name not in ("before", "bom")
    ]


def _query(asked: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name, value in _pairs(asked):
        kept.appendlist(name, value)
    return f"?{kept.urlencode()}" if kept else ""
