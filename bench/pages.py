"""Measures the pages people read on a big newsroom, against their bars.

    python bench/pages.py [--var var-bench] [--rounds 3] [--repeats 8] [--no-browser]
        [--chromium /usr/bin/chromium]

Needs the rows of `bench/load.py`. Server time is what a client on loopback waits for a page from
one gunicorn process with four threads, as in production, everything warm; the middle of the rounds
counts. The CPU of the server and PostgreSQL stands beside it, the mean of each address: what the
page would take on a machine that does nothing else, which one that does cannot show. Queries are
counted by Django's test client. In Chromium: how long the chart takes to be laid out and painted,
and how much the pages shift while they load.

Prints a line per bar and exits with 1 when one is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from load import ROOT, label, opened
from newsroom import cpu
from prose import tongue
from rows import EDITOR, STORY

SERVER_MS, QUERIES, HTML_KB, CHART_MS, SCRIPT_KB = 80, 12, 250, 200, 60
WARMING = 2
TIMELINE = f"/stories/{STORY}/"


def main() -> int:
    args = arguments()
    met = [bar("JavaScript, all of it compressed", script_kb(), SCRIPT_KB, "kB")]
    with opened(args.var) as postgres:
        from django.core.management import call_command
        from django.db import connection

        call_command("collectstatic", interactive=False, verbosity=0)
        rows = label(connection)
        if not rows:
            print(f"{args.var} is empty: run bench/load.py first")
            return 2
        print(f"rows: {rows}; load average {os.getloadavg()[0]:.1f}")
        cases = pages()
        session = signed_in()
        met += [counted(name, addresses, session) for name, addresses in cases.items()]
        with served() as (port, server):
            visitor = Visitor(port, session, (server, postgres.pid()))
            for name, addresses in cases.items():
                met += timed(name, addresses, visitor, args)
            if not args.no_browser:
                from browsed import browse

                drawn, shifts = browse(args.chromium, port, session, cases)
                for chart in drawn:
                    met.append(bar(f"chart of {chart.marks} marks drawn", chart.ms, CHART_MS, "ms"))
                met += [bar(f"layout shift, {name}", shift, 0, "") for name, shift in shifts]
    return int(not all(met))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--var", type=Path, default=ROOT / "var-bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    return parser.parse_args()


def bar(what: str, figure: float, limit: float, unit: str, note: str = "") -> bool:
    """Print one line about a bar; whether it is met."""
    held = figure <= limit
    shown = f"{figure:.0f}" if figure >= 10 else f"{figure:.3g}"
    print(f"{'ok  ' if held else 'MISS'} {what}: {shown} {unit} (bar {limit} {unit}){note}")
    return held


def pages() -> dict[str, list[str]]:
    """The addresses to measure, by the sort of page."""
    english, french, chinese = (tongue(code).words for code in ("en", "fr", "zh"))
    common, mid, rare = english[50], english[400], english[12_000]
    searches = [
        common,
        mid,
        rare,
        f"{common} {mid}",
        f"{mid} OR {rare}",
        f"{common} -{mid}",
        f'"{common} {english[51]}"',
        f'"{english[300]} {english[301]}"',
        f"{mid[:4]}*",
        french[60],
        chinese[30],
        chinese[9000],
    ]
    narrowed = (
        "&sort=rank",
        "&lang=fr",
        "&source=outlet-3",
        "&tag=wire",
        "&from=2023-01-01&to=2023-06-30",
        f"&story={STORY}",
        "&evidence=1",
    )
    asked = [f"q={words}" for words in searches] + [f"q={w}&sort=rank" for w in (mid, rare)]
    asked += [f"q={common}{more}" for more in narrowed]
    filters = "stance=denies&lang=fr", "tag=wire", "claim=3", "from=2023-01-01&to=2023-03-31"
    filters += ("lanes=1",)
    return {
        "timeline": [TIMELINE, *(f"{TIMELINE}?{chosen}" for chosen in filters)],
        "claim": [f"{TIMELINE}claims/{number}/" for number in (1, 2, 10, 20)],
        "search": [f"/search/?{quoted(words)}" for words in asked],
    }


def quoted(query: str) -> str:
    """The query as it stands in an address."""
    from urllib.parse import quote

    return quote(query, safe="=&*-")


def script_kb() -> float:
    """All scripts of the site, each compressed, in kB."""
    scripts = (ROOT / "static" / "js").glob("*.js")
    return sum(len(gzip.compress(script.read_bytes())) for script in scripts) / 1000


def signed_in() -> str:
    """The session of an editor, as the value of its cookie."""
    from django.conf import settings
    from django.test import Client

    from tracker.models import User

    client = Client()
    client.force_login(User.objects.get(username=EDITOR))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def counted(name: str, addresses: list[str], session: str, most: int = QUERIES) -> bool:
    """Check how many queries the pages of one sort take, whatever is asked for.

    What changed since a process last told the story is read once more, whoever asks first: how
    many queries that takes is said beside it.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        assert answer.status_code == 200, address
        return len(captured)

    first = max(map(queries, addresses))
    numbers = [queries(address) for address in addresses]
    note = f"; {min(numbers)} to {max(numbers)} by what is asked for, {first} after a change"
    return bar(f"{name}: queries", max(numbers), most, "", note)


