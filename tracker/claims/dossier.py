"""What a claim's page shows beside its statements: who answered, its relations, shared texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, prefetch_related_objects
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import pgettext

from tracker.models import Claim, ClaimRelation, User
from tracker.models.claim import standing_statuses
from tracker.models.evidence import EvidenceQuerySet
from tracker.models.story import seen_by
from tracker.passages.lines import Line
from tracker.timeline.folding import Part
from tracker.timeline.origins import Statement

Verb = ClaimRelation.Verb
CLUSTERS = 20


# Those of most copies are found in an index alone, before anything else is read of the articles.
MOST_CARRIED = """
SELECT article.cluster_id, min(article.title), origin.name, min(article.sort_at), most.copies
FROM (
    SELECT cluster_id, count(*) AS copies FROM sources_article WHERE cluster_id = ANY (%s)
    GROUP BY cluster_id HAVING count(*) > 1 ORDER BY copies DESC, cluster_id LIMIT %s
) most
JOIN sources_article article ON article.cluster_id = most.cluster_id
JOIN sources_cluster cluster ON cluster.id = most.cluster_id
LEFT JOIN sources_source origin ON origin.id = cluster.origin_id
GROUP BY article.cluster_id, origin.name, most.copies
ORDER BY most.copies DESC, article.cluster_id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A named subject of a claim and the last thing it is on record with; None: nothing."""

    speaker: int
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
    return [Answer(pk, name, last.get(f"speaker:{pk}")) for pk, name in subjects.items()]


@dataclass(frozen=True, slots=True)
class Related:
    """A claim this one stands in relation to: the verb as seen from here."""

    verb: str
    claim: Claim
    relation: ClaimRelation


def answers_elsewhere(
    answers: Iterable[Answer], related: Iterable[Related], evidence: EvidenceQuerySet
) -> EvidenceQuerySet:
    """Of `evidence`, the last that each of those who have not answered said of a related claim."""
    silent = [answer.speaker for answer in answers if answer.last is None]
    said = evidence.filter(claim__in=[one.claim.pk for one in related], origin__speaker__in=silent)
    on = Coalesce("event_on", TruncDate("version__article__sort_at"))
    return said.order_by("origin__speaker_id", on.desc(), "-pk").distinct("origin__speaker_id")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What somebody who has not answered this claim said of a related one."""

    related: Related
    said: Line


def by_silent(related: Iterable[Related], held: Iterable[Line]) -> dict[int | None, Elsewhere]:
    """Of the passages read, those about related claims, by their speaker."""
    claims = {one.claim.pk: one for one in related}
    about = [said for said in held if said.claim.pk in claims]
    return {said.speaker: Elsewhere(claims[said.claim.pk], said) for said in about}


def relations(part: Part, user: User | AnonymousUser) -> list[ClaimRelation]:
    """All relations of this claim and of those merged into it, those taken back too."""
    own = [pk for pk, _ in part.stamp]
    found = ClaimRelation.objects.visible_to(user).filter(Q(claim__in=own) | Q(other__in=own))
    found = found.filter(seen_by(user, "other__story"))
    sides = ("claim__story", "other__story")
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


@dataclass(frozen=True, slots=True)
class SharedText:
    """A text that several articles carry; `origin` is None where nobody knows it."""

    cluster: int
    title: str
    origin: str | None
    first: datetime
    copies: int


def shared_texts(part: Part) -> list[SharedText]:
    """The texts of the evidence that most articles carry."""
    with connection.cursor() as cursor:
        cursor.execute(MOST_CARRIED, [list({p.cluster for p in part.pieces}), CLUSTERS])
        return [SharedText(*row) for row in cursor.fetchall()]
