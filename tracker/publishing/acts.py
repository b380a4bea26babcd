"""Proposes a claim for the public, approves it, takes it back; asks for comment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Claim, CommentRequest, Evidence, Publication, Speaker, User
from tracker.publishing.rules import UnpublishableError, obstacles


@transaction.atomic
def propose(
    claim: Claim, passages: Iterable[Evidence], names_nobody: bool, by: User
) -> Publication:
    """Keep a claim's words and passages as they shall be public; nothing is public by it.

    Raises:
        UnpublishableError: it was proposed already, or a passage is not of this claim.
    """
    chosen = list(passages)
    if not chosen:
        raise UnpublishableError(_("Choose the passages that shall be public."))
    made = Publication(claim=claim, names_nobody=names_nobody, proposed_by=by)
    for field in ("title", "title_fr", "statement", "statement_fr"):
        setattr(made, field, getattr(claim, field))
    made.status = claim.status
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise UnpublishableError(_("It is proposed already.")) from error
    made.passages.set(chosen)
    return made


@transaction.atomic
def approve(publication: Publication, by: User) -> None:
    """Publish what was proposed; what was public of the claim before is replaced.

    Raises:
        UnpublishableError: a rule is not met; the first that is not.
    """
    row = Publication.objects.select_for_update().standing().filter(pk=publication.pk).first()
    if row is None or row.approved_at is not None:
        raise UnpublishableError(_("Somebody was faster: it waits no longer."))
    if row.proposed_by_id == by.pk and not row.names_nobody:
        raise UnpublishableError(_("Somebody is named in it: another editor has to approve it."))
    _check(row)
    for before in Publication.objects.standing().filter(claim=row.claim_id).exclude(pk=row.pk):
        before.withdraw(by, _("Replaced by a newer one."))
    row.approved_by, row.approved_at = by, timezone.now()
    row.save(update_fields=["approved_by", "approved_at"])
    Claim.objects.filter(pk=row.claim_id).update(published_at=row.approved_at)
    row.passages.filter(published_at=None).update(published_at=row.approved_at)


def _check(row: Publication) -> None:
    """The rules hold for the words that were proposed, not for those of now."""
    claim = Claim.objects.select_related("story").get(pk=row.claim_id)
    for field in ("title", "title_fr", "statement", "statement_fr"):
        if getattr(row, field) != getattr(claim, field):
            raise UnpublishableError(_("The claim was worded anew meanwhile: propose it again."))
    found = obstacles(claim, row.names_nobody)
    if found:
        raise UnpublishableError(found[0])


@transaction.atomic
def withdraw(publication: Publication, by: User, because: str) -> None:
    """Take a claim from the public, or a proposal back."""
    publication.withdraw(by, because)
    if not Publication.objects.public().filter(claim=publication.claim_id).exists():
        Claim.objects.filter(pk=publication.claim_id).update(published_at=None)
        publication.passages.update(published_at=None)


def ask(claim: Claim, subject: Speaker, how: str, deadline: datetime, by: User) -> CommentRequest:
    """Record that a subject was asked for comment.

    Raises:
        UnpublishableError: the deadline has passed already.
    """
    if deadline <= timezone.now():
        raise UnpublishableError(_("A deadline lies ahead."))
    return CommentRequest.objects.create(
        claim=claim, subject=subject, how=how, deadline=deadline, asked_by=by
    )


def record_answer(request: CommentRequest, answer: str, by: User) -> None:
    """Record what a subject answered; who answers again is asked again first."""
    if request.answered_at is not None:
        raise UnpublishableError(_("An answer is recorded already."))
    request.answer, request.answered_at, request.recorded_by = answer, timezone.now(), by
    request.save(update_fields=["answer", "answered_at", "recorded_by"])
