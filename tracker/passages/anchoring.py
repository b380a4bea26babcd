"""Finds linked passages again in later versions, and keeps what became of them."""

from __future__ import annotations

from sources.models import Version
from tracker.models import Anchor, Evidence
from tracker.passages import quotes


def again(version: Version) -> None:
    """Find the passages that stand as evidence again in a newer version. Safe to run twice.

    What an editor took note of stays noted while the passage stays what it was.
    """
    if version.seq == 1:
        return
    rows = Evidence.objects.standing().filter(version__article=version.article_id)
    rows = rows.select_related("version").defer("version__search")
    before, noted = _noted(version)
    anchors = []
    for evidence in rows.exclude(version=version.pk).order_by("claim", "pk"):
        anchor = _find(evidence, version)
        seen = noted.get(evidence.pk)
        if seen and _reads(seen, before) == _reads(anchor, version.text):
            anchor.seen_by_id = seen.seen_by_id
        anchors.append(anchor)
    Anchor.objects.bulk_create(anchors, ignore_conflicts=True)


def onwards(evidence: Evidence) -> None:
    """Find a passage that was linked in an older version in every one since.

    Who links it there has seen what became of it.
    """
    later = Version.objects.filter(
        article=evidence.version.article_id, seq__gt=evidence.version.seq
    )
    anchors = [_find(evidence, version) for version in later.defer("search").order_by("seq")]
    for anchor in anchors:
        anchor.seen_by_id = evidence.recorded_by_id
    Anchor.objects.bulk_create(anchors, ignore_conflicts=True)


def _find(evidence: Evidence, version: Version) -> Anchor:
    selector = quotes.Selector(
        evidence.exact, evidence.prefix, evidence.suffix, evidence.start, evidence.end
    )
    found = quotes.find(selector, version.text, evidence.version.text)
    gone = found.state == Anchor.State.GONE
    return Anchor(
        evidence=evidence,
        version=version,
        state=found.state,
        start=None if gone else found.start,
        end=None if gone else found.end,
        score=found.score,
    )


def _noted(version: Version) -> tuple[str, dict[int, Anchor]]:
    """The text before a version, and its alterations that somebody took note of, by evidence."""
    before = Version.objects.filter(article=version.article_id, seq=version.seq - 1)
    held = {
        one.evidence_id: one
        for one in Anchor.objects.filter(version__in=before).exclude(seen_by=None)
    }
    text = before.values_list("text", flat=True).first() if held else None
    return text or "", held


def _reads(anchor: Anchor, text: str) -> tuple[str, str]:
    """What became of the passage, and its words now."""
    placed = anchor.start is not None and anchor.end is not None
    return anchor.state, text[anchor.start : anchor.end] if placed else ""