@contextlib.contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Run the site as production does; yields its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    words = [sys.executable, "-m", "gunicorn", "tracker.wsgi", "--bind", f"127.0.0.1:{port}"]
    words += ["--worker-class", "gthread", "--workers", "1", "--threads", "4"]
    words += ["--no-control-socket", "--log-level", "error"]
    with subprocess.Popen(words, cwd=ROOT) as server:
        try:
            _await(port)
            yield port, server.pid
        finally:
            server.terminate()


def _await(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


class Visitor:
    """A signed-in reader on loopback, with one connection kept open.

    Args:
        servers: the processes that work for the pages.
    """

    def __init__(self, port: int, session: str, servers: tuple[int, ...]) -> None:
        self.servers = servers
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"sessionid={session}"}

    def worked(self) -> float:
        """Milliseconds of CPU the servers have used so far."""
        return 1000 * sum(map(cpu, self.servers))

    def get(self, address: str) -> tuple[float, int]:
        """Ask for a page: milliseconds until the whole of it is here, and its bytes."""
        started = time.perf_counter()
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (address, answer.status)
        return (time.perf_counter() - started) * 1000, len(body)


def timed(name: str, addresses: list[str], visitor: Visitor, args: Any) -> list[bool]:
    """Check the server time and the size of the pages of one sort."""
    size = max(visitor.get(address)[1] for address in addresses for _ in range(WARMING))
    rounds: list[float] = []
    waits: dict[str, list[float]] = {address: [] for address in addresses}
    works: dict[str, list[float]] = {address: [] for address in addresses}
    for _ in range(args.rounds):
        of_round = []
        for address in addresses * args.repeats:
            before = visitor.worked()
            waited = visitor.get(address)[0]
            works[address].append(visitor.worked() - before)
            waits[address].append(waited)
            of_round.append(waited)
        rounds.append(quantiles(of_round, n=20)[-1])
    usual = median(wait for of_one in waits.values() for wait in of_one)
    costs = {address: mean(of_one) for address, of_one in works.items()}
    dearest = sorted(costs, key=lambda address: -costs[address])[:3]
    worst = ", ".join(f"{address} {costs[address]:.0f}" for address in dearest)
    middle, most = median(costs.values()), quantiles(costs.values(), n=20)[-1]
    note = f"; p50 {usual:.0f}; CPU p50 {middle:.0f}, p95 {most:.0f}, dearest: {worst}"
    return [
        bar(f"{name}: p95 server time", median(rounds), SERVER_MS, "ms", note),
        bar(f"{name}: HTML", size / 1000, HTML_KB, "kB"),
    ]


if __name__ == "__main__":
    sys.exit(main())
