"""Keeps the sketches of texts, and says which texts have any words in common with another's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection

from sources.ingest.copies import LEAST_SHARED
from sources.models import Sketch

_CARRIERS = 64  # of one hash are looked at

_SHARING = """
SELECT DISTINCT own.article_id FROM sources_sketch own
CROSS JOIN LATERAL (
  SELECT article_id FROM sources_sketch WHERE hash = own.hash AND article_id <> own.article_id
  LIMIT %s
) other
WHERE own.article_id = ANY(%s)
GROUP BY own.article_id, other.article_id HAVING count(*) >= %s
"""


def keep(sketches: Mapping[int, Collection[int]], now: datetime) -> None:
    """Store the hashes of articles' texts, in the place of those of their texts before.

    Args:
        sketches: by the article's key.
    """
    Sketch.objects.filter(article__in=list(sketches)).delete()
    pairs = [(one, article) for article, hashes in sketches.items() for one in hashes]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sources_sketch (hash, article_id, at)"
            " SELECT hash, article, %s FROM unnest(%s::bigint[], %s::bigint[]) new(hash, article)",
            [now, [one for one, _ in pairs], [article for _, article in pairs]],
        )


def sharing(articles: Collection[int]) -> set[int]:
    """Those of the articles whose sketch has enough in common with another's to be looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [_CARRIERS, list(articles), LEAST_SHARED])
        return {article for (article,) in cursor.fetchall()}
