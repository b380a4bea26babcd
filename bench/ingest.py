"""Measures what a new article and a feed with nothing new cost, in ratios.

    python bench/ingest.py [--server-script PATH] [--mode sync|celery] [--max-ratio 1.2]
        [--max-refresh-ms 1.0] [--profile]

An article: all CPU (this process or the workers, PostgreSQL, the broker) from the bytes of its feed
to a searchable version with its dates, its cluster and its suggestions, divided by what bare
trafilatura (defaults, text only) takes for the same pages, held in memory, right before and right
after. A round whose two bare runs differ by more than 10 % is left out; the others are added up,
since a round's ratio is that of its pages: large ones cost bare extraction more than they cost us.
A refresh: the slope of CPU between 50 and 500 feeds that have nothing new, which start-up does not
touch.

Exits with 1 when a figure is above its limit, or no round was steady.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median

sys.path.insert(0, str(Path(__file__).resolve().parent))

from metered import Ingest, Workers, by_workers, here
from newsroom import SERVER_SCRIPT, ask, follow, newsroom, replayed, synthetic

DRIFT = 0.10
CHUNK = 32  # feeds of a turn: as many hosts as are asked side by side in a night
FEW, MANY = 50, 500


def main() -> int:
    args = arguments()
    feeds = args.scale * (2 * args.rounds + 2) + (0 if args.no_refresh else MANY)
    words = ["--scale", str(feeds), "--per-feed", str(args.per_feed), "--spread"]
    words += ["--story-share", str(args.story_share), "--start-share", "1"]
    words += ["--change-rate", "0", "--withdraw-rate", "0", "--seed", str(args.seed)]
    words += ["--scale-clone"] if args.pages == "real" else []
    words += ["--corpus", str(args.corpus)] if args.corpus else []
    failed = 0
    with (
        replayed(args.server_script, *words) as server,
        newsroom(broker=args.mode == "celery") as pids,
    ):
        listed = synthetic(server)
        if not args.no_articles:
            failed += articles(args, listed, pids)
        if not args.no_refresh:
            failed += refreshes(args, listed[-MANY:], pids)
    return int(bool(failed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server-script", type=Path, default=SERVER_SCRIPT)
    parser.add_argument(
        "--corpus", type=Path, help="the server's corpus, where it is not beside it"
    )
    parser.add_argument("--mode", choices=("sync", "celery"), default="sync")
    parser.add_argument(
        "--pages",
        choices=("real", "plain"),
        default="real",
        help="what surrounds the synthetic text: a stored page of a publisher, or next to nothing",
    )
    parser.add_argument("--scale", type=int, default=CHUNK, help="feeds of a round")
    parser.add_argument("--per-feed", type=int, default=10, help="articles of a feed, up to 200")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--story-share", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-articles", action="store_true")
    parser.add_argument("--no-refresh", action="store_true")
    parser.add_argument("--max-ratio", type=float, default=float("inf"))
    parser.add_argument("--max-refresh-ms", type=float, default=float("inf"))
    parser.add_argument("--reader-python", type=Path, help="a Python with lemon24/reader installed")
    parser.add_argument("--profile", action="store_true", help="what our time goes to, afterwards")
    args = parser.parse_args()
    if not args.server_script.is_file():
        parser.error("no replay server: name it with --server-script")
    return args


# --- articles ------------------------------------------------------------------------------


def articles(args: argparse.Namespace, listed: list[str], pids: dict[str, int]) -> int:
    """Measure rounds until enough were steady. Returns 1 when their sum is above the limit."""
    ours = {"sync": here, "celery": by_workers}[args.mode]
    # short turns, so that what else the machine does strikes both alike
    turn = CHUNK if args.mode == "sync" else args.scale
    batches = [listed[i : i + args.scale] for i in range(0, len(listed), args.scale)]
    steady: list[Round] = []
    with Workers(args.mode) as pids["workers"]:
        taken(batches[0], turn, args.per_feed, ours, pids)
        analyze()
        for batch in batches[1 : 2 * args.rounds + 1]:
            found = taken(batch, turn, args.per_feed, ours, pids)
            print(f"round: {found}{'' if found.steady else '; left out: not steady'}", flush=True)
            steady += [found] if found.steady else []
            if len(steady) == args.rounds:
                break
    concerned()
    if args.profile:
        from profiling import profile

        keys = follow(batches[2 * args.rounds + 1])
        profile(lambda: ours(keys, pids), "an article", len(keys) * args.per_feed)
    if not steady:
        print("article: no steady round")
        return 1
    whole, ratios = sum(steady, Round()), [found.ratio for found in steady]
    print(
        f"article ({args.mode}, {whole.made} of {args.pages} pages of {whole.kilobytes:.0f} kB):"
        f" {whole.ratio:.2f}x bare extraction in all, {min(ratios):.2f} to {max(ratios):.2f} in"
        f" {len(steady)} rounds"
    )
    return int(whole.ratio > args.max_ratio)


@dataclass(slots=True)
class Round:
    """What one round cost: CPU seconds of ours by process, and of bare extraction around it."""

    ours: Counter[str] = field(default_factory=Counter)
    before: float = 0.0
    after: float = 0.0
    pages: int = 0
    made: int = 0
    bytes: int = 0

    @property
    def ratio(self) -> float:
        return (sum(self.ours.values()) / self.made) / (self.bare / self.pages)

    def __add__(self, other: Round) -> Round:
        return Round(
            self.ours + other.ours,
            self.before + other.before,
            self.after + other.after,
            self.pages + other.pages,
            self.made + other.made,
            self.bytes + other.bytes,
        )

    @property
    def steady(self) -> bool:
        """Whether it may count: nothing was lost, and the machine ran as fast before as after."""
        return self.drift <= DRIFT and self.made == self.pages

    @property
    def bare(self) -> float:
        return fmean((self.before, self.after))

    @property
    def drift(self) -> float:
        return abs(self.before - self.after) / min(self.before, self.after)

    @property
    def kilobytes(self) -> float:
        return self.bytes / self.pages / 1000

    def __str__(self) -> str:
        shares = ", ".join(
            f"{name} {1000 * seconds / self.made:.1f}" for name, seconds in self.ours.items()
        )
        return (
            f"{self.ratio:.2f}x; ours {1000 * sum(self.ours.values()) / self.made:.1f} ms an"
            f" article ({shares}), bare {1000 * self.before / self.pages:.1f} before and"
            f" {1000 * self.after / self.pages:.1f} after; {self.made} of {self.pages} articles"
        )


def taken(feeds: list[str], turn: int, per_feed: int, ours: Ingest, pids: dict[str, int]) -> Round:
    """Take one round over these feeds: bare extraction, ours, bare extraction, in turns."""
    found = Round()
    for start in range(0, len(feeds), turn):
        some = feeds[start : start + turn]
        pages = fetched(some, per_feed)
        keys = follow(some)
        found.before += bare(pages)
        spent, made = ours(keys, pids)
        found.after += bare(pages)
        found.ours.update(spent)
        found.made += made
        found.pages += len(pages)
        found.bytes += sum(len(zlib.decompress(page)) for page in pages)
    return found


def fetched(feeds: list[str], per_feed: int) -> list[bytes]:
    """The pages behind these feeds, compressed, so that a round fits into memory."""
    places = [feed.rsplit("/", 1)[0] for feed in feeds]
    return [
        zlib.compress(ask(f"{place}/a/s{i:06d}.html"), 1)
        for place in places
        for i in range(per_feed)
    ]


def bare(pages: list[bytes]) -> float:
    """CPU seconds of trafilatura's defaults over these pages."""
    import trafilatura

    spent = 0.0
    for page in pages:
        text = zlib.decompress(page).decode("utf-8", "replace")
        started = time.process_time()
        trafilatura.bare_extraction(text)
        spent += time.process_time() - started
    return spent


