"""What people decide about suggestions: accept, reject, leave to others, assign."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sources.models import Article
from tracker.attribution import chain_text, parse_chain
from tracker.inbox import keeping
from tracker.models import Claim, Decision, Evidence, Suggestion, User
from tracker.models.suggestion import SuggestionQuerySet
from tracker.passages.linking import LinkError, Reading, link

State = Suggestion.State
Verb = Decision.Verb
OPEN = (State.NEW, State.UNSURE, State.SECOND)


class AlreadyDecidedError(Exception):
    """Somebody was faster; `suggestion` says who and what."""

    def __init__(self, suggestion: Suggestion) -> None:
        super().__init__(_("Decided by %(name)s already.") % {"name": suggestion.decided_by})
        self.suggestion = suggestion


class SecondReaderError(Exception):
    """Who asks for a second reader can't be it."""

    def __init__(self) -> None:
        super().__init__(_("You asked for a second reader: somebody else decides this one."))


@transaction.atomic
def accept(
    suggestion: Suggestion,
    reading: Reading,
    by: User,
    claim: Claim | None = None,
    *,
    because: str = "",
    together: uuid.UUID | None = None,
) -> list[Evidence]:
    """Make evidence of a suggestion and of the same words in every copy of its text.

    Args:
        claim: the claim to link to, when it is another than the proposed one.
        because: a note that goes with the evidence.
        together: what is decided at the same press shares it, and is undone with it.

    Returns:
        The evidence, the suggestion's own first.

    Raises:
        AlreadyDecidedError: another person was faster.
        SecondReaderError: this person asked for a second reader.
        LinkError: the reading is incomplete.
    """
    rows = _decidable(suggestion, by)
    target = claim or suggestion.claim
    _hold_articles(rows)
    own = rows[0]
    read = replace(reading, note=reading.note or because)
    edited = (target.pk, reading.stance, reading.speaker) != (own.claim_id, own.stance, own.speaker)
    act = keeping.record(rows, Verb.EDIT if edited else Verb.ACCEPT, by, because, together)
    made = [link(target, own.version, own.start, own.end, read, by)]
    made += [_link_copy(target, row, own, read, by) for row in rows[1:]]
    for row, evidence in zip(rows, made, strict=True):
        row.evidence = evidence
        keeping.stand(row, State.EDITED if edited else State.ACCEPTED, by, act)
    return made


@transaction.atomic
def reject(
    suggestion: Suggestion, by: User, because: str = "", *, together: uuid.UUID | None = None
) -> list[Suggestion]:
    """Remember that these words are no evidence for this claim, in any copy of the text.

    Raises:
        AlreadyDecidedError: another person was faster.
        SecondReaderError: this person asked for a second reader.
    """
    rows = _decidable(suggestion, by)
    act = keeping.record(rows, Verb.REJECT, by, because, together)
    for row in rows:
        row.rejected_because = because
        keeping.stand(row, State.REJECTED, by, act)
    return rows


@transaction.atomic
def unsure(
    suggestion: Suggestion,
    by: User,
    because: str = "",
    *,
    draft: dict[str, str] | None = None,
    together: uuid.UUID | None = None,
) -> list[Suggestion]:
    """Set it aside for whoever knows better.

    Args:
        draft: the reading as filled in, which whoever opens it next starts from.

    Raises:
        AlreadyDecidedError: another person was faster.
        SecondReaderError: this person asked for a second reader.
    """
    rows = _decidable(suggestion, by)
    act = keeping.record(rows, Verb.UNSURE, by, because, together, draft=draft or {})
    return keeping.leave(rows, State.UNSURE, act)


@transaction.atomic
def ask_second(
    suggestion: Suggestion,
    by: User,
    because: str = "",
    *,
    draft: dict[str, str] | None = None,
    together: uuid.UUID | None = None,
) -> list[Suggestion]:
    """Ask for a second reader, who has to be somebody else.

    Args:
        draft: the reading as filled in, which the second reader starts from.

    Raises:
        AlreadyDecidedError: it is decided, or waits for a second reader already.
    """
    rows = _lock(suggestion)
    if rows[0].state == State.SECOND:
        raise AlreadyDecidedError(rows[0])
    act = keeping.record(rows, Verb.SECOND, by, because, together, draft=draft or {})
    return keeping.leave(rows, State.SECOND, act)


