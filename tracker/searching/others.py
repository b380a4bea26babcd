"""Finds the claims, the passages of evidence, the speakers and the sources that fit a search."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Q

from sources.models.article import WordsOf
from tracker.matching.terms import Node
from tracker.models import Claim, Evidence
from tracker.models.claim import CLAIM_WORDS
from tracker.passages import lines
from tracker.passages.lines import Line
from tracker.searching.conditions import in_any_language, name_says
from tracker.searching.finding import IsAnyOf

SHOWN = 10


_NAMES = """
SELECT 'tag', id, slug, label_en, label_fr FROM sources_tag
UNION ALL (
  SELECT 'source', id, slug, name, kind FROM sources_source
  WHERE merged_into_id IS NULL AND {source} LIMIT %(most)s
)
UNION ALL (
  SELECT 'speaker', id, slug, name, description FROM tracker_speaker speaker
  WHERE merged_into_id IS NULL AND {speaker} AND (
    EXISTS (
      SELECT FROM tracker_evidence passage JOIN tracker_claim claim ON claim.id = passage.claim_id
      WHERE passage.speaker_id = speaker.id AND passage.withdrawn_at IS NULL
        AND claim.story_id = ANY (%(stories)s)
    ) OR EXISTS (
      SELECT FROM tracker_claim_parties party JOIN tracker_claim claim ON claim.id = party.claim_id
      WHERE party.speaker_id = speaker.id AND claim.story_id = ANY (%(stories)s)
    )
  ) LIMIT %(most)s
)"""


def claims(root: Node, stories: Collection[int]) -> list[Claim]:
    """The claims that say it, in the order of their stories; one more than is shown.

    Their statuses are left to be read with those of other claims.

    Args:
        stories: the keys of those the reader may see, here and below.
    """
    found = Claim.objects.filter(story__in=stories).standing().select_related("story")
    found = found.alias(words=WordsOf(*CLAIM_WORDS)).filter(words=in_any_language(root))
    return list(found[: SHOWN + 1])


def passages(
    root: Node, stories: Collection[int], narrowed: Q, before: int | None = None
) -> list[Line]:
    """The newest passages of evidence that say it; one more than is shown.

    Args:
        narrowed: what the passages must fit besides, as a condition on evidence.
        before: the key of the last passage of the page before this.
    """
    # the index is asked first and for nothing else: on a walk from the newest, each passage would
    # be read to its end; joined with the claims, the index would be asked once for each
    saying = Evidence.objects.alias(words=WordsOf("exact")).filter(words=in_any_language(root))
    found = Evidence.objects.filter(narrowed, claim__story__in=stories).standing()
    found = found.filter(IsAnyOf("pk", saying.order_by().values("pk")))
    if before is not None:
        found = found.filter(pk__lt=before)
    return lines.read(found.order_by("-pk")[: SHOWN + 1])


def named(root: Node, stories: Collection[int]) -> dict[str, list[Any]]:
    """The speakers and the sources of that name, and the labels of all tags, in one query.

    A speaker is known to those who may see a passage of theirs, or a claim they are a party to.
    """
    parameters: dict[str, Any] = {"stories": list(stories), "most": SHOWN + 1}
    sql = _NAMES.format(
        speaker=name_says(root, ("name", "description"), parameters),
        source=name_says(root, ("name", "owner"), parameters),
    )
    found: dict[str, list[Any]] = {"speaker": [], "source": [], "tag": []}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for kind, *row in cursor.fetchall():
            found[kind].append(row)
    return found
