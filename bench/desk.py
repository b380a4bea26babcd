"""Measures the sources desk with ten thousand sources, against its bars.

    python bench/desk.py [--sources 10000] [--articles 40000] [--rounds 3] [--repeats 6]

Makes a newsroom of its own in a folder that goes with it: sources of every kind, each with a site,
a feed and up to three of sixty tags. Measured as `bench/pages.py` does, and as a person waits: the
list and its filters in any combination, the rows that come while somebody types, a look at what
tagging a thousand of them would change, doing that, undoing it, all of them as CSV, and the look
at a list of half as many rows.

Prints a line per bar and exits with 1 when one is missed.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import rows
from copying import copy
from load import opened
from pages import Visitor, bar, counted, served, signed_in, timed

TAGS = 60
COUNTRIES = ("CA", "US", "FR", "GB", "CN", "TW", "ES", "DE", "")
LANGUAGES = ("{en}", "{fr}", "{zh}", "{en,fr}", "{}")
QUERIES = 15  # the list shows tags, notes, feeds and months of each source
# what somebody waits for on purpose, in milliseconds
LOOK_MS, ACT_MS, CSV_MS, LIST_MS = 1000, 3000, 3000, 5000
LIST = "/sources/"


def main() -> int:
    args = arguments()
    var = Path(tempfile.mkdtemp(prefix="claimline-bench-"))
    try:
        with opened(var) as postgres:
            from django.core.management import call_command

            call_command("collectstatic", interactive=False, verbosity=0)
            make(args)
            session = signed_in()
            met = [counted("sources", addresses(), session, QUERIES)]
            with served() as (port, server):
                visitor = Visitor(port, session, (server, postgres.pid()))
                met += timed("sources", addresses(), visitor, args)
                visitor.headers["HX-Request"], visitor.headers["HX-Target"] = "true", "div#rows"
                met += timed("rows while typing", typed(), visitor, args)
            met += acts(args)
    finally:
        shutil.rmtree(var, ignore_errors=True)
    return int(not all(met))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = {"sources": 10_000, "articles": 40_000, "rounds": 3, "repeats": 6, "seed": 1}
    for name, value in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def addresses() -> list[str]:
    """The list, its filters one by one and together, and a page far down."""
    asked = (
        "q=outlet+77", "q=7.example", "q=nobody", "tag=tag-3", "tag=tag-3&tag=tag-9&tags=any",
        "tag=tag-3&tag=tag-9&tags=none", "tags=untagged", "kind=agency", "country=CA",
        "language=fr", "health=failing", "health=working", "claim=1", "after=Outlet+7~7",
        "q=outlet&tag=tag-3&kind=outlet&country=CA&language=en&health=working",
    )  # fmt: skip
    return [LIST, *(f"{LIST}?{one}" for one in asked)]


def typed() -> list[str]:
    """What is asked for while somebody types a name."""
    return [f"{LIST}?q={'outlet 123'[:size].replace(' ', '+')}" for size in range(1, 11)]


def make(args: argparse.Namespace) -> None:
    """The sources with all that the desk shows of them, in one transaction, and the statistics."""
    from django.db import connection, transaction

    from sources.models import Feed, Host, Source, SourceTag, Tag
    from sources.models.source import SourceKind

    rng, started = random.Random(args.seed), time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")
        rows.people(rng, 0)
        kinds, numbers = SourceKind.values, range(1, args.sources + 1)
        copy(Source, (_source(rng, n, kinds) for n in numbers))
        named = ((n, f"tag-{n}") for n in range(101, 101 + TAGS))
        copy(Tag, ({"id": n, "slug": f"tag-{n - 100}", "label_en": label} for n, label in named))
        worn = ((n, tag) for n in numbers for tag in rng.sample(range(101, 101 + TAGS), n % 4))
        copy(SourceTag, ({"source_id": n, "tag_id": tag} for n, tag in worn))
        copy(Host, ({"authority": f"news-{n}.example", "source_id": n} for n in numbers))
        copy(Feed, (_feed(rng, n) for n in numbers))
        rows.articles(rng, args.articles, args.sources, 20)
        rows.claims(rng, 40)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    print(f"{args.sources} sources made in {time.monotonic() - started:.0f} s")


def _source(rng: random.Random, number: int, kinds: list[str]) -> dict[str, Any]:
    return {
        "id": number,
        "slug": f"outlet-{number}",
        "name": f"Outlet {number}",
        "kind": rng.choice(kinds),
        "owner": f"Owner {number % 700}",
        "country": rng.choice(COUNTRIES),
        "languages": rng.choice(LANGUAGES),
    }


def _feed(rng: random.Random, number: int) -> dict[str, Any]:
    url = f"https://news-{number}.example/feed"
    failing = rng.random() < 0.03
    return {
        "id": number,
        "source_id": number,
        "url": url,
        "url_key": rng.randbytes(32),
        "failures": 4 * failing,
        "last_outcome": "timeout" if failing else "ok",
    }


def acts(args: argparse.Namespace) -> Iterator[bool]:
    """What an editor does to many sources at once, each once, as long as it takes."""
    from django.test import Client

    from tracker.models import User

    client = Client()
    client.force_login(User.objects.get(username=rows.EDITOR))
    every = {"everything": "on", "view": "country=CA", "tag": "tag-3", "verb": "tag"}

    def waited(address: str, data: Any = None) -> tuple[float, Any]:
        started = time.perf_counter()
        answer = client.get(address) if data is None else client.post(address, data)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in (200, 302), (address, answer.status_code)
        return (time.perf_counter() - started) * 1000, (answer, body)

    took, (_answer, page) = waited("/sources/desk/tag/", every)
    said = re.search(r'<p class="dek">(.*?)</p>', page.decode(), re.DOTALL)
    note = f"; {said[1].strip()}" if said else ""
    yield bar("look at tagging a thousand", took, LOOK_MS, "ms", note)
    took, _ = waited("/sources/desk/tag/", every | {"confirm": "1"})
    yield bar("tagging them", took, ACT_MS, "ms")
    undo = re.search(r"/sources/desk/tag/undo/[0-9a-f-]+/", client.get(LIST).content.decode())
    assert undo is not None
    yield bar("undoing it", waited(undo[0], {})[0], ACT_MS, "ms")
    took, (_answer, csv) = waited("/sources/desk/sources.csv")
    yield bar("all as CSV", took, CSV_MS, "ms", f"; {len(csv) / 1000:.0f} kB")
    lines = csv.splitlines(keepends=True)[: args.sources // 2]
    yield bar(f"look at a list of {len(lines)} rows", _listed(waited, lines), LIST_MS, "ms")


def _listed(waited: Any, lines: list[bytes]) -> float:
    """How long the look at a list of changed owners takes."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    body = b"".join([lines[0], *(line.replace(b"Owner ", b"New owner ") for line in lines[1:])])
    took, (_answer, page) = waited(
        "/sources/desk/lists/", {"file": SimpleUploadedFile("sources.csv", body)}
    )
    assert b"What this list would change" in page
    return float(took)


if __name__ == "__main__":
    sys.exit(main())
