"""Finds the texts that a source serves under several addresses: the site's own, and no news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from sources.models import Article, Version

AT = 3  # addresses of one source with the same text
_LOOKED_AT = 10 * AT

_CARRIED = """
SELECT own.text, own.source
FROM unnest(%s::bytea[], %s::bigint[]) AS own(text, source)
CROSS JOIN LATERAL (
  SELECT v.article_id FROM sources_version v JOIN sources_article a ON a.id = v.article_id
  WHERE v.text_sha256 = own.text AND a.source_id = own.source AND v.at >= %s LIMIT %s
) carrier
GROUP BY own.text, own.source HAVING count(DISTINCT carrier.article_id) >= %s
"""


def among(versions: Sequence[Version], articles: Mapping[int, Article]) -> set[int]:
    """The keys of those new versions whose text is the site's. Other articles that carry it are
    named so as well.

    Args:
        versions: just stored.
        articles: of these versions, by key.
    """
    since = timezone.now() - timedelta(days=settings.INGEST["sketch_days"])
    carried = {
        version.pk: (bytes(version.text_sha256), articles[version.article_id].source_id)
        for version in versions
    }
    distinct = list(set(carried.values()))
    with connection.cursor() as cursor:
        texts, sources = [text for text, _ in distinct], [source for _, source in distinct]
        cursor.execute(_CARRIED, [texts, sources, since, _LOOKED_AT, AT])
        found = {(bytes(text), source) for text, source in cursor.fetchall()}
    for text, source in found:
        same = Version.objects.filter(text_sha256=text, article__source=source, at__gte=since)
        others = Article.objects.filter(current_version__in=same, text_state="ok")
        others.update(text_state="boilerplate")
    return {pk for pk, key in carried.items() if key in found}
