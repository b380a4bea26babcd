"""Reads what changed in the things somebody follows, newest first, in constantly many queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from tracker.changes import arrivals, scope, sentences
from tracker.changes.change import Change, quote
from tracker.changes.merges import Merges, merges
from tracker.changes.scope import Followed
from tracker.models import Anchor, Claim, Evidence, StatusChange, User
from tracker.passages import alterations
from tracker.timeline import evidencerows, origins
from tracker.timeline.origins import Piece, Statement

LIMIT = 500  # rows of a kind; who has more to read is told that there is more
Abouts = frozenset[tuple[str, int]]


def changes(
    user: User, followed: Sequence[Followed], until: datetime | None = None, limit: int = LIMIT
) -> list[Change]:
    """The changes that concern these follows and that this person may know of.

    Args:
        followed: the follows, each with the moment after which its follower wants to hear.
        until: nothing recorded later is told; None = all there is.
        limit: how many of each kind are read at most, the newest.

    Returns:
        Each change once, newest first, worded in the language that is active.
    """
    found = [
        *_said(user, followed, until, limit),
        *_withdrawn(user, followed, until, limit),
        *_statuses(user, followed, until, limit),
        *_touched(user, followed, until, limit),
        *arrivals.arrivals(user, followed, until, limit),
    ]
    once = {change.key: change for change in reversed(found)}
    return sorted(once.values(), key=lambda change: (change.updated, change.key), reverse=True)


def _claims(user: User, ids: set[int]) -> dict[int, tuple[Claim, Abouts]]:
    """What these claims are now, with their statuses, and what a change in each is about."""
    merged = merges(ids)
    now = {pk: merged.into(pk) for pk in ids}
    rows = Claim.objects.visible_to(user).filter(pk__in=set(now.values())).select_related("story")
    held = {claim.pk: claim for claim in rows.with_status()}
    return {
        pk: (held[into], _concerned(held[into], merged)) for pk, into in now.items() if into in held
    }


def _concerned(claim: Claim, merged: Merges) -> Abouts:
    one = {("claim", pk) for pk in merged.as_one(claim.pk)}
    return frozenset({("story", claim.story_id)} | one)


def _base(claim: Claim) -> dict[str, object]:
    story = claim.story
    return {
        "story": story.heading,
        "confidential": story.confidential,
        "sample": story.sample,
    }


def _said(
    user: User, followed: Sequence[Followed], until: datetime | None, limit: int
) -> list[Change]:
    """New statements, and old ones that more articles carry."""
    standing = Evidence.objects.visible_to(user).standing()
    new = standing.filter(scope.covered(followed, scope.EVIDENCE, until)).order_by("-recorded_at")
    recorded = dict(new.values_list("pk", "recorded_at")[:limit])
    if not recorded:
        return []
    ids = set(standing.filter(pk__in=recorded).order_by().values_list("claim", flat=True))
    merged = merges(ids)
    all_of_them = standing.filter(claim__in=frozenset().union(*map(merged.as_one, ids)))
    if until:
        all_of_them = all_of_them.filter(recorded_at__lte=until)
    said = [
        (one, fresh)
        for one in origins.statements(_as_merged(evidencerows.pieces(all_of_them), merged))
        if (fresh := [p.evidence for p in one.pieces if p.evidence in recorded])
    ]
    shown = {one.pieces[0].evidence for one, _ in said} | {fresh[-1] for _, fresh in said}
    held = {one.pk: one for one in standing.filter(pk__in=shown).for_display()}
    known = _claims(user, {one.claim for one, _ in said})
    begin = scope.earliest(followed)
    return [
        _statement(one, [recorded[pk] for pk in fresh], held, fresh[-1], known, begin)
        for one, fresh in said
        if one.claim in known and {one.pieces[0].evidence, fresh[-1]} <= held.keys()
    ]


def _as_merged(pieces: list[Piece], merged: Merges) -> list[Piece]:
    """The pieces under what their claims are now, as the timeline folds them."""
    return [replace(piece, claim=merged.into(piece.claim)) for piece in pieces]


def _statement(
    said: Statement,
    moments: list[datetime],
    held: dict[int, Evidence],
    newest: int,
    claims: dict[int, tuple[Claim, Abouts]],
    begin: datetime | None,
) -> Change:
    """A statement as new, or as carried by more articles where it was told before."""
    lead = held[said.pieces[0].evidence]
    lead.claim, about = claims[said.claim]
    again = begin is not None and lead.recorded_at <= begin
    shown = held[newest] if again else lead
    version = shown.version
    return Change(
        kind="carried" if again else "statement",
        key=f"statement-{lead.pk}",
        at=min([lead.recorded_at, *moments]),
        updated=max(moments),
        sentence=sentences.carried(said, lead, len(moments))
        if again
        else sentences.statement(said, lead),
        path=reverse("evidence", args=[lead.claim.story.slug, shown.pk]),
        about=about.union(("source", piece.source) for piece in said.pieces),
        quotes=(quote(shown.exact, version.language),),
        detail=shown.chain_words,
        via=version.article.url,
        archived=f"{reverse('article', args=[version.article_id])}?v={version.seq}",
        **_base(lead.claim),  # type: ignore[arg-type]
    )


def _withdrawn(
    user: User, followed: Sequence[Followed], until: datetime | None, limit: int
) -> list[Change]:
    """Passages that no longer stand; what came and went within the window was never told."""
    rows = Evidence.objects.visible_to(user).filter(
        scope.covered(followed, scope.WITHDRAWN, until), withdrawn_at__isnull=False
    )
    begin = scope.earliest(followed)
    if begin:
        rows = rows.filter(recorded_at__lte=begin)
    shown = list(
        rows.select_related("claim", "version__article__source").order_by("-withdrawn_at")[:limit]
    )
    claims = _claims(user, {one.claim_id for one in shown})
    found = []
    # the copies of a text go together, as they came
    texts = {(one.claim_id, one.version.article.cluster_id, one.stance): one for one in shown}
    for one in texts.values():
        one.claim, about = claims[one.claim_id]
        at = one.withdrawn_at or one.recorded_at
        found.append(
            Change(
                kind="withdrawn",
                key=f"withdrawn-{one.pk}",
                at=at,
                updated=at,
                sentence=sentences.withdrawn(one),
                path=reverse("claim", args=[one.claim.story.slug, one.claim.number]),
                about=about | {("source", one.version.article.source_id)},
                via=one.version.article.url,
                **_base(one.claim),  # type: ignore[arg-type]
            )
        )
    return found


def _statuses(
    user: User, followed: Sequence[Followed], until: datetime | None, limit: int
) -> list[Change]:
    """Changes of status, and those taken back."""
    rows = StatusChange.objects.visible_to(user).select_related("status", "subject", "by_speaker")
    begin = scope.earliest(followed)
    set_ = rows.standing().filter(scope.covered(followed, scope.STATUS, until))
    gone = rows.filter(
        scope.covered(followed, scope.STATUS_WITHDRAWN, until), withdrawn_at__isnull=False
    )
    if begin:
        gone = gone.filter(recorded_at__lte=begin)
    shown = [*set_.order_by("-recorded_at")[:limit], *gone.order_by("-withdrawn_at")[:limit]]
    claims = _claims(user, {one.claim_id for one in shown})
    return [_status(one, *claims[one.claim_id]) for one in shown]


def _status(change: StatusChange, claim: Claim, about: Abouts) -> Change:
    change.claim = claim
    back = change.withdrawn_at is not None
    at = change.withdrawn_at or change.recorded_at
    return Change(
        kind="withdrawn" if back else "status",
        key=f"{'status-withdrawn' if back else 'status'}-{change.pk}",
        at=at,
        updated=at,
        sentence=sentences.withdrawn_status(change) if back else sentences.status(change),
        path=reverse("claim", args=[claim.story.slug, claim.number]),
        about=about,
        detail="" if back else change.why,
        **_base(claim),  # type: ignore[arg-type]
    )


def _touched(
    user: User, followed: Sequence[Followed], until: datetime | None, limit: int
) -> list[Change]:
    """Quoted passages that publishers altered or took out, told once for each alteration."""
    before = Anchor.objects.filter(
        evidence=OuterRef("evidence"),
        state=OuterRef("state"),
        version__seq=OuterRef("version__seq") - 1,
    )
    anchors = Anchor.objects.filter(
        Q(evidence__in=Evidence.objects.visible_to(user).standing()),
        ~Exists(before),
        scope.covered(followed, scope.ANCHOR, until),
        state__in=alterations.TOUCHED,
        version__seq__gt=F("evidence__version__seq"),
    )
    shown = list(alterations.for_display(anchors).order_by("-at")[:limit])
    claims = _claims(user, {anchor.evidence.claim_id for anchor in shown})
    return [_touch(anchor, *claims[anchor.evidence.claim_id]) for anchor in shown]


def _touch(anchor: Anchor, claim: Claim, about: Abouts) -> Change:
    evidence, version = anchor.evidence, anchor.version
    evidence.claim = claim
    was, now = evidence.version, str(getattr(anchor, "now", None) or "")
    quotes = [quote(evidence.exact, was.language, "was")]
    if anchor.state == Anchor.State.ALTERED and now:
        quotes.append(quote(now, version.language, "now"))
    versions = reverse("versions", args=[version.article_id])
    return Change(
        kind=anchor.state,
        key=f"{anchor.state}-{anchor.pk}",
        at=anchor.at,
        updated=anchor.at,
        sentence=sentences.touched(anchor),
        path=f"{versions}?a={was.seq}&b={version.seq}",
        about=about | {("source", version.article.source_id)},
        quotes=tuple(quotes),
        via=version.article.url,
        archived=f"{reverse('article', args=[version.article_id])}?v={version.seq}",
        **_base(claim),  # type: ignore[arg-type]
    )
