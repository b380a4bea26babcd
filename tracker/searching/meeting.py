"""Meets the newest articles that say what was asked for, reading no more than that takes.

An index of words knows no dates: of a common word it lists most of the archive, of which the newest
thirty are to be found. So the newest versions are read first. How many of them say it tells how far
back the others lie: of a very common word it is cheapest to read on; of others, the stretch of time
that should hold enough is asked for in the index of words and that of dates at once, without a text
being read; of a rare word the index lists few, and all are fetched. PostgreSQL goes on to the rest
only while too few were met.

Whether words stand side by side is in the texts alone. So those that have the words are met first,
and so many of them are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone

from sources.models.article import READERS, ArticleQuerySet
from tracker.matching.terms import Node
from tracker.searching.conditions import LANGUAGES
from tracker.searching.facets import Hit
from tracker.searching.finding import Place
from tracker.searching.lexemes import has_beginning, has_phrase, is_script_only, query_text

NEAR = 200  # of the newest versions are read before an index of words is asked
READ = 1000  # articles that have the words of a phrase are read for it
DEAR = 50  # times as much as an entry that an index lists costs a text that is read
MANY = 3  # times as much costs an entry that is listed under one of many words with a beginning
SHARE = 0.25  # of all versions, at the most, the index of dates is worth asking for
AMPLE = 1.5  # times as long a stretch is asked for as should hold enough

_NEWEST = """
WITH ends AS MATERIALIZED (
  SELECT least(%(top)s, (SELECT max(sort_at) FROM sources_version)) AS top,
    %(bottom)s::timestamptz AS bottom,
    greatest((SELECT reltuples FROM pg_class WHERE oid = 'sources_version'::regclass), 1) AS stored
), newest AS MATERIALIZED (
  SELECT version.id, version.sort_at, version.language, version.search
  FROM sources_version version
  WHERE version.sort_at <= (SELECT top FROM ends) AND version.sort_at > (SELECT bottom FROM ends)
  ORDER BY version.sort_at DESC LIMIT %(near)s
), edge AS MATERIALIZED (
  SELECT CASE WHEN count(*) < %(near)s THEN (SELECT bottom FROM ends) ELSE min(sort_at) END AS edge
  FROM newest
), saying AS MATERIALIZED ( -- those of the same instant as the last are left to a stretch
  SELECT version.id, version.sort_at FROM newest version
  WHERE version.sort_at > (SELECT edge FROM edge) AND ({said})
), near AS MATERIALIZED (
  SELECT article.id, article.source_id, article.language, version.id AS version, version.sort_at
  FROM saying version JOIN sources_article article ON article.current_version_id = version.id
  WHERE TRUE {narrowed}
  ORDER BY version.sort_at DESC, article.id DESC
), density AS MATERIALIZED (
  SELECT *, said * met * stored > %(dear)s * %(most)s * %(near)s ^ 2 AS walked,
    %(ample)s * %(most)s * %(near)s < %(share)s * stored * met AS dated,
    greatest(bottom, edge - least(
      (top - edge) * (%(ample)s * %(most)s / greatest(met, 1)), interval '500 years'
    )) AS enough
  FROM ends, edge, (
    SELECT said, coalesce(said * %(fitting)s, (SELECT count(*) FROM near)) AS met
    FROM (SELECT count(*)::float AS said FROM saying) counted
  ) counted
  WHERE edge > bottom
), stretch AS (
  SELECT 'walked' AS way, edge AS until, enough AS since FROM density WHERE walked
  UNION ALL
  SELECT 'dated', edge, enough FROM density WHERE dated AND NOT walked
  UNION ALL
  SELECT 'listed', CASE WHEN walked OR dated THEN enough ELSE edge END, bottom FROM density
), met AS MATERIALIZED (
  SELECT * FROM (
    (SELECT * FROM near) UNION ALL
    SELECT beyond.* FROM stretch CROSS JOIN LATERAL (
      SELECT article.id, article.source_id, article.language, version.id AS version, version.sort_at
      FROM ({ways}) version JOIN sources_article article ON article.current_version_id = version.id
      WHERE TRUE {narrowed}
      ORDER BY version.sort_at DESC, article.id DESC LIMIT %(most)s
    ) beyond
  ) every LIMIT %(most)s
)"""
# OFFSET and an added nothing keep the indexes of words, or that of dates, from being asked
_WALKED = """
SELECT version.id, version.sort_at FROM (
  SELECT * FROM sources_version dated
  WHERE stretch.way = 'walked' AND sort_at > stretch.since AND sort_at <= stretch.until OFFSET 0
) version WHERE {said}"""
_DATED = """
SELECT version.id, version.sort_at FROM sources_version version
WHERE stretch.way = 'dated' AND {said}
  AND version.sort_at > stretch.since AND version.sort_at <= stretch.until"""
_LISTED = """
SELECT version.id, version.sort_at FROM sources_version version
WHERE stretch.way = 'listed' AND {said}
  AND version.sort_at + interval '0' > stretch.since
  AND version.sort_at + interval '0' <= stretch.until"""
# `stories` are those the reader may see
_FACTS = """
SELECT looked.number, looked.at, looked.last, source.name, said.sort_at::text, said.id, source.slug,
  split_part(said.language, '-', 1),
  (said.sort_at AT TIME ZONE %(zone)s)::date,
  ARRAY(
    SELECT tag.slug FROM sources_sourcetag worn JOIN sources_tag tag ON tag.id = worn.tag_id
    WHERE worn.source_id = source.id
  ),
  ARRAY(
    SELECT passed.story_id FROM tracker_storyarticle passed
    WHERE passed.article_id = said.id AND passed.dismissed_by_id IS NULL
      AND passed.story_id = ANY (%(stories)s)
  ),
  EXISTS (
    SELECT FROM sources_version cited JOIN tracker_evidence passage ON passage.version_id = cited.id
    JOIN tracker_claim claim ON claim.id = passage.claim_id
    WHERE cited.article_id = said.id AND passage.withdrawn_at IS NULL
      AND claim.story_id = ANY (%(stories)s)
  )
