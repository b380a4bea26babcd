"""Measures whether copies of one text are found, and what finding them costs among a million.

    python bench/copies.py [--corpus PATH] [--server-script PATH] [--articles 1000000]
        [--only perturbed|planted|scale]

Three parts, each through the code that stores an article (`store.copies.assign_all`):

- *perturbed*: real articles of the corpus as desks treat wire copy (a headline of their own, cut by
  30 and by 60 %, paragraphs dropped, a local beginning, words edited, all of that). Beside them
  texts that hold a part of others: roundups of two and three, and a report that quotes a quarter.
  These come afterwards and are counted apart: what they hold, and whether an editor is asked.
- *planted*: pages of the replay server, whose truth says which are one wire text.
- *scale*: a table of so many articles' sketches, all within its 45 days; what looking up one more
  article takes, in the batches in which they are read, of new texts and of copies, and while a
  phrase stands in every tenth page.

Precision and recall are of pairs. Exits with 1 when one is below 0.99 or a look-up above its bar.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from newsroom import ROOT, SERVER_SCRIPT, ask, newsroom, replayed, synthetic
from treatments import TREATMENTS, Made, holders, real_articles

DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
BAR = 0.99
P50_MS, P95_MS = 2.0, 15.0
HASHES = 32  # of an article's sketch, on average
PART = 50_000  # articles filled in at once
Stored = tuple[str, int, int]  # the same, with the key it was stored under


def main() -> int:
    args = arguments()
    failed = 0
    with newsroom():
        if args.only in (None, "perturbed"):
            failed += perturbed(args)
        if args.only in (None, "planted"):
            failed += planted(args)
        if args.only in (None, "scale"):
            failed += scale(args)
    return int(bool(failed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--server-script", type=Path, default=SERVER_SCRIPT)
    parser.add_argument("--only", choices=("perturbed", "planted", "scale"))
    parser.add_argument("--feeds", type=int, default=40, help="publishers of planted copies")
    parser.add_argument("--per-feed", type=int, default=40)
    parser.add_argument("--wire-share", type=float, default=0.4)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=200, help="of as many as are read at once")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


# --- through the store -----------------------------------------------------------------------


def store(text: str, at: datetime) -> int:
    """Store one article with this text as the ingest does, its cluster included. Its key."""
    from django.db import transaction

    from sources.ingest.extract import Document
    from sources.ingest.store import copies
    from sources.models import Article, Cluster, Source, Version

    source, _ = Source.objects.get_or_create(slug="measured", defaults={"name": "Measured"})
    with transaction.atomic():
        article = Article.objects.create(
            source=source,
            cluster=Cluster.objects.create(),
            url=f"https://measured.example/{time.monotonic_ns()}",
            sort_at=at,
        )
        Version.objects.create(
            article=article,
            seq=1,
            title="",
            text=text,
            text_sha256=bytes(32),
            extractor="measured",
            words=len(text.split()),
        )
        read = Document("ok", "", text, "", "", (), "", "", (), "measured", 0, "utf-8", ())
        copies.assign_all([(article, read)], at)
    return int(article.pk)


def clusters() -> dict[int, int]:
    """The cluster of each article."""
    from sources.models import Article

    return dict(Article.objects.values_list("pk", "cluster"))


def judged(truth: dict[int, object]) -> tuple[float, float]:
    """Precision and recall of pairs; `truth` names the text of each article."""
    held = clusters()
    found = grouped((held[article], article) for article in truth)
    meant = grouped((text, article) for article, text in truth.items())
    pairs = {pair for group in found.values() for pair in combinations(sorted(group), 2)}
    wanted = {pair for group in meant.values() for pair in combinations(sorted(group), 2)}
    right = len(pairs & wanted)
    return right / max(len(pairs), 1), right / max(len(wanted), 1)


def grouped(pairs: Iterable[tuple[object, int]]) -> dict[object, list[int]]:
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def report(name: str, precision: float, recall: float) -> int:
    below = min(precision, recall) < BAR
    print(
        f"{name}: precision {precision:.4f}, recall {recall:.4f}{'  BELOW' if below else ''}",
        flush=True,
    )
    return int(below)


# --- what desks do to real articles ------------------------------------------------------------


def perturbed(args: argparse.Namespace) -> int:
    """Every treatment of every article, in an order drawn by the seed; then what holds parts."""
    chance = random.Random(args.seed)
    texts = list(real_articles(args.corpus))
    hosts, bases = texts[: len(texts) // 4], texts[len(texts) // 4 :]
    copies: list[Made] = [("as sent", place, base) for place, base in enumerate(bases)]
    for name, make in TREATMENTS.items():
        copies += [(name, place, make(base, hosts, chance)) for place, base in enumerate(bases)]
    stored = in_some_order(copies, chance)
    missed(stored)
    truth: dict[int, object] = {key: place for _name, place, key in stored}
    below = report(f"perturbed ({len(bases)} articles, {len(truth)} texts)", *judged(truth))
    holding(stored, in_some_order(list(holders(bases, hosts, chance)), chance))
    report("  the same pairs, with those texts among them", *judged(truth))
    return below


def in_some_order(texts: list[Made], chance: random.Random) -> list[Stored]:
    """Store texts within a day and a half, in an order drawn by chance."""
    chance.shuffle(texts)
    return [
        (name, place, store("\n".join(text), DAY + timedelta(minutes=n % 2000)))
        for n, (name, place, text) in enumerate(texts)
    ]


def missed(stored: list[Stored]) -> None:
    """Print for each treatment how many stand with the majority of their text."""
    held = clusters()
    homes: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for _name, place, key in stored:
        homes[place][held[key]] += 1
    for wanted in ("as sent", *TREATMENTS):
        rows = [(place, key) for name, place, key in stored if name == wanted]
        home = sum(held[key] == homes[place].most_common(1)[0][0] for place, key in rows)
        print(f"  {wanted}: {home} of {len(rows)} with their text")


def holding(copies: list[Stored], stored: list[Stored]) -> None:
    """Print what became of the texts that hold parts of others."""
    from sources.models import TextPair

    held = clusters()
    texts: defaultdict[int, set[int]] = defaultdict(set)
    for _name, place, key in copies:
        texts[held[key]].add(place)
    asked = {key for pair in TextPair.objects.values_list("one", "other") for key in pair}
    for wanted in ("roundup of two", "roundup of three", "quotes a quarter"):
        keys = [key for name, _place, key in stored if name == wanted]
        joined = sum(held[key] in texts for key in keys)
        print(
            f"  {wanted}: {len(keys)}, of which {joined} stand with one text they hold;"
            f" an editor is asked about {sum(key in asked for key in keys)}"
        )
    print(f"  clusters in which two texts are tied: {sum(len(s) > 1 for s in texts.values())}")


# --- planted copies ----------------------------------------------------------------------------


def planted(args: argparse.Namespace) -> int:
    """The pages of synthetic publishers, read by our extraction, in an order of publication."""
    from sources.ingest.extract import extract

    words = ["--scale", str(args.feeds), "--per-feed", str(args.per_feed), "--start-share", "1"]
    words += ["--wire-share", str(args.wire_share), "--seed", str(args.seed), "--spread"]
    words += ["--change-rate", "0", "--withdraw-rate", "0", "--corpus", str(args.corpus)]
    truth: dict[int, object] = {}
    with replayed(args.server_script, *words) as server:
        places = [feed.rsplit("/", 1)[0] for feed in synthetic(server)]
        order = [(i, place) for place in places for i in range(args.per_feed)]
        random.Random(args.seed).shuffle(order)
        for n, (i, place) in enumerate(order):
            url = f"{place}/a/s{i:06d}.html"
            host = place.split("//")[1].split("/")[0].split(":")[0]
            recipe = json.loads(ask(f"{server}/__truth/scale?host={named(place)}&i={i}"))
            document = extract(ask(url), url=url, content_type="text/html; charset=utf-8")
            wire = recipe["wire"]
            own = (host, i) if wire is None else wire
            truth[store(document.text, DAY + timedelta(minutes=n))] = own
    return report(f"planted ({len(truth)} pages)", *judged(truth))


def named(place: str) -> str:
    """The publisher's name in the address of its place on the replay server."""
    return next(part for part in place.replace(":", "/").split("/") if part.startswith("scale-"))


# --- a million ---------------------------------------------------------------------------------


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


if __name__ == "__main__":
    sys.exit(main())
