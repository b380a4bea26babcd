"""Measures lemon24/reader on feeds with nothing new: the slope of CPU between few and all of them.

    python bench/peer_reader.py FEW ROUNDS < addresses

Runs in a Python of its own that has reader installed; knows nothing of this project.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import reader


def filled(path, feeds):
    """A database that has read all these feeds twice."""
    made = reader.make_reader(str(path))
    for feed in feeds:
        made.add_feed(feed)
    for _ in range(2):
        update(made)
    return made


def update(made):
    """Ask every feed, due or not; none may have failed."""
    made.update_feeds(scheduled=False)
    failed = [feed.url for feed in made.get_feeds() if feed.last_exception]
    if failed:
        sys.exit(f"reader could not read {len(failed)} feeds, such as {failed[0]}")


def spent(made):
    started = time.process_time()
    made.update_feeds(scheduled=False)
    return time.process_time() - started


def main():
    few, rounds = map(int, sys.argv[1:3])
    feeds = sys.stdin.read().split()
    with tempfile.TemporaryDirectory() as folder:
        small = filled(Path(folder) / "few.db", feeds[:few])
        large = filled(Path(folder) / "all.db", feeds)
        steps = 1000 / (len(feeds) - few)
        slopes = [steps * (-spent(small) + spent(large)) for _ in range(rounds)]
        small.close()
        large.close()
    print(
        f"reader {reader.__version__}: {median(slopes):.2f} ms a feed with nothing new,"
        f" {min(slopes):.2f} to {max(slopes):.2f} in {rounds} rounds"
    )


if __name__ == "__main__":
    main()