def analyze() -> None:
    """Let PostgreSQL plan by what it knows of a site that has been running: nothing is due."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def concerned() -> None:
    """Say how many articles passed the filter of the story: matching them is part of the cost."""
    from sources.models import Article
    from tracker.models import StoryArticle, Suggestion

    held = Article.objects.with_text()
    share = 100 * StoryArticle.objects.count() / max(held.count(), 1)
    clusters = held.values("cluster").distinct().count()
    print(
        f"the story: {share:.1f} % of {held.count()} articles passed its filter,"
        f" {Suggestion.objects.count()} suggestions; {clusters} clusters"
    )


# --- feeds with nothing new ----------------------------------------------------------------


def refreshes(args: argparse.Namespace, listed: list[str], pids: dict[str, int]) -> int:
    """Measure the slope. Returns 1 when it is above the limit."""
    from django.conf import settings

    from sources.models import FeedItem, Fetch

    allowed = settings.INGEST["new_per_feed"]
    settings.INGEST["new_per_feed"] = 0  # items without their articles: they are not the subject
    keys = follow(listed)
    here(keys, pids)
    settings.INGEST["new_per_feed"] = allowed
    FeedItem.objects.update(waiting=False)
    here(keys, pids)
    analyze()
    slopes: list[float] = []
    for _ in range(args.rounds):
        few, many = (here(keys[:n], pids)[0] for n in (FEW, MANY))
        each = {name: 1000 * (many[name] - few[name]) / (MANY - FEW) for name in many}
        slopes.append(sum(each.values()))
        shares = ", ".join(f"{name} {ms:.2f}" for name, ms in each.items())
        print(f"round: {slopes[-1]:.2f} ms a feed with nothing new ({shares})", flush=True)
    last = Fetch.objects.exclude(feed=None).order_by("-pk")[:MANY].values_list("status", "outcome")
    short = sum(status == 304 for status, _ in last)
    quiet = sum(outcome == "unchanged" for _, outcome in last)
    print(
        f"refresh: {median(slopes):.2f} ms a feed with nothing new, {min(slopes):.2f} to"
        f" {max(slopes):.2f} in {len(slopes)} rounds ({quiet} of {MANY} unchanged, {short} by 304)"
    )
    if args.reader_python:
        peer = Path(__file__).with_name("peer_reader.py")
        words = [args.reader_python, peer, str(FEW), str(args.rounds)]
        subprocess.run(words, input="\n".join(listed), text=True, check=True)
    if args.profile:
        from profiling import profile

        profile(lambda: here(keys, pids), "a feed", len(keys))
    return int(median(slopes) > args.max_refresh_ms)


if __name__ == "__main__":
    sys.exit(main())
