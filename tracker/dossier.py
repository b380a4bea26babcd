"""What a claim's page shows beside its statements: who answered, its relations, shared texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, Q, prefetch_related_objects
from django.utils.translation import pgettext

from sources.models import Article
from tracker.finding import IsAnyOf
from tracker.folding import Part
from tracker.models import Claim, ClaimRelation, User
from tracker.models.claim import standing_statuses
from tracker.models.story import seen_by
from tracker.origins import Statement

Verb = ClaimRelation.Verb
CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """A named subject of a claim and the last thing it is on record with; None: nothing."""

    name: str
    last: Statement | None

    @property
    def evidence(self) -> int | None:
        """The passage of it."""
        return self.last.pieces[0].evidence if self.last else None


def answers(part: Part) -> list[Answer]:
    """Who has answered and who has not: the parties, and whom a legal status applies to."""
    subjects = dict(part.parties)
    for change in part.changes:
        if change.subject is not None:
            subjects[change.subject.pk] = change.subject.name
    last: dict[str, Statement] = {}
    for said in part.statements:  # oldest first, the undated last of all
        if said.on is not None or said.origin not in last:
            last[said.origin] = said
    return [Answer(name, last.get(f"speaker:{pk}")) for pk, name in subjects.items()]


@dataclass(frozen=True, slots=True)
class Related:
    """A claim this one stands in relation to: the verb as seen from here."""

    verb: str
    claim: Claim
    relation: ClaimRelation


def relations(part: Part, user: User | AnonymousUser) -> list[ClaimRelation]:
    """All relations of this claim and of those merged into it, those taken back too."""
    own = [pk for pk, _ in part.stamp]
    found = ClaimRelation.objects.visible_to(user).filter(Q(claim__in=own) | Q(other__in=own))
    found = found.filter(seen_by(user, "other__story"))
    sides = (f"{side}__{of}" for side in ("claim", "other") for of in ("story", "merged_into"))
    return list(found.select_related(*sides, "recorded_by", "withdrawn_by").order_by("pk"))


def related(
    part: Part, found: Iterable[ClaimRelation], at: datetime | None = None
) -> list[Related]:
    """The claims in relation to this one, now or as it was held at a moment."""
    backwards = {
        Verb.ANSWERS: pgettext("claim relation", "answered by"),
        Verb.CONTRADICTS: pgettext("claim relation", "contradicted by"),
        Verb.FOLLOWS: pgettext("claim relation", "followed by"),
        Verb.REPEATS: pgettext("claim relation", "repeated by"),
    }
    own = {pk for pk, _ in part.stamp}
    shown: list[Related] = []
    for one in found:
        ours = one.claim_id in own
        other = one.other if ours else one.claim
        if other.pk in own or not _held(one, at):
            continue
        verb = str(Verb(one.verb).label) if ours else backwards[Verb(one.verb)]
        shown.append(Related(verb, other, one))
    return shown


def _held(relation: ClaimRelation, at: datetime | None) -> bool:
    """Whether it stands; with `at`, whether it stood at that moment."""
    gone = relation.withdrawn_at
    if at is None:
        return gone is None
    return relation.recorded_at <= at and (gone is None or gone > at)


def withdrawn_relations(found: Iterable[ClaimRelation]) -> list[ClaimRelation]:
    """Those that were taken back, the latest first."""
    gone = [(one.withdrawn_at, one) for one in found if one.withdrawn_at is not None]
    return [one for _, one in sorted(gone, key=lambda row: row[0], reverse=True)]


def with_status(claims: list[Claim]) -> None:
    """Read the statuses of all these claims at once, into `standing_changes`."""
    prefetch_related_objects(claims, standing_statuses())


def speaking(statements: Iterable[Statement]) -> list[tuple[str, bool, int]]:
    """Who speaks about a claim: name, whether a party, number of statements, the busiest first."""
    said = Counter((one.origin_name, one.party) for one in statements if one.origin)
    return [(name, party, number) for (name, party), number in said.most_common()]


def clusters(part: Part) -> list[dict[str, object]]:
    """The texts that several articles carry: where each is from, since when, in how many copies."""
    of_claim = Article.objects.filter(cluster__in={piece.cluster for piece in part.pieces})
    # the few that are shown are found by the index alone, before anything else of them is read
    copies = of_claim.order_by().values("cluster").annotate(copies=Count("pk"))
    most = copies.filter(copies__gt=1).order_by("-copies", "cluster").values("cluster")[:CLUSTERS]
    found = (
        Article.objects.filter(IsAnyOf("cluster", most))
        .values("cluster", "cluster__origin__name", "cluster__basis")
        .annotate(copies=Count("pk"), first=Min("sort_at"), title=Min("title"))
        .order_by("-copies", "cluster")
    )
    return [dict(row) for row in found]
