"""A worker gives back the memory of large pages it is done with."""

import subprocess
import sys

ROUNDS = """
import sys
from sources.ingest import heap

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6

if sys.argv[1] == "small":
    assert heap.keep_small()
before, kept = resident(), []
for _ in range(12):
    pages = []
    for _ in range(6):
        pages.append(b"x" * 6_000_000)
        kept.append(b"y" * 200_000)  # what stays, and pins the heap below it
    del pages
print(resident() - before - sum(map(len, kept)) / 1e6)
"""


def left_over(how: str) -> float:
    """MB a process still holds of large blocks it freed."""
    words = [sys.executable, "-c", ROUNDS, how]
    return float(subprocess.run(words, capture_output=True, check=True, text=True).stdout)


def test_what_large_pages_took_is_given_back_though_smaller_things_outlive_them():
    assert left_over("small") < 5
    assert left_over("as it comes") > left_over("small") + 5
