"""What a claim's page shows beside its statements: who answered, its relations, shared texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Min, Q
from django.utils.translation import pgettext

from sources.models import Article
from tracker.folding import Part
from tracker.models import Claim, ClaimRelation, User
from tracker.models.evidence import EvidenceQuerySet
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


def related(part: Part, user: User | AnonymousUser, at: datetime | None = None) -> list[Related]:
    """The claims in relation to this one, and to those merged into it."""
    backwards = {
        Verb.ANSWERS: pgettext("claim relation", "answered by"),
        Verb.CONTRADICTS: pgettext("claim relation", "contradicted by"),
        Verb.FOLLOWS: pgettext("claim relation", "followed by"),
        Verb.REPEATS: pgettext("claim relation", "repeated by"),
    }
    own = [pk for pk, _ in part.stamp]
    relations = ClaimRelation.objects.visible_to(user).filter(Q(claim__in=own) | Q(other__in=own))
    found = list(relations.standing(at).order_by("pk"))
    others = {one.other_id if one.claim_id in own else one.claim_id for one in found}
    visible = Claim.objects.visible_to(user).select_related("story", "merged_into__story")
    held = visible.with_status().in_bulk(others)
    shown: list[Related] = []
    for one in found:
        ours = one.claim_id in own
        other = held.get(one.other_id if ours else one.claim_id)
        if other is None or other.pk in own:
            continue
        verb = str(Verb(one.verb).label) if ours else backwards[Verb(one.verb)]
        shown.append(Related(verb, other, one))
    return shown


def withdrawn_relations(part: Part, user: User | AnonymousUser) -> list[ClaimRelation]:
    """Relations of this claim that were taken back, the latest first."""
    own = [pk for pk, _ in part.stamp]
    relations = ClaimRelation.objects.visible_to(user).filter(Q(claim__in=own) | Q(other__in=own))
    gone = relations.exclude(withdrawn_at=None).order_by("-withdrawn_at")
    return list(gone.select_related("claim", "other", "recorded_by", "withdrawn_by"))


def merged(part: Part, claim: Claim, user: User | AnonymousUser) -> list[Claim]:
    """The claims merged into this one, each with its statuses, the first one first."""
    members = [pk for pk, _ in part.stamp if pk != claim.pk]
    if not members:
        return []
    found = Claim.objects.visible_to(user).filter(pk__in=members).select_related("merged_by")
    return list(found.with_status().order_by("merged_at"))


def speaking(statements: Iterable[Statement]) -> list[tuple[str, bool, int]]:
    """Who speaks about a claim: name, whether a party, number of statements, the busiest first."""
    said = Counter((one.origin_name, one.party) for one in statements if one.origin)
    return [(name, party, number) for (name, party), number in said.most_common()]


def clusters(evidence: EvidenceQuerySet) -> list[dict[str, object]]:
    """The texts that several articles carry: where each is from, since when, in how many copies."""
    carried = evidence.values("version__article__cluster").order_by()
    found = (
        Article.objects.filter(cluster__in=carried.values("version__article__cluster"))
        .values("cluster", "cluster__origin__name", "cluster__basis")
        .annotate(copies=Count("pk"), first=Min("sort_at"), title=Min("title"))
        .filter(copies__gt=1)
        .order_by("-copies")
    )
    return [dict(row) for row in found[:CLUSTERS]]
