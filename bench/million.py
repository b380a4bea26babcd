"""A table of a million articles' sketches, and what looking up the copies of one more takes."""

from __future__ import annotations

import argparse
import random
import time
from datetime import UTC, datetime
from typing import Any

DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
P50_MS, P95_MS = 2.0, 15.0
HASHES = 32  # of an article's sketch, on average
PART = 50_000  # articles filled in at once


def scale(args: argparse.Namespace) -> int:
    """Fill the tables, then time the look-up that each new article costs."""
    filled = time.monotonic()
    fill(args.articles, args.seed)
    print(
        f"scale: {args.articles} articles filled in {time.monotonic() - filled:.0f} s", flush=True
    )
    chance = random.Random(args.seed + 1)
    failed = 0
    for kind in ("new texts", "copies"):
        spent = sorted(lookup(args, kind, chance) for _ in range(args.lookups))
        p50, p95 = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
        above = p50 > P50_MS or p95 > P95_MS
        failed += above
        print(
            f"scale, {kind}: p50 {p50:.2f} ms, p95 {p95:.2f} ms, max {spent[-1]:.1f} ms of"
            f" {args.lookups} look-ups{'  ABOVE' if above else ''}",
            flush=True,
        )
    return failed


def fill(articles: int, seed: int) -> None:
    """So many articles with a sketch each; one in seven carries the text of another, and a phrase
    that every tenth page carries stands for a publisher's boilerplate.

    A part after the other, and the sketches' indexes afterwards: row by row, with the indexes and
    foreign keys kept up, a million takes the better part of an hour.
    """
    from django.db import connection

    from sources.models import Sketch, Source

    source, _ = Source.objects.get_or_create(slug="measured", defaults={"name": "Measured"})
    shared = {"all": articles, "source": source.pk, "at": DAY, "hashes": HASHES}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")  # no trigger nor foreign key
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("ALTER TABLE sources_sketch SET UNLOGGED")
        cursor.execute("SELECT setseed(%s)", [seed / 1000])
        cursor.execute(TEXTS, shared)
        bare(Sketch)
        for first in range(1, articles + 1, PART):
            for statement in FILL:
                cursor.execute(statement, shared | {"first": first, "last": first + PART - 1})
            print(f"  {min(first + PART - 1, articles)} articles stored", flush=True)
        indexed(Sketch)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE sources_article, sources_sketch")


def bare(model: Any) -> None:
    """Drop the indexes of a table that the model declares."""
    from django.db import connection

    with connection.schema_editor() as editor:
        for constraint in model._meta.constraints:
            editor.remove_constraint(model, constraint)
        for index in model._meta.indexes:
            editor.remove_index(model, index)


def indexed(model: Any) -> None:
    """Build them again, as the migrations left them."""
    from django.db import connection

    for what in (*model._meta.constraints, *model._meta.indexes):
        with connection.schema_editor() as editor:
            unique = what in model._meta.constraints
            (editor.add_constraint if unique else editor.add_index)(model, what)
        print(f"  {what.name} built", flush=True)


# An article's text is that of number `text`; its hashes are made of that number, times 16.
TEXTS = (
    "CREATE TEMP TABLE filled AS SELECT n, CASE WHEN random() < .15 AND n > 100"
    " THEN 1 + floor(random() * n / 20)::bigint * 20 ELSE n END AS text,"
    " 100000000 + n AS article, %(at)s - n * interval '45 days' / %(all)s AS at"
    " FROM generate_series(1, %(all)s) AS n"
)
_THESE = " FROM filled WHERE n BETWEEN %(first)s AND %(last)s"
FILL = (
    "INSERT INTO sources_cluster (id, basis) SELECT DISTINCT 100000000 + text, 'unknown'"
    + _THESE
    + " ON CONFLICT DO NOTHING",
    "INSERT INTO sources_article (id, source_id, cluster_id, url, title, author, language,"
    " published_precision, published_from, date_flags, first_seen_at, sort_at, text_state,"
    " state_detail, arrival, watched, etag, last_modified) SELECT article, %(source)s,"
    " 100000000 + text, 'https://filled.example/' || n, '', '', '', 'unknown', 'none', '{}',"
    " at, at, 'ok', '', 'feed', FALSE, '', ''" + _THESE,
    "INSERT INTO sources_sketch (hash, article_id, at) SELECT hashint8extended(text, k) / 16 * 16,"
    " article, at FROM (SELECT *" + _THESE + ") AS these, generate_series(1, %(hashes)s) AS k",
    "INSERT INTO sources_sketch (hash, article_id, at) SELECT k * 16, article, at"
    " FROM (SELECT *" + _THESE + " AND n %% 10 = 0) AS these, generate_series(1, 4) AS k",
)


def lookup(args: argparse.Namespace, kind: str, chance: random.Random) -> float:
    """Milliseconds of finding the home of one article among the filled ones, looked up with as many
    others as are read together."""
    from django.db import transaction

    from sources.ingest.run import AT_ONCE
    from sources.ingest.store import copies, sketches
    from sources.models import Article

    articles = [Article(pk=n, sort_at=DAY) for n in range(1, AT_ONCE + 1)]
    own = {article.pk: frozenset(drawn(args, kind, chance)) for article in articles}
    with transaction.atomic():
        sketches.keep(own, DAY)
        started = time.perf_counter()
        sharers = sketches.sharing(own)
        moving = [article for article in articles if article.pk in sharers]
        near = copies.Neighbourhood(moving, sharers, own)
        for article in moving:
            near.homes(article, near.sharing(article))
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return 1000 * spent / AT_ONCE


def drawn(args: argparse.Namespace, kind: str, chance: random.Random) -> set[int]:
    """The hashes of a new text, or of one that is held; one in ten has the phrase of many."""
    hashes = {chance.randrange(-(2**59), 2**59) * 16 for _ in range(HASHES)}
    if kind == "copies":
        hashes = set(sketch_of(chance.randrange(args.articles // 2, args.articles)))
    return hashes | {16, 32, 48, 64} if chance.random() < 0.1 else hashes


def sketch_of(number: int) -> list[int]:
    from sources.models import Sketch

    rows = Sketch.objects.filter(article=100_000_000 + number)
    return list(rows.values_list("hash", flat=True))
