"""Which claims count as one since an editor merged them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from tracker.models import Claim
from tracker.timeline.folding import root


@dataclass(frozen=True, slots=True)
class Merges:
    """The merges in some stories: `roots` leads from a claim's id to that of what it is now."""

    roots: dict[int, int]

    def into(self, claim: int) -> int:
        """What this claim is now; itself where it was merged into none."""
        return self.roots.get(claim, claim)

    def as_one(self, claim: int) -> frozenset[int]:
        """All the claims that are one with this one, itself among them."""
        into = self.into(claim)
        return frozenset({claim, into} | {pk for pk, end in self.roots.items() if end == into})


def merges(claims: Iterable[int]) -> Merges:
    """The merges in the stories of these claims, in one query."""
    stories = Claim.objects.filter(pk__in=list(claims)).order_by().values("story")
    took_part = ~Q(merged_into=None) | ~Q(former_claims=None)
    rows = Claim.objects.filter(took_part, story__in=stories).order_by().distinct()
    known = {claim.pk: claim for claim in rows}
    return Merges({pk: root(claim, known).pk for pk, claim in known.items()})
