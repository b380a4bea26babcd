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

sys.path.insert(0, str(Path(__file__).resolve().parent))

import million
from newsroom import ROOT, SERVER_SCRIPT, ask, newsroom, replayed, synthetic
from treatments import TREATMENTS, Made, holders, real_articles

DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
BAR = 0.99
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
            failed += million.scale(args)
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
            sort_at=at,
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


if __name__ == "__main__":
    sys.exit(main())
