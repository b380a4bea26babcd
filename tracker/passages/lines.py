"""Passages as lists show them: plain values, read in one query whatever their number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tracker.models import Claim, Evidence

_LINES = """
SELECT claim.id, claim.number, claim.title, claim.title_fr,
  (
    SELECT json_agg(
      json_build_array(coalesce(source.name, speaker.name, link.words), link.unnamed)
      ORDER BY link.position
    )
    FROM tracker_chainlink link
    LEFT JOIN sources_source source ON source.id = link.source_id
    LEFT JOIN tracker_speaker speaker ON speaker.id = link.speaker_id
    WHERE link.evidence_id = passage.id
  ),
  passage.id, passage.stance, passage.exact, passage.denies_what, passage.event_on,
  passage.recorded_at, passage.origin_id IS NOT NULL, origin.speaker_id, version.language,
  version.seq, article.id, article.url, article.title, article.cluster_id, article.published_at,
  article.published_precision, article.first_seen_at, outlet.name,
  EXISTS (
    SELECT FROM tracker_claim_parties party WHERE party.speaker_id = origin.speaker_id
    AND party.claim_id IN (claim.id, claim.merged_into_id)
  ),
  (
    SELECT anchor.state FROM tracker_anchor anchor
    WHERE anchor.evidence_id = passage.id AND anchor.version_id = article.current_version_id
  ),
  story.slug
FROM tracker_evidence passage
JOIN sources_version version ON version.id = passage.version_id
JOIN sources_article article ON article.id = version.article_id
JOIN sources_source outlet ON outlet.id = article.source_id
JOIN tracker_claim claim ON claim.id = passage.claim_id
JOIN tracker_story story ON story.id = claim.story_id
LEFT JOIN tracker_origin origin ON origin.id = passage.origin_id
WHERE passage.id = ANY (ARRAY({passages}))
ORDER BY passage.id DESC"""
_CLAIM = ("id", "number", "title", "title_fr")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a chain, by name or in the words of the text."""

    name: str
    unnamed: bool

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Line:
    """A passage with what a line or a card of a list shows.

    `version` is the number of the one it was read in; `anchor_now` says where it stands in the
    current version, None where that is the same. `speaker` is whom it goes back to, where that is
    a speaker known by name. `story` is the slug of its story; `claim` has its number and title and
    nothing else.
    """

    claim: Claim
    links: tuple[Link, ...]
    pk: int
    stance: str
    exact: str
    denies_what: str
    event_on: date | None
    recorded_at: datetime
    has_lineage: bool
    speaker: int | None
    language: str
    version: int
    article: int
    url: str
    title: str
    cluster: int
    published_at: datetime | None
    published_precision: str
    first_seen_at: datetime
    outlet: str
    is_party: bool
    anchor_now: str | None
    story: str


def read(passages: QuerySet[Evidence, Any]) -> list[Line]:
    """These passages, the last recorded first."""
    try:
        sql, parameters = passages.values("pk").query.sql_with_params()
    except EmptyResultSet:  # known to be none without asking
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(passages=sql), parameters)
        return [_line(*row) for row in cursor.fetchall()]


def _line(*row: Any) -> Line:
    claim = Claim.from_db(connection.alias, _CLAIM, row[:4])
    links = tuple(Link(*link) for link in row[4] or ())
    return Line(claim, links, *row[5:])