@transaction.atomic
def assign(
    suggestion: Suggestion,
    to: User | None,
    by: User,
    because: str = "",
    *,
    together: uuid.UUID | None = None,
) -> list[Suggestion]:
    """Say whose it is to decide; nobody's again without `to`. Others may still decide it.

    Raises:
        AlreadyDecidedError: it is decided.
        LinkError: that person may not decide in this story.
    """
    rows = _lock(suggestion)
    if to is not None and not deciders(suggestion.claim).filter(pk=to.pk).exists():
        raise LinkError(_("%(name)s may not decide in this story.") % {"name": to})
    act = keeping.record(rows, Verb.ASSIGN, by, because, together, assigned_to=to)
    for row in rows:
        row.assigned_to, row.act = to, act
        row.save(update_fields=["assigned_to", "act"])
    return rows


def deciders(claim: Claim) -> Any:
    """The people who may decide about a claim's suggestions, as a queryset of users."""
    able = User.objects.with_perm(
        "tracker.decide_suggestion", backend="django.contrib.auth.backends.ModelBackend"
    )
    if not claim.story.confidential:
        return able.order_by("username")
    members = claim.story.members.values("pk")
    return (able.filter(is_superuser=True) | able.filter(pk__in=members)).order_by("username")


@transaction.atomic
def settle(evidence: Evidence, by: User) -> None:
    """Call the open suggestions of a passage decided that somebody linked by hand."""
    rows = Suggestion.objects.filter(
        claim=evidence.claim_id,
        version=evidence.version_id,
        state__in=OPEN,
        start__lt=evidence.end,
        end__gt=evidence.start,
    )
    for row in rows.select_for_update().order_by("pk"):
        same = row.exact == evidence.exact and row.stance == evidence.stance
        row.evidence = evidence
        keeping.stand(row, State.ACCEPTED if same else State.EDITED, by, None)


# --- rows that are decided together ---------------------------------------------------------------


def _lock(suggestion: Suggestion) -> list[Suggestion]:
    """The suggestion and its open copies, locked, the suggestion first."""
    same = copies(suggestion).order_by("pk")
    # held first, read then: who waited for the lock would join what stood there before
    list(same.select_for_update(of=("self",)).values_list("pk"))
    related = ("claim__story", "version__article__source", "decided_by", "speaker")
    rows = list(same.select_related(*related))
    own = next((row for row in rows if row.pk == suggestion.pk), None)
    if own is None:
        raise LinkError(_("This suggestion is no longer there."))
    if own.state not in OPEN:
        raise AlreadyDecidedError(own)
    return [own, *(row for row in rows if row.pk != own.pk and row.state in OPEN)]


def _decidable(suggestion: Suggestion, by: User) -> list[Suggestion]:
    rows = _lock(suggestion)
    asked = Decision.objects.standing().filter(suggestion__in=rows, verb=Verb.SECOND, by=by)
    if asked.exists():
        raise SecondReaderError
    return rows


def copies(suggestion: Suggestion) -> SuggestionQuerySet:
    """The same words for the same claim in every copy of the text, the suggestion itself too."""
    return Suggestion.objects.filter(
        claim=suggestion.claim_id,
        passage_hash=suggestion.passage_hash,
        article__cluster=suggestion.article.cluster_id,
    )


def _hold_articles(rows: Iterable[Suggestion]) -> None:
    """Hold the articles before any claim: who moves one holds its row, then asks for its claims."""
    held = Article.objects.filter(pk__in=[row.article_id for row in rows])
    list(held.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _link_copy(
    claim: Claim, row: Suggestion, own: Suggestion, reading: Reading, by: User
) -> Evidence:
    """The same words in another outlet's copy; what somebody linked there before stands."""
    held = Evidence.objects.standing().filter(
        claim=claim, version=row.version, start=row.start, end=row.end
    )
    before = held.first()
    if before is not None:
        return before
    chain = _without(own.version.article.source.name, reading.chain)
    return link(claim, row.version, row.start, row.end, replace(reading, chain=chain), by)


def _without(outlet: str, chain: str) -> str:
    """A chain that does not begin with the outlet of another copy: nobody cites it there."""
    links = parse_chain(chain) if chain.strip() else ()
    if links and links[0].name.strip().casefold() == outlet.strip().casefold():
        return chain_text(links[1:]) if len(links) > 1 else ""
    return chain
