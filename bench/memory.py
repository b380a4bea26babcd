"""Measures the memory of one worker through broken files and a synthetic run.

    python bench/memory.py [--server-script PATH] [--scale 200 --per-feed 500] [--limit-mb 400]
    python bench/memory.py --minutes 60                 # as many of them as an hour brings

This process is the worker: it does what a Celery worker's child does, for longer than one lives.
Prints the highest resident memory of each part, and how it rose with the articles: the slope over
the second half, when caches are full, and what it makes of a run that was cut short. Exits with 1
above the limit.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from statistics import linear_regression

sys.path.insert(0, str(Path(__file__).resolve().parent))

from newsroom import ROOT, SERVER_SCRIPT, ask, follow, memory, newsroom, replayed, synthetic
from press import Press, article

sys.path.insert(0, str(ROOT))

from sources.ingest import heap
from sources.ingest.pagesize import MAX_BYTES

TURN = 2  # feeds between two looks


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server-script", type=Path, default=SERVER_SCRIPT)
    parser.add_argument("--pages", choices=("real", "plain"), default="real")
    parser.add_argument("--scale", type=int, default=200)
    parser.add_argument("--per-feed", type=int, default=500, help="articles of a feed")
    parser.add_argument("--large", type=int, default=64, help="pages of the largest size")
    parser.add_argument("--minutes", type=float, help="end the synthetic run after so long")
    parser.add_argument("--limit-mb", type=float, default=400)
    args = parser.parse_args()
    heap.keep_small()  # as a worker does when it starts
    words = ["--scale", str(args.scale), "--per-feed", str(args.per_feed), "--spread"]
    words += ["--start-share", "1", "--story-share", ".05"]
    words += ["--scale-clone"] if args.pages == "real" else []
    with replayed(args.server_script, *words) as server, newsroom():
        print(f"at the start: {memory('VmRSS'):.0f} MB", flush=True)
        highest = [broken(server), large(args.large), growing(synthetic(server), args)]
    return int(max(highest) > args.limit_mb)


def broken(server: str) -> float:
    """Work through every broken feed and page. Returns the peak in MB."""
    from django.db import transaction
    from django.utils import timezone

    from sources.ingest.store import articles
    from sources.ingest.store.articles import Lead

    place = f"{server}/malformed.example/"
    files = re.findall(r'href="([^"]+)"', ask(place).decode())
    feeds = [place + file for file in files if file.startswith("feeds/")]
    pages = [Lead(place + file, title="") for file in files if file.startswith("pages/")]
    with transaction.atomic():
        articles.lock_making()
        articles.make(pages, feed=None, run=None, now=timezone.now(), arrival="url")
    forget_peak()
    drained(follow(feeds, fetch_pages=False))  # their items lead nowhere
    peak = memory("VmHWM")
    print(
        f"broken files: {len(feeds)} feeds and {len(pages)} pages; peak {peak:.0f} MB,"
        f" {memory('VmRSS'):.0f} MB afterwards",
        flush=True,
    )
    return peak


class Heavy(Press):
    """Outlets whose pages are as large as a page may be, half text and half script."""

    def page(self, outlet: int, number: int) -> bytes:
        """A page of the largest size."""
        head, foot = article(outlet, number).split(b"</article>")
        more = article(outlet, number + 1).split(b"<h1>")[1].split(b"</article>")[0]
        script = b"<script>" + b"x" * (MAX_BYTES // 2 - 10_000) + b"</script>"
        text = more * (MAX_BYTES // 2 // len(more) - 2)
        return head + text + script + b"</article>" + foot


def large(pages: int) -> float:
    """Work through so many pages of the largest size, of several hosts. Returns the peak in MB."""
    forget_peak()
    with Heavy(8, -(-pages // 8)) as press:
        drained(follow(press.feeds()))
    peak = memory("VmHWM")
    print(f"{pages} largest pages: peak {peak:.0f} MB, {memory('VmRSS'):.0f} MB afterwards")
    return peak


def growing(listed: list[str], args: argparse.Namespace) -> float:
    """Ingest the synthetic feeds, a few at a time. Returns the peak in MB."""
    from sources.models import Version

    forget_peak()
    start = Version.objects.count()
    end = time.monotonic() + (args.minutes or 7 * 24 * 60) * 60
    looks: list[tuple[float, float]] = []
    for at in range(0, len(listed), TURN):
        whole(follow(listed[at : at + TURN]))
        looks.append((Version.objects.count() - start, memory("VmRSS")))
        over = time.monotonic() > end or at + TURN >= len(listed)
        if at // TURN % 10 == 9 or over:
            print(f"  {looks[-1][0]:6.0f} articles: {looks[-1][1]:.0f} MB", flush=True)
        if over:
            break
    peak = memory("VmHWM")
    print(f"synthetic run: {looks[-1][0]:.0f} articles; peak {peak:.0f} MB", flush=True)
    trend(looks, peak, args.scale * args.per_feed)
    return peak


def trend(looks: list[tuple[float, float]], peak: float, asked_for: int) -> None:
    """Say how memory rose with the articles, and what that makes of all that were asked for."""
    later = looks[len(looks) // 2 :]
    if len(later) < 3:
        return
    slope = linear_regression(*zip(*later, strict=True)).slope
    said = f"slope over the second half: {1000 * slope:.2f} MB per 1,000 articles"
    if (left := asked_for - looks[-1][0]) > asked_for / 50:
        said += f"; carried on to {asked_for:,}: {peak + max(slope, 0) * left:.0f} MB"
    print(said)


def whole(keys: list[int]) -> None:
    """Poll these feeds until every page they offer was asked for: one poll opens 200 of a feed."""
    from sources.models import FeedItem

    drained(keys)
    while FeedItem.objects.filter(feed__in=keys, waiting=True).exists():
        drained(keys)


def drained(keys: list[int]) -> None:
    """Poll these feeds and do all the work that is ready then."""
    from django.utils import timezone

    from sources.ingest import run, runs
    from sources.models import Feed

    opened = runs.open_manual(Feed.objects.filter(pk__in=keys), timezone.now())
    run.drain_here(opened, 2, lambda: None)
    runs.close(opened, timezone.now())


def forget_peak() -> None:
    """Let the kernel note the highest memory anew (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    sys.exit(main())
