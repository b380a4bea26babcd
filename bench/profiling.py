"""Says where the ingest's time goes: the dearest functions, and the statements an article takes."""

from __future__ import annotations

import cProfile
import pstats
import re
import time
from collections import Counter
from collections.abc import Callable

TOP = 25


def profile(work: Callable[[], object], unit: str, made: int) -> None:
    """Run `work` under a profiler; print what each of the `made` units (an article) took."""
    from django.db import connection

    counted: Counter[str] = Counter()
    seconds: Counter[str] = Counter()

    def count(execute, sql, params, many, context):
        name = _named(sql)
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            counted[name] += 1
            seconds[name] += time.perf_counter() - started

    profiler = cProfile.Profile(time.process_time)
    with connection.execute_wrapper(count):
        profiler.runcall(work)
    print(f"\nstatements {unit}: {sum(counted.values()) / made:.1f}")
    for name, number in counted.most_common(TOP):
        print(f"  {number / made:5.2f}  {1000 * seconds[name] / made:6.2f} ms wall  {name}")
    stats = pstats.Stats(profiler)
    rows = sorted(stats.stats.items(), key=lambda row: -row[1][3])
    print(f"\ncumulative CPU, ms {unit}")
    shown = [row for row in rows if re.search(r"/(sources|tracker)/", row[0][0])][:TOP]
    for (path, _, name), (_, calls, own, total, _) in shown:
        place = "/".join(path.split("/")[-3:])
        each = f"{1000 * total / made:7.2f}  own {1000 * own / made:6.2f}"
        print(f"  {each}  {calls:6d}  {place} {name}")
    print(f"\nown CPU, ms {unit}")
    for (path, _, name), (_, calls, own, _, _) in sorted(rows, key=lambda r: -r[1][2])[:TOP]:
        place = "/".join(path.split("/")[-3:])
        print(f"  {1000 * own / made:7.2f}  {calls:7d}  {place} {name}")


def _named(sql: str) -> str:
    """What a statement does to which table."""
    words = " ".join(sql.split())
    table = re.search(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', words)
    if words.startswith(("WITH pick", "WITH mine")):
        return "claim a job"
    return f"{words.split(' ', 1)[0]} {table[1] if table else words[:40]}"