FROM (
  SELECT count(*) AS number, min(sort_at)::text AS at,
    (array_agg(id ORDER BY sort_at, id))[1] AS last
  FROM met
) looked
LEFT JOIN ({read}) said ON TRUE
LEFT JOIN sources_source source ON source.id = said.source_id
ORDER BY said.sort_at DESC, said.id DESC"""
_READ = """
SELECT met.* FROM met JOIN sources_version version ON version.id = met.version WHERE {said}
ORDER BY met.sort_at DESC, met.id DESC LIMIT %(wanted)s"""


@dataclass(frozen=True, slots=True)
class Met:
    """The newest hits, and after which article to go on where more may be.

    `read_since` is set where texts were read for a phrase, and not enough of them to meet as many
    as were wanted.
    """

    hits: list[Hit]
    names: dict[str, str] = field(default_factory=dict)  # of their sources, by slug
    rest: Place | None = None
    read_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles to meet: how many, of which ones, in which stretch of time.

    `top` is the last instant, `after` the article shown before; `bottom` is the last one too early.
    `fitting` is which part of the articles that say it are among those, where that is known.
    """

    number: int
    languages: Collection[str] = LANGUAGES
    among: ArticleQuerySet | None = None
    top: datetime = datetime.max.replace(tzinfo=UTC)
    bottom: datetime = datetime.min.replace(tzinfo=UTC)
    after: Place | None = None
    fitting: float | None = None


def newest(root: Node, stories: Collection[int], wanted: Wanted) -> Met:
    """The newest articles whose current version says it, in one query.

    Args:
        stories: the keys of those this person may see.
    """
    phrased = has_phrase(root)
    most = max(READ, wanted.number) if phrased else wanted.number
    parameters: dict[str, Any] = {
        "top": min(wanted.top, wanted.after.at) if wanted.after else wanted.top,
        "bottom": wanted.bottom,
        "near": NEAR,
        "dear": DEAR / MANY if has_beginning(root) else DEAR,
        "share": SHARE,
        "ample": AMPLE,
        "most": most,
        "fitting": wanted.fitting,
        "wanted": wanted.number,
        "zone": timezone.get_current_timezone_name(),
        "stories": list(stories),
    }
    loosely = _said(root, wanted.languages, parameters, loosely=True)
    met = _NEWEST.format(
        said=" OR ".join(loosely), narrowed=_narrowed(wanted, parameters), ways=_ways(loosely)
    )
    read = "SELECT * FROM met"
    if phrased:
        exactly = _said(root, wanted.languages, parameters, loosely=False)
        read = _READ.format(said=" OR ".join(exactly))
    with connection.cursor() as cursor:
        cursor.execute(met + _FACTS.format(read=read), parameters)
        return _as_met(cursor.fetchall(), wanted.number, most)


def _said(
    root: Node, languages: Collection[str], parameters: dict[str, Any], *, loosely: bool
) -> list[str]:
    """The condition that a version says it, one for each language; none fits two of them.

    Each stands in the words of the index of its language. What they ask for joins the parameters.
    """
    asked = {code if code in READERS else "" for code in languages}
    script = is_script_only(root)  # which every language's index holds alike
    conditions = []
    for (code, reader), own in zip(READERS.items(), LANGUAGES, strict=True):
        if code in asked:
            language = "simple" if script else own
            name = f"{'loosely' if loosely else 'exactly'}_{own}"
            parameters[name] = query_text(root, language, loosely=loosely)
            conditions.append(
                f"(version.language ~ '{reader}'"
                f" AND version.search @@ to_tsquery('claimline_{language}', %({name})s))"
            )
    return conditions


def _ways(said: list[str]) -> str:
    """Each way of asking for a stretch of time; of an index of words, one language at a time."""
    ways = [_WALKED.format(said=" OR ".join(said))]
    ways += [way.format(said=one) for way in (_DATED, _LISTED) for one in said]
    return " UNION ALL ".join(ways)


def _narrowed(wanted: Wanted, parameters: dict[str, Any]) -> str:
    """What an article has to fit besides."""
    conditions = ""
    if wanted.among is not None:
        try:
            sql, values = wanted.among.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # known to be none without asking
            return "AND FALSE"
        named = {f"among_{n}": value for n, value in enumerate(values)}
        parameters |= named
        places = iter(named)
        sql = re.sub("%s", lambda _place: f"%({next(places)})s", sql)
        conditions += f"AND article.id IN ({sql})"
    if wanted.after:
        parameters |= {"after_at": wanted.after.at, "after": wanted.after.article}
        conditions += " AND (version.sort_at, article.id) < (%(after_at)s, %(after)s)"
    return conditions


def _as_met(rows: list[Any], wanted: int, most: int) -> Met:
    number, at, last = rows[0][:3]
    said = [row for row in rows if row[3] is not None]  # without a hit, there is a row of none
    # a date comes as text: read by the driver, three hundred would take as long as the rest
    hits = [Hit(datetime.fromisoformat(row[4]), *row[5:]) for row in said]
    names = {row[6]: row[3] for row in said}
    if len(hits) == wanted:
        return Met(hits, names, Place(hits[-1].at, hits[-1].article))
    if number == most:
        oldest = datetime.fromisoformat(at)
        return Met(hits, names, Place(oldest, last), oldest)
    return Met(hits, names)
