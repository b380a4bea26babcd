"""What follows cover, as conditions on the rows that tell of a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tracker.changes.merges import Merges, merges
from tracker.models import Follow


@dataclass(frozen=True, slots=True)
class Followed:
    """A follow, and after which moment its follower wants to hear; None = from the beginning."""

    follow: Follow
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Paths:
    """How a kind of row leads to what is followed, and when it came; "" where it does not."""

    story: str
    claim: str
    source: str
    at: str


EVIDENCE = Paths("claim__story", "claim", "version__article__source", "recorded_at")
WITHDRAWN = Paths("claim__story", "claim", "version__article__source", "withdrawn_at")
STATUS = Paths("claim__story", "claim", "", "recorded_at")
STATUS_WITHDRAWN = Paths("claim__story", "claim", "", "withdrawn_at")
ANCHOR = Paths("evidence__claim__story", "evidence__claim", "version__article__source", "at")
ARTICLE = Paths("story", "", "article__source", "at")


def covered(followed: Iterable[Followed], paths: Paths, until: datetime | None) -> Q:
    """The condition under which a row of a kind concerns one of the follows and is new to it."""
    found = Q(pk__in=[])
    wanted = list(followed)
    claims = [one.follow.claim_id for one in wanted if one.follow.claim_id]
    merged = merges(claims) if claims else Merges({})
    for one in wanted:
        what = _concerns(one.follow, paths, merged)
        if what is not None:
            since = Q(**{f"{paths.at}__gt": one.since}) if one.since else Q()
            found |= what & since
    return found & Q(**{f"{paths.at}__lte": until}) if until else found


def earliest(followed: Sequence[Followed]) -> datetime | None:
    """The first moment any of the follows asks about; None when one asks from the beginning."""
    moments = [one.since for one in followed if one.since is not None]
    return min(moments) if moments and len(moments) == len(followed) else None


def _concerns(follow: Follow, paths: Paths, merged: Merges) -> Q | None:
    if follow.story_id and paths.story:
        return Q(**{paths.story: follow.story_id})
    if follow.claim_id and paths.claim:
        return Q(**{f"{paths.claim}__in": merged.as_one(follow.claim_id)})
    if follow.source_id and paths.source:
        return Q(**{paths.source: follow.source_id})
    return None
