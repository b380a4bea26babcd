"""Reads as plain values what publishers did to quoted passages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from tracker.models import Anchor, together
from tracker.models import Edit as EditRow
from tracker.models.edit import Said
from tracker.models.evidence import EvidenceQuerySet
from tracker.passages.alterations import TOUCHED

_COLUMNS = (
    "pk",
    "at",
    "state",
    "evidence__claim_id",
    "evidence_id",
    "evidence__exact",
    "version__article_id",
    "version__article__source__name",
    "evidence__version__language",
    "evidence__version__seq",
    "version__seq",
    "made_by",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A quoted passage that its publisher altered or took out, and where to see the difference."""

    claim: int
    evidence: int
    exact: str
    state: str
    article: int
    source: str
    language: str
    cited: int  # the number of the version it was cited from
    version: int  # the number of the version that differs
    said: Said  # what the edit that did it changed, and how it was told


def touched(evidence: EvidenceQuerySet) -> QuerySet[Anchor, Any]:
    """The rows that `read` reads: anchors of passages that a publisher altered or took out."""
    cited = Anchor.objects.filter(evidence__in=evidence, state__in=TOUCHED).values("evidence")
    anchors = Anchor.objects.filter(evidence__in=cited).order_by("evidence", "version__seq")
    rows: QuerySet[Anchor, Any] = anchors.annotate(made_by=_made_by()).values(*_COLUMNS)
    return rows


def read(
    anchors: Iterable[together.Row], at: datetime | None
) -> Iterable[tuple[Edit, tuple[int, datetime]]]:
    """What publishers did to quoted passages, each change of state once, with anchor and time."""
    before: dict[int, str] = {}
    for anchor in anchors:
        row, state = anchor["evidence_id"], anchor["state"]
        when = datetime.fromisoformat(anchor["at"])
        if state in TOUCHED and before.get(row) != state and (at is None or when <= at):
            yield _edit(anchor), (anchor["pk"], when)
        before[row] = state


def _edit(anchor: together.Row) -> Edit:
    by = anchor["made_by"]
    return Edit(
        claim=anchor["evidence__claim_id"],
        evidence=anchor["evidence_id"],
        exact=anchor["evidence__exact"],
        state=anchor["state"],
        article=anchor["version__article_id"],
        source=anchor["version__article__source__name"],
        language=anchor["evidence__version__language"],
        cited=anchor["evidence__version__seq"],
        version=anchor["version__seq"],
        said=Said(tuple(by["classes"]), by["announced"]) if by else Said((), ""),
    )


def _made_by() -> Subquery:
    """The classes of the edit that an anchor's version belongs to, and how it was announced."""
    edits = EditRow.objects.filter(
        article=OuterRef("version__article"),
        older__seq__lt=OuterRef("version__seq"),
        newer__seq__gte=OuterRef("version__seq"),
    )
    return Subquery(
        edits.values(said=JSONObject(classes="classes", announced="announced"))[:1],
        output_field=JSONField(),
    )
