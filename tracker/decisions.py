"""What people decide about suggestions: accept, reject, unsure, and taking that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.linking import LinkError, Reading, link
from tracker.models import Claim, Evidence, Suggestion, User
from tracker.models.suggestion import SuggestionQuerySet

State = Suggestion.State
OPEN = (State.NEW, State.UNSURE)


class AlreadyDecidedError(Exception):
    """Somebody was faster; `suggestion` says who and what."""

    def __init__(self, suggestion: Suggestion) -> None:
        super().__init__(_("Decided by %(name)s already.") % {"name": suggestion.decided_by})
        self.suggestion = suggestion


@transaction.atomic
def accept(
    suggestion: Suggestion, reading: Reading, by: User, claim: Claim | None = None
) -> list[Evidence]:
    """Make evidence of a suggestion and of the same words in every copy of its text.

    Args:
        claim: the claim to link to, when it is another than the proposed one.

    Returns:
        The evidence, the suggestion's own first.

    Raises:
        AlreadyDecidedError: another person was faster.
        LinkError: the reading is incomplete.
    """
    rows = _lock(suggestion)
    target = claim or suggestion.claim
    edited = target.pk != suggestion.claim_id or reading.stance != suggestion.stance
    made = []
    for row in rows:
        evidence = link(target, row.version, row.start, row.end, reading, by)
        row.evidence = evidence
        _decide(row, State.EDITED if edited else State.ACCEPTED, by)
        made.append(evidence)
    return made


@transaction.atomic
def reject(suggestion: Suggestion, by: User, because: str = "") -> list[Suggestion]:
    """Remember that these words are no evidence for this claim, in any copy of the text.

    Raises:
        AlreadyDecidedError: another person was faster.
    """
    rows = _lock(suggestion)
    for row in rows:
        row.rejected_because = because
        _decide(row, State.REJECTED, by)
    return rows


@transaction.atomic
def unsure(suggestion: Suggestion, by: User) -> list[Suggestion]:
    """Leave the decision to somebody else.

    Raises:
        AlreadyDecidedError: another person was faster.
    """
    rows = _lock(suggestion)
    for row in rows:
        _decide(row, State.UNSURE, by)
    return rows


@transaction.atomic
def undo(suggestion: Suggestion, by: User) -> list[Suggestion]:
    """Take one's own decision back, in every copy; evidence made by it is withdrawn, not deleted.

    Raises:
        AlreadyDecidedError: the decision is another person's.
    """
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if row.state in (State.NEW, State.OBSOLETE):
        return []
    if row.decided_by_id != by.pk:
        raise AlreadyDecidedError(row)
    rows = list(_copies(row).filter(decided_by=by, state=row.state).select_related("evidence"))
    for one in rows:
        if one.evidence is not None and one.evidence.withdrawn_at is None:
            one.evidence.withdraw(by, _("Undone"))
        one.state, one.decided_by, one.decided_at = State.NEW, None, None
        one.evidence, one.rejected_because = None, ""
        one.save()
    return rows


def _lock(suggestion: Suggestion) -> list[Suggestion]:
    """The suggestion and its open copies, locked, the suggestion first."""
    rows = list(
        _copies(suggestion)
        .select_for_update(of=("self",))
        .select_related("claim__story", "version__article__source", "decided_by")
        .order_by("pk")
    )
    own = next((row for row in rows if row.pk == suggestion.pk), None)
    if own is None:
        raise LinkError(_("This suggestion is no longer there."))
    if own.state not in OPEN:
        raise AlreadyDecidedError(own)
    return [own, *(row for row in rows if row.pk != own.pk and row.state in OPEN)]


def _copies(suggestion: Suggestion) -> SuggestionQuerySet:
    return Suggestion.objects.filter(
        claim=suggestion.claim_id,
        passage_hash=suggestion.passage_hash,
        article__cluster=suggestion.article.cluster_id,
    )


def _decide(row: Suggestion, state: str, by: User) -> None:
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "evidence", "rejected_because"])
