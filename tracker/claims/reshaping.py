"""Merges two claims into one, splits one in two, relates them; each act can be taken back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Anchor, ChainLink, Claim, ClaimRelation, Evidence, User
from tracker.timeline.folding import root


class ReshapeError(ValueError):
    """It can't be done so; the message is for the editor."""


@transaction.atomic
def merge(claim: Claim, into: Claim, because: str, by: User) -> None:
    """Let a claim count as part of another.

    Nothing is moved: evidence, statuses and relations stay with the claim they were given to, and
    count under the other for as long as the merge stands.

    Raises:
        ReshapeError: it is merged already, or would end up in itself, or the stories differ.
    """
    rows = {c.pk: c for c in _locked(claim.story_id)}
    claim, into = rows.get(claim.pk, claim), rows.get(into.pk, into)
    if claim.story_id != into.story_id:
        raise ReshapeError(_("Only claims of one story can be merged."))
    if claim.merged_into_id is not None:
        raise ReshapeError(_("This claim was merged already."))
    end: Claim | None = into
    while end is not None:
        if end.pk == claim.pk:
            raise ReshapeError(_("A claim can’t be merged into itself."))
        end = rows.get(end.merged_into_id or 0)
    claim.merged_into, claim.merged_at = into, timezone.now()
    claim.merged_by, claim.merged_because = by, because
    claim.save(update_fields=["merged_into", "merged_at", "merged_by", "merged_because"])


@transaction.atomic
def unmerge(claim: Claim) -> None:
    """Let a merged claim stand by itself again; the history keeps that it was merged."""
    row = Claim.objects.select_for_update().get(pk=claim.pk)
    row.merged_into, row.merged_at, row.merged_by, row.merged_because = None, None, None, ""
    row.save(update_fields=["merged_into", "merged_at", "merged_by", "merged_because"])


@transaction.atomic
def split(
    claim: Claim, part: Claim, moved: Iterable[Evidence], both: Iterable[Evidence], by: User
) -> Claim:
    """Make a part of a claim a claim of its own.

    Moved evidence is withdrawn from the claim, with the reason, and linked to the part; evidence
    of both is linked to both. `unsplit` takes it back.

    Args:
        part: the new claim, not saved yet; it gets the next number.
    """
    rows = list(_locked(claim.story_id))
    part.story_id, part.number = claim.story_id, 1 + max(row.number for row in rows)
    part.save()
    part.parties.set(claim.parties.all())
    because = _("Moved to C%(number)s when the claim was split.") % {"number": part.number}
    for evidence in moved:
        _copy(evidence, part, by)
        evidence.withdraw(by, because)
    for evidence in both:
        _copy(evidence, part, by)
    return part


@transaction.atomic
def unsplit(claim: Claim, part: Claim, by: User) -> None:
    """Take a split back: what moved stands again with the claim, and the part is merged into it.

    What was linked to the part since stays linked, and counts under the claim.
    """
    because = _("The split was undone.")
    merge(part, claim, because, by)
    members = [pk for pk in _of(claim) if pk != part.pk]
    for copy in part.evidence.standing():
        passage = {"version": copy.version_id, "start": copy.start, "end": copy.end}
        originals = Evidence.objects.filter(claim__in=members, **passage)
        standing = originals.standing().exists()
        moved = originals.filter(withdrawn_at__gte=part.created_at).first()
        if moved and not standing:
            moved.withdrawn_at, moved.withdrawn_by, moved.withdrawn_because = None, None, ""
            moved.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
        if moved or standing:
            copy.withdraw(by, because)


def _of(claim: Claim) -> list[int]:
    """The claim, and those merged into it, by way of others if need be."""
    rows = {row.pk: row for row in Claim.objects.filter(story=claim.story_id)}
    return [pk for pk, row in rows.items() if root(row, rows).pk == claim.pk]


def relate(claim: Claim, verb: str, other: Claim, by: User) -> ClaimRelation:
    """Say how one claim stands to another.

    Raises:
        ReshapeError: it stands so already, or is the claim itself, or the stories differ.
    """
    if claim.story_id != other.story_id:
        raise ReshapeError(_("Only claims of one story can be related."))
    if claim.pk == other.pk:
        raise ReshapeError(_("A claim stands in no relation to itself."))
    try:
        with transaction.atomic():
            return ClaimRelation.objects.create(claim=claim, verb=verb, other=other, recorded_by=by)
    except IntegrityError as error:
        raise ReshapeError(_("The claims stand in this relation already.")) from error


def _locked(story: int) -> Iterable[Claim]:
    """The claims of a story; who reshapes them does so one after the other."""
    return Claim.objects.select_for_update().filter(story=story).order_by("pk")


def _copy(evidence: Evidence, claim: Claim, by: User) -> Evidence:
    """The same passage, read the same way, linked to another claim."""
    chain, anchors = list(evidence.chain.all()), list(evidence.anchors.all())
    copy = Evidence.objects.get(pk=evidence.pk)
    copy.pk, copy.claim, copy.recorded_by = None, claim, by
    copy.recorded_at, copy.published_at = timezone.now(), None  # publishing is decided anew
    copy.save(force_insert=True)
    for link in chain:
        link.pk, link.evidence = None, copy
    for anchor in anchors:
        anchor.pk, anchor.evidence = None, copy
    ChainLink.objects.bulk_create(chain)
    Anchor.objects.bulk_create(anchors)
    return copy
