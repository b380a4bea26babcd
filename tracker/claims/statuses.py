"""Records what an editor says of a claim's status, and lists the statuses to look at again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tracker.models import Claim, Evidence, Stance, StatusChange, User
from tracker.models.claim import standing_statuses
from tracker.timeline.folding import Stamp

SHOWN = 10
QUOTE = 120  # characters of a passage
_CONTRADICTS = ("denied", "disputed")
_AGAINST = {Stance.DENIES, Stance.DISPUTES}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor's page showed: the state of the claim, and when it was read."""

    revision: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What changed between reading a page and saving it; nothing named: some other figure did."""

    recorded: list[StatusChange]
    withdrawn: list[StatusChange]
    linked: list[Evidence]
    unlinked: list[Evidence]

    def __bool__(self) -> bool:
        return bool(self.recorded or self.withdrawn or self.linked or self.unlinked)


class StalePageError(Exception):
    """The claim changed since the page was read; `meanwhile` says how."""

    def __init__(self, meanwhile: Meanwhile) -> None:
        super().__init__("the claim changed since the page was read")
        self.meanwhile = meanwhile


def revision(stamp: Stamp) -> str:
    """The state of a claim and of those merged into it, in one word."""
    return ".".join(f"{claim}-{number}" for claim, number in sorted(stamp))


def doubts(change: StatusChange, evidence: Iterable[Evidence], parties: Iterable[int]) -> list[str]:
    """What to look at before this is saved, as sentences; it may be right all the same.

    Args:
        change: not saved yet.
        evidence: what it rests on.
        parties: the keys of the speakers who are parties to the claim.
    """
    found = []
    if change.by_kind == StatusChange.By.PARTY and change.by_speaker is None:
        found.append(_("It is set by a party concerned: say by name which party."))
    elif change.by_kind == StatusChange.By.PARTY and change.by_speaker_id not in set(parties):
        words = _("%(name)s is not entered as a party concerned in C%(n)s.")
        found.append(words % {"name": change.by_speaker, "n": change.claim.number})
    rows = list(evidence)
    if change.status_id in _CONTRADICTS and not _AGAINST & {row.stance for row in rows}:
        words = _("“%(status)s” rests on no passage that denies or disputes: %(passages)s")
        quoted = [
            f"“{Truncator(row.exact).chars(QUOTE)}” ({row.get_stance_display()})" for row in rows
        ]
        found.append(words % {"status": change.status.label, "passages": "; ".join(quoted)})
    return found


@transaction.atomic
def record(
    change: StatusChange, evidence: Iterable[Evidence], members: list[int], seen: Seen
) -> None:
    """Save a change of status.

    Args:
        change: not saved yet.
        evidence: what it rests on.
        members: the claim, and those merged into it.
        seen: the state of the claim that the editor decided on.

    Raises:
        StalePageError: another state holds by now; nothing was saved.
    """
    check(members, seen)
    change.save()
    change.evidence.set(evidence)


@transaction.atomic
def check(members: list[int], seen: Seen) -> None:
    """Hold the claims of `members` for the transaction, if they are as they were seen.

    Raises:
        StalePageError: another state holds by now.
    """
    rows = Claim.objects.select_for_update().filter(pk__in=members).order_by("pk")
    if revision(tuple((row.pk, row.revision) for row in rows)) != seen.revision:
        raise StalePageError(_meanwhile(members, seen.at))


def _meanwhile(members: list[int], since: datetime) -> Meanwhile:
    changes = StatusChange.objects.filter(claim__in=members)
    changes = changes.select_related("status", "by_speaker", "recorded_by", "withdrawn_by")
    evidence = Evidence.objects.filter(claim__in=members).for_display()
    evidence = evidence.select_related("withdrawn_by")
    return Meanwhile(
        list(changes.filter(recorded_at__gte=since, withdrawn_at=None)[:SHOWN]),
        list(changes.filter(withdrawn_at__gte=since)[:SHOWN]),
        list(evidence.filter(recorded_at__gte=since, withdrawn_at=None)[:SHOWN]),
        list(evidence.filter(withdrawn_at__gte=since)[:SHOWN]),
    )


def to_review(user: User | AnonymousUser, until: date) -> QuerySet[StatusChange]:
    """The statuses that hold and are to be looked at again by a day, the longest due first.

    A status no longer holds once the same subject of the same claim has a later one.
    """
    later = Q(effective_on__gt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"), recorded_at__gt=OuterRef("recorded_at")
    )
    whom = Coalesce("subject_id", 0)  # none is the claim as a whole
    of_same = (
        StatusChange.objects.standing()
        .annotate(whom=whom)
        .filter(later, claim=OuterRef("claim"), whom=OuterRef("whom"))
    )
    return (
        StatusChange.objects.visible_to(user)
        .standing()
        .annotate(whom=whom)
        .filter(~Exists(of_same), review_on__lte=until, claim__merged_into=None)
        .select_related("claim__story", "status", "subject", "by_speaker", "recorded_by")
        .prefetch_related(standing_statuses("claim__"))
        .order_by("review_on", "pk")
    )


def put_off(change: StatusChange, until: date) -> None:
    """Look again at a status on a later day; the row's history keeps the earlier one."""
    change.review_on = until
    change.save(update_fields=["review_on"])
