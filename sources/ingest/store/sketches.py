"""Keeps the sketches of texts, and says which texts have words in common with another's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from sources.ingest.copies import LEAST_SHARED
from sources.models import Sketch

_CARRIERS = 64  # of one hash are looked at: enough to see whether it is boilerplate
_SHARERS = 200  # of one text are looked at, those that have the most in common with it

# Never more than _CARRIERS rows a hash, so that a phrase every page carries costs no more than a
# rare one.
_SHARING = """
SELECT shared.own, shared.other, a.cluster_id, a.sort_at
FROM (
  SELECT own.article_id AS own, other.article_id AS other,
    row_number() OVER (PARTITION BY own.article_id ORDER BY count(*) DESC) AS place
  FROM sources_sketch own
  CROSS JOIN LATERAL (
    SELECT article_id FROM sources_sketch WHERE hash = own.hash AND article_id <> own.article_id
    LIMIT %s
  ) other
  WHERE own.article_id = ANY(%s)
  GROUP BY own.article_id, other.article_id HAVING count(*) >= %s
) shared
JOIN sources_article a ON a.id = shared.other
WHERE shared.place <= %s ORDER BY shared.own, shared.place
"""
_HASHES = """
SELECT article_id, array_agg(hash) FROM sources_sketch WHERE article_id = ANY(%s)
GROUP BY article_id
"""


@dataclass(frozen=True, slots=True)
class Sharer:
    """An article that has words in common with another, and the cluster it stands in."""

    article: int
    cluster: int
    sort_at: datetime


def keep(sketches: Mapping[int, Collection[int]], now: datetime) -> None:
    """Store the hashes of articles' texts, in the place of those of their texts before.

    Args:
        sketches: by the article's key.
    """
    Sketch.objects.filter(article__in=list(sketches)).delete()
    hashes = [one for kept in sketches.values() for one in kept]
    articles = [article for article, kept in sketches.items() for _ in kept]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sources_sketch (hash, article_id, at)"
            " SELECT hash, article, %s FROM unnest(%s::bigint[], %s::bigint[]) new(hash, article)",
            [now, _array(hashes), _array(articles)],
        )


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL writes an array: the driver looks at each of thousands of numbers twice."""
    return f"{{{','.join(map(str, numbers))}}}"


def sharing(articles: Collection[int]) -> dict[int, list[Sharer]]:
    """Who has enough in common with these articles to be looked at, those with the most first; by
    the article, where there is anybody."""
    found: defaultdict[int, list[Sharer]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SHARING, [_CARRIERS, list(articles), LEAST_SHARED, _SHARERS])
        for own, *other in cursor.fetchall():
            found[own].append(Sharer(*other))
    return dict(found)


def held(articles: Collection[int]) -> dict[int, frozenset[int]]:
    """The sketches of these articles; empty where none is kept (any more)."""
    found = dict.fromkeys(articles, frozenset[int]())
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_HASHES, [list(found)])
            found |= {article: frozenset(hashes) for article, hashes in cursor.fetchall()}
    return found
