"""Hurt a busy newsroom at random for a while, then count whether anything was lost or doubled.

    python bench/chaos.py --seconds 300 --feeds 200 --per-feed 30
    python bench/chaos.py --short                       # two minutes, for CI
    python bench/chaos.py --server http://127.0.0.1:8800 --seconds 300   # a replay server's feeds,
        run with --spread --scale 200 --per-feed 30 --start-share 1

Loopback only, in a temporary folder. Prints one line per invariant; exits 1 when one fails.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from newsroom import ask, synthetic  # noqa: E402
from press import Press  # noqa: E402

from tests.system.newsroom import Newsroom  # noqa: E402

EDITIONS = 5
PATIENCE = 700
ITEM_LINK = re.compile(r"<item>.*?<link>([^<]+)</link>", re.DOTALL)


class Replay:
    """The synthetic publishers of a replay server; what they offer does not change meanwhile."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._offered = [url for feed in self.feeds() for url in self._listed(feed)]
        self.edition = self.per_feed = len(self._offered) // len(self.feeds())

    def _listed(self, feed: str) -> list[str]:
        listed = ask(feed.replace("/feed.xml", "/rss.xml")).decode()
        return [html.unescape(url) for url in ITEM_LINK.findall(listed)]

    def feeds(self) -> list[str]:
        return synthetic(self.server)

    def articles(self) -> list[str]:
        return self._offered

    def stands_for(self, etag: str) -> int:
        """How many items a feed with this validator has."""
        return self.per_feed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=240, help="how long to hurt it")
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--per-feed", type=int, default=30)
    parser.add_argument("--server", default="", help="a replay server instead of our own")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds until quiet at most: what failed is asked once more after five minutes, "
        "its host after ten",
    )
    parser.add_argument("--short", action="store_true", help="60 s on 24 feeds of 8")
    parser.add_argument("--keep", action="store_true", help="leave the data for a look")
    args = parser.parse_args()
    if args.short:
        args.seconds, args.feeds, args.per_feed = 60, 24, 8
    folder = tempfile.mkdtemp(prefix="claimline-chaos-")
    print(f"data in {folder}", flush=True)
    with contextlib.ExitStack() as stack:
        if not args.keep:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        world = Replay(args.server) if args.server else Press(args.feeds, args.per_feed)
        if not args.server:
            world.edition = max(1, args.per_feed // EDITIONS)
            stack.enter_context(world)
        room = Newsroom(
            Path(folder) / "var",
            JOB_LEASE="8",
            FETCH_HOST_GAP="0",
            SWEEP_EVERY="2",
            NIGHTLY_EVERY="7",
            DRAIN_SECONDS="10",
            LOG_LEVEL="INFO",
        )
        stack.callback(room.close)
        room.open()
        chaos = Chaos(room, world, random.Random(args.seed))
        chaos.prepare()
        chaos.hurt(args.seconds)
        quiet = chaos.settle(args.patience)
        return report(chaos.harm, quiet, world, room)


class Chaos:
    """The faults, and a supervisor that starts again whatever died."""

    def __init__(self, room: Newsroom, world, rng: random.Random) -> None:
        self.room, self.world, self.rng = room, world, rng
        self.harm: Counter[str] = Counter()
        self.workers, self.beats, self.later = [], [], []
        self.broker_down = False

    def prepare(self) -> None:
        """Subscribe to everything and start the programs."""
        os.environ |= self.room.environment
        import django

        django.setup()
        from sources.ingest.subscribe import Subscription, subscribe

        for url in self.world.feeds():
            subscribe(Subscription(url, name=url.split("/")[2]))
        self.workers = [self.room.worker(processes=2) for _ in range(2)]
        self.beats = [self.room.beat()]

    def hurt(self, seconds: float) -> None:
        """One fault every few seconds, and a new edition of all feeds now and then."""
        faults = {
            self.kill_worker: 5,
            self.kill_child: 6,
            self.pause_worker: 3,
            self.empty_broker: 3,
            self.kill_broker: 2,
            self.restart_database: 1,
            self.crash_database: 1,
            self.second_beat: 1,
        }
        start = time.monotonic()
        editions = [start + seconds * n / EDITIONS for n in range(1, EDITIONS)]
        while time.monotonic() < start + seconds:
            self._tick(self.rng.uniform(1.0, 4.0))
            fault = self.rng.choices(list(faults), list(faults.values()))[0]
            fault()
            self.harm[fault.__name__] += 1
            if editions and time.monotonic() > editions[0]:
                editions.pop(0)
                self.next_edition()

    def _tick(self, seconds: float) -> None:
        """Let time pass; what is to be undone is undone, what died is started again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for entry in [entry for entry in self.later if entry[0] <= time.monotonic()]:
                self.later.remove(entry)
                entry[1]()
            self.workers = [w if w.alive() else self._again(w) for w in self.workers]
            self.beats = [b if b.alive() else self.room.beat() for b in self.beats]
            time.sleep(0.1)

    def _again(self, dead):
        dead.kill()  # its pool may outlive it
        return self.room.worker(processes=2)

    def _undo(self, seconds: float, act) -> None:
        self.later.append((time.monotonic() + seconds, act))

    # --- faults -----------------------------------------------------------------------------

    def kill_worker(self) -> None:
        self.rng.choice(self.workers).kill()

    def kill_child(self) -> None:
        children = self.rng.choice(self.workers).children()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.rng.choice(children), signal.SIGKILL)

    def pause_worker(self) -> None:
        worker = self.rng.choice(self.workers)
        worker.pause()
        self._undo(self.rng.uniform(9, 14), worker.resume)

    def empty_broker(self) -> None:
        if not self.broker_down:
            self.room.empty_broker()

    def kill_broker(self) -> None:
        if not self.broker_down:
            self.broker_down = True
            self.room.kill_broker()
            self._undo(self.rng.uniform(0, 4), self._broker_back)

    def _broker_back(self) -> None:
        self.room.start_broker()
        self.broker_down = False

    def restart_database(self) -> None:
        self.room.restart_database(signal.SIGINT)

    def crash_database(self) -> None:
        self.room.restart_database(signal.SIGKILL)

    def second_beat(self) -> None:
        beat = self.room.beat()
        self._undo(10, beat.kill)

    # --- the end ----------------------------------------------------------------------------

    def next_edition(self) -> None:
        """More articles are out, and everything is asked for again."""
        out = self.world.edition + max(1, self.world.per_feed // EDITIONS)
        self.world.edition = min(out, self.world.per_feed)
        steadily(ask_again)

    def settle(self, patience: float) -> float | None:
        """End the faults and wait until nothing is ahead. Seconds it took, None when too long."""
        self._tick(0.1)
        for _, undo in self.later:
            undo()
        self.later.clear()
        self.world.edition = self.world.per_feed
        steadily(ask_again)
        start = time.monotonic()
        while time.monotonic() < start + patience:
            self._tick(1)
            if steadily(is_quiet):
                return time.monotonic() - start
        return None


def steadily(act, tries: int = 40):
    """Do it again while the database is away."""
    from django.db import InterfaceError, OperationalError, connection

    for left in reversed(range(tries)):
        try:
            return act()
        except (OperationalError, InterfaceError):
            connection.close()
            if not left:
                raise
            time.sleep(0.5)


def ask_again() -> None:
    """A run over all feeds, as the button makes one; the sweep rings for it."""
    from django.utils import timezone

    from sources.ingest import runs
    from sources.models import Feed

    runs.open_manual(Feed.objects.all(), timezone.now())


def is_quiet() -> bool:
    """Nothing due, nothing in hand, no run open."""
    from django.db.models import Q
    from django.utils import timezone

    from sources.models import Job, Run

    soon = timezone.now() + timedelta(minutes=30)
    ahead = Q(due_at__lt=soon) | Q(lease_until__gt=timezone.now())
    return not Job.objects.alive().filter(ahead).exists() and not Run.objects.filter(
        finished_at=None
    )


def report(harm: Counter[str], quiet: float | None, world, room: Newsroom) -> int:
    """Print what was done and what held; the number of invariants that failed, at most 1."""
    import invariants

    print("faults: " + ", ".join(f"{n} {name}" for name, n in sorted(harm.items())))
    print(f"ahead: {steadily(invariants.what_is_ahead)}")
    said = f"quiet {quiet:.0f} s after the last fault" if quiet is not None else "never quiet"
    found = [("everything comes to rest", quiet is not None, said)]
    found += steadily(lambda: invariants.check(world, Path(room.var) / "raw"))
    for name, held, detail in found:
        print(f"{'ok  ' if held else 'FAIL'} {name}: {detail}")
    return int(not all(held for _, held, _ in found))


if __name__ == "__main__":
    sys.exit(main())
