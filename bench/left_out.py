"""Judges the bar of bench/matching.py where it was not set: chosen on all claims but one each time.

With a dozen labels, a bar that was set on them says little of others. So for every claim the bar is
chosen by the labels of the others alone, and what it does for that claim is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from matching_sets import Item

ENOUGH, RELATIVE, ADDS = (0.1, 0.15, 0.2, 0.25, 0.3), (0.5, 0.75, 0.9), (0, 1, 2)
# By item: the claim, start and end of every proposal.
Proposals = Mapping[str, Sequence[tuple[str, int, int]]]


def left_out(items: Sequence[Item], made: Mapping[str, int]) -> Counter[str]:
    """Proposals right and wrong, and labels found and missed, over the claims left out.

    Args:
        made: the keys of the claims, by their names in the set.
    """
    from tracker.matching import Bar
    from tracker.models import Claim

    names = {pk: name for name, pk in made.items()}
    claims = list(Claim.objects.filter(pk__in=names).select_related("story"))
    versions = concerned(items, claims[0].story.filter)
    bars = [Bar(enough=e, relative=r, adds=a) for e, r, a in product(ENOUGH, RELATIVE, ADDS)]
    tried = {bar: proposals(versions, claims, names, bar) for bar in bars}
    total: Counter[str] = Counter()
    for name in made:
        chosen = max(bars, key=lambda bar, name=name: _worth(items, tried[bar], name))
        total += _counted(items, tried[chosen], lambda claim, name=name: claim == name)
    return total


def concerned(items: Sequence[Item], story_filter: str) -> dict[str, Any]:
    """The versions stored of the items that pass a story's filter, by item."""
    from sources.models import Version
    from tracker.suggesting.candidates import Filters

    filters = Filters([story_filter])
    held = Version.objects.filter(extractor="measured").select_related("article__source")
    by_name = {version.article.url.rsplit("/", 1)[-1]: version for version in held}
    return {item.name: by_name[item.name] for item in items if filters.passed(by_name[item.name])}


def proposals(
    versions: Mapping[str, Any], claims: Sequence[Any], names: Mapping[int, str], bar: Any
) -> Proposals:
    """What would be proposed at a bar."""
    from tracker.suggesting.candidates import candidates

    return {
        item: [
            (names[one.claim.pk], one.passage.start, one.passage.end)
            for one in candidates(claims, version, bar=bar)
        ]
        for item, version in versions.items()
    }


def _worth(items: Sequence[Item], proposed: Proposals, but: str) -> float:
    """The F1 of the claims but one; nothing where a text that must match nothing matches one."""
    held = _counted(items, proposed, lambda claim: claim != but)
    alone = all(
        claim == but
        for item in items
        if item.negative
        for claim, _start, _end in proposed.get(item.name, ())
    )
    made, labelled = held["right"] + held["wrong"], held["found"] + held["missed"]
    return (held["right"] + held["found"]) / max(1, made + labelled) if alone else -1.0


def _counted(items: Sequence[Item], proposed: Proposals, meant: Any) -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in items:
        made = [one for one in proposed.get(item.name, ()) if meant(one[0])]
        labels = [one for one in item.labels if meant(one.claim)]
        for claim, start, end in made:
            hit = any(one.claim == claim and one.start < end and start < one.end for one in labels)
            counts["right" if hit else "wrong"] += 1
        for one in labels:
            hit = any(one.claim == claim and one.start < b and a < one.end for claim, a, b in made)
            counts["found" if hit else "missed"] += 1
    return counts
