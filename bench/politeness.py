"""Measure at the other end how gently the workers ask, and what one slow host costs the others.

    python bench/politeness.py            # 20 hosts with a gap; 100 hosts, one of them 60 s slow
    python bench/politeness.py --short    # fewer articles, and a slow host of 6 s
    python bench/politeness.py --only counted   # what the replay server counts

Loopback only, in a temporary folder. The journal of the servers, and the counters of the replay
server where there is one, are the witness, not our own tables.
Prints one line per rule; exits 1 when one is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsroom import SERVER_SCRIPT, ask, replayed, synthetic  # noqa: E402
from press import Asked, Press  # noqa: E402

from tests.system.newsroom import Newsroom, wait_until  # noqa: E402

Found = tuple[str, bool, str]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--per-feed", type=int, default=12)
    parser.add_argument("--gap", type=float, default=1.0, help="seconds between requests")
    parser.add_argument("--slow", type=float, default=60, help="seconds of the slow host's answers")
    parser.add_argument("--beside", type=int, default=99, help="hosts beside the slow one")
    parser.add_argument("--own-gap", type=float, default=5, help="gap of the hosts beside it")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of measurements")
    parser.add_argument("--only", choices=["gentle", "counted", "slow"], help="one part of it")
    parser.add_argument("--server-script", type=Path, default=SERVER_SCRIPT)
    parser.add_argument("--short", action="store_true")
    args = parser.parse_args()
    if args.short:
        args.per_feed, args.gap, args.slow = 5, 0.5, 6
    with tempfile.TemporaryDirectory(prefix="claimline-politeness-") as folder:
        room = Newsroom(
            Path(folder) / "var",
            SWEEP_EVERY="5",
            DRAIN_SECONDS="25",
            FETCH_STALL_TIMEOUT=str(args.slow + 15),
            FETCH_FEED_TIMEOUT=str(args.slow + 15),
            FETCH_PAGE_TIMEOUT=str(args.slow + 15),
        )
        try:
            room.open()
            os.environ |= room.environment
            import django

            django.setup()
            parts = {"gentle": gentle, "counted": counted, "slow": slow_host}
            wanted = [args.only] if args.only else list(parts)
            found = [line for part in wanted for line in parts[part](room, args)]
        finally:
            room.close()
    for name, held, detail in found:
        print(f"{'ok  ' if held else 'FAIL'} {name}: {detail}")
    return int(not all(held for _, held, _ in found))


def night(room: Newsroom, feeds: list[str], wanted, gap: float, patience: float) -> None:
    """One run over all outlets with two workers of four processes, until `wanted()`."""
    from django.db import connection

    from sources.ingest.subscribe import Subscription, subscribe

    room.empty_broker()
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE sources_source, sources_host, sources_run, sources_cluster CASCADE"
        )
    for url in feeds:
        subscribe(Subscription(url, name=url.split("/")[2]))
    for _ in range(2):
        room.ready_worker(processes=4, FETCH_HOST_GAP=str(gap))
    for worker in room.programs:
        wait_until(lambda worker=worker: len(worker.children()) >= 4, "its pool", 60)
    room.beat()
    room.send("sources.nightly")
    wait_until(wanted, "the end of the night", patience, every=0.2)
    room.end_programs()


def closed() -> bool:
    from sources.models import Run

    return Run.objects.filter(finished_at__isnull=False).exists()


def gentle(room: Newsroom, args) -> list[Found]:
    """Many workers at a few hosts: what each host saw."""
    with Press(args.hosts, args.per_feed, delay=0.05, private=4) as press:
        night(room, press.feeds(), closed, args.gap, 60 + args.per_feed * args.gap * 12)
    hosts: dict[str, list[Asked]] = defaultdict(list)
    for asked in sorted(press.journal, key=lambda asked: asked.start):
        hosts[asked.host].append(asked)
    pairs = [pair for asked in hosts.values() for pair in pairwise(asked)]
    overlaps = sum(later.start < first.end for first, later in pairs)
    closest = min(later.start - first.start for first, later in pairs)
    twice = sum(n - 1 for n in Counter((a.host, a.path) for a in press.journal).values())
    private = sum(asked.path.startswith("/private/") for asked in press.journal)
    allowed = {(h, press.path(n)) for h in press.hosts for n in range(args.per_feed)}
    allowed = {pair for pair in allowed if not pair[1].startswith("/private/")}
    missed = len(allowed - {(asked.host, asked.path) for asked in press.journal})
    total = f"{len(press.journal)} requests to {len(hosts)} hosts"
    return [
        ("a host has one request at a time", not overlaps, f"{total}, {overlaps} overlap"),
        (
            "never closer than the gap",
            closest >= args.gap,
            f"{closest:.3f} s at the closest, gap {args.gap} s",
        ),
        ("nothing is asked twice within a run", not twice, f"{twice} asked again"),
        ("robots.txt is obeyed", not private, f"{private} forbidden pages asked for"),
        ("every allowed page is asked for", not missed, f"{missed} of {len(allowed)} left out"),
    ]


def counted(room: Newsroom, args) -> list[Found]:
    """Many workers at the publishers of the replay server: what `/__stats` says of each."""
    if not args.server_script.is_file():
        print(f"no replay server at {args.server_script}: its counters are not asked")
        return []
    words = ["--scale", str(args.hosts), "--per-feed", str(args.per_feed)]
    words += ["--spread", "--start-share", "1"]
    with replayed(args.server_script, *words) as server:
        night(room, synthetic(server), closed, args.gap, 60 + args.per_feed * args.gap * 12)
        stats = json.loads(ask(f"{server}/__stats"))
    hosts = {name: row for name, row in stats["publishers"].items() if name.startswith("scale-")}
    most = max(row["max_concurrent"] for row in hosts.values())
    closest = min(row["min_gap_ms"] for row in hosts.values()) / 1000
    paths = {path: row for path, row in stats["paths"].items() if path.startswith("/scale-")}
    twice = sum(row["requests"] - 1 for row in paths.values())
    pages = sum(row["article"] for row in hosts.values())
    total = f"{sum(row['requests'] for row in hosts.values())} requests to {len(hosts)} publishers"
    expected = args.hosts * args.per_feed
    return [
        ("/__stats: one request at a time", most == 1, f"{total}, {most} at once at most"),
        ("/__stats: never closer than the gap", closest >= args.gap, f"{closest:.3f} s"),
        ("/__stats: nothing is asked twice", not twice, f"{twice} asked again"),
        ("/__stats: every page is asked for", pages == expected, f"{pages} of {expected}"),
    ]


def slow_host(room: Newsroom, args) -> list[Found]:
    """Until when the others are done, without and with one slow host among them.

    What else runs on the machine comes and goes: the two are measured in turn, first the one and
    then the other, and the growth is the median of the pairs' own.
    """
    pairs = []
    for number in range(args.rounds):
        order = (0.0, args.slow) if number % 2 else (args.slow, 0.0)
        times = {slow: others(room, args, slow) for slow in order}
        pairs.append((times[0.0], times[args.slow]))
        print(f"pair {number + 1}: alone {times[0.0]:.1f} s, beside {times[args.slow]:.1f} s")
    alone, beside = (median(times) for times in zip(*pairs, strict=True))
    grown = median(after / before - 1 for before, after in pairs)
    said = (
        f"{args.beside} hosts done in {alone:.1f} s, with one host of {args.slow:.0f} s"
        f" beside them in {beside:.1f} s (medians); grown by {grown:+.1%} (median of {len(pairs)})"
    )
    return [("a slow host costs the others less than 5 %", grown < 0.05, said)]


def others(room: Newsroom, args, slow: float) -> float:
    """Seconds from the first request to the last answer of every host but the last one."""
    count = args.beside + 1
    with Press(count, 3, delay=0.1, slow={0: slow} if slow else {}) as press:
        expected = args.beside * 5  # the feed, robots.txt, three pages

        def done() -> bool:
            rest = [a for a in press.journal if a.host != press.hosts[0] and a.end]
            return len(rest) >= expected

        night(room, press.feeds(), done, args.own_gap, 300 + 3 * slow)
        rest = [a for a in press.journal if a.host != press.hosts[0]]
    return max(a.end for a in rest) - min(a.start for a in rest)


if __name__ == "__main__":
    started = time.monotonic()
    status = main()
    print(f"took {time.monotonic() - started:.0f} s")
    sys.exit(status)
