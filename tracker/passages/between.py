"""What became of the linked passages of an article from one of its versions to another."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from sources.models import Version
from tracker.models import Anchor, Evidence
from tracker.models.claim import standing_statuses
from tracker.passages import quotes
from tracker.passages.comparing import Span

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from tracker.models import User


class Became(TextChoices):
    """What became of a passage between the two; the last two are of the pair alone."""

    SAME = "same", pgettext_lazy("anchor", "unchanged")
    MOVED = "moved", pgettext_lazy("anchor", "moved")
    ALTERED = "altered", pgettext_lazy("anchor", "altered")
    GONE = "gone", pgettext_lazy("anchor", "no longer in the text")
    ADDED = "added", pgettext_lazy("anchor", "not yet in the older version")
    ABSENT = "absent", pgettext_lazy("anchor", "in neither of the two")


@dataclass(frozen=True, slots=True)
class Passage:
    """A linked passage, where it stands in either version (None = not there), what became of it."""

    evidence: Evidence
    older: Span | None
    newer: Span | None
    became: Became


def passages(user: User | AnonymousUser, older: Version, newer: Version) -> list[Passage]:
    """The standing evidence of the article this person may know of, in the order of the text.

    Each passage stands where it was cited or found again; in a version from before it was cited
    it is looked for here. Constantly many queries.
    """
    standing = Evidence.objects.visible_to(user).standing()
    known = standing.filter(version__article=older.article_id).for_display()
    rows = list(known.prefetch_related(standing_statuses("claim__")))
    pair = (older, newer)
    anchored = {
        (one.evidence_id, one.version_id): one
        for one in Anchor.objects.filter(evidence__in=rows, version__in=pair)
    }
    cited = _texts(rows, pair, anchored.keys())
    found = []
    for one in rows:
        before, after = (
            _place(one, version, anchored.get((one.pk, version.pk)), cited) for version in pair
        )
        became = _became(before, after, older.text, newer.text)
        found.append(Passage(one, before, after, became))
    return sorted(found, key=_order)


def _order(one: Passage) -> tuple[bool, Span, int]:
    place = one.newer or one.older
    return place is None, place or (0, 0), one.evidence.pk


def _texts(
    rows: Sequence[Evidence], pair: Sequence[Version], anchored: Container[Span]
) -> dict[int, str]:
    """The cited versions' texts, as far as a passage must be looked for."""
    held = {version.pk: version.text for version in pair}
    wanted = {
        one.version_id
        for one in rows
        for version in pair
        if one.version_id != version.pk and (one.pk, version.pk) not in anchored
    }
    more = Version.objects.filter(pk__in=wanted - held.keys())
    return held | dict(more.values_list("pk", "text"))


def _place(
    one: Evidence, version: Version, anchor: Anchor | None, cited: dict[int, str]
) -> Span | None:
    """Where the passage stands in this version."""
    if one.version_id == version.pk:
        return one.start, one.end
    if anchor is not None:
        placed = anchor.start is not None and anchor.end is not None
        return (anchor.start or 0, anchor.end or 0) if placed else None
    selector = quotes.Selector(one.exact, one.prefix, one.suffix, one.start, one.end)
    found = quotes.find(selector, version.text, cited[one.version_id])
    return None if found.state == "gone" else (found.start, found.end)


def _became(before: Span | None, after: Span | None, old: str, new: str) -> Became:
    if before is None:
        return Became.ABSENT if after is None else Became.ADDED
    if after is None:
        return Became.GONE
    words, now = old[slice(*before)], new[slice(*after)]
    if words == now:
        return Became.SAME if before == after else Became.MOVED
    # other spaces or quote marks are no other words
    again = quotes.find(quotes.select(words, 0, len(words)), now)
    whole = again.state in ("same", "moved") and (again.start, again.end) == (0, len(now))
    return Became.MOVED if whole else Became.ALTERED
