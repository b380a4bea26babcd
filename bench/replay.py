"""Replay nights of a stored web and report what the ingest made of them.

Needs a replay server on loopback that offers __opml, __night/advance, __truth and __stats:

    python bench/replay.py --server http://127.0.0.1:8800 --nights 4

Works in a data folder of its own (--var), which is removed first; exits 1 when an article that was
offered is missing without a named reason, when an edit of an article's headline or text was due and
not seen, or when a second poll on the same night brings anything new. What the edits changed is
told from the gold texts of the corpus the server replays (--corpus).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from edited import edits

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="http://127.0.0.1:8800")
    parser.add_argument("--nights", type=int, default=4)
    parser.add_argument(
        "--var", type=Path, default=Path(tempfile.gettempdir()) / "claimline-replay"
    )
    parser.add_argument(
        "--corpus", type=Path, default=ROOT.parent / "shared" / "corpus", help="its gold texts"
    )
    parser.add_argument("--keep", action="store_true", help="leave the data for a look")
    args = parser.parse_args()
    shutil.rmtree(args.var, ignore_errors=True)
    os.environ |= {
        "CLAIMLINE_VAR": str(args.var),
        "FETCH_ALLOW_NETWORKS": "127.0.0.0/8",
        "FETCH_HOST_GAP": "0",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "LOG_LEVEL": "WARNING",
    }
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    from tracker.embedded import Postgres

    with Postgres(args.var) as postgres:
        create_database(postgres)
        manage("migrate", "--verbosity", "0", "--skip-checks")
        failed = replay(args, postgres)
    if not args.keep:
        shutil.rmtree(args.var, ignore_errors=True)
    return failed


def create_database(postgres) -> None:
    import psycopg

    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE claimline")


def replay(args, postgres) -> int:
    ask(args.server, "/__night/reset")
    ask(args.server, "/__stats/reset")
    print(manage("import_opml", f"{args.server}/__opml").output.strip())
    failed = 0
    for night in range(args.nights):
        print(f"\n== night {night}")
        due = due_again()
        done = manage("ingest", "--sync", "--json", ok=(0, 3))
        report = json.loads(done.output.splitlines()[-1])
        server = postmaster_cpu(postgres)
        show_night(report, done, server - getattr(replay, "server", 0.0))
        failed += compare(args, night, due)
        before = rows()
        ask(args.server, "/__stats/reset")
        again = manage("ingest", "--sync", "--all", "--json", ok=(0, 3))
        failed += second_poll(args.server, before, json.loads(again.output.splitlines()[-1]))
        replay.server = postmaster_cpu(postgres)
        if night + 1 < args.nights:
            ask(args.server, "/__night/advance")
            manage("age", "--days", "1")
            ask(args.server, "/__stats/reset")
    return int(bool(failed))


class Done:
    """A finished command: its output, its CPU seconds and its peak memory in MB."""

    def __init__(self, output: str, cpu: float, peak: float, wall: float) -> None:
        self.output, self.cpu, self.peak, self.wall = output, cpu, peak, wall


def manage(*words: str, ok=(0,)) -> Done:
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(
            [sys.executable, "manage.py", *words], stdout=out, stderr=subprocess.STDOUT, cwd=ROOT
        )
        _, status, usage = os.wait4(child.pid, 0)
        out.seek(0)
        output = out.read()
    if os.waitstatus_to_exitcode(status) not in ok:
        raise SystemExit(f"manage.py {' '.join(words)} failed:\n{output}")
    return Done(
        output,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        time.monotonic() - started,
    )


def ask(server: str, path: str):
    with urllib.request.urlopen(server + path, timeout=60) as reply:
        return json.loads(reply.read() or b"null")


def postmaster_cpu(postgres) -> float:
    """CPU seconds of the server and of all its sessions that have ended."""
    fields = Path(f"/proc/{postgres.pid()}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICK


def django_models():
    import django

    django.setup()
    from sources import models

    return models


def due_again() -> set[bytes]:
    """The keys of the addresses of articles whose re-check is due."""
    from django.db.models.functions import Now

    from sources.ingest.identify import url_key

    models = django_models()
    jobs = models.Job.objects.filter(
        kind="page", due_at__lte=Now(), article__current_version__isnull=False
    )
    return {url_key(url) for url in jobs.values_list("article__url", flat=True)}


def rows() -> dict[str, int]:
    models = django_models()
    names = ("Article", "ArticleUrl", "FeedItem", "Version", "Cluster")
    return {name: getattr(models, name).objects.count() for name in names}


def show_night(report: dict, done: Done, server_cpu: float) -> None:
    kinds = ", ".join(f"{n} {kind}" for kind, n in report["feeds_by_outcome"].items())
    print(f"feeds: {report['feeds_done']} of {report['feeds']} asked: {kinds}")
    kinds = ", ".join(f"{n} {kind}" for kind, n in report["pages_by_outcome"].items())
    print(f"items: {report['new_items']} new, {report['updated_items']} changed; pages: {kinds}")
    print(
        f"texts: {report['versions']} new versions, {report['edits']} edits; left {report['left']}"
    )
    per = (done.cpu + server_cpu) / max(report["versions"], 1) * 1000
    print(
        f"cost: {done.wall:.0f} s, {done.cpu:.1f} s CPU here + {server_cpu:.1f} s PostgreSQL"
        f" = {per:.1f} ms per new version; peak {done.peak:.0f} MB"
    )


def compare(args, night: int, due: set[bytes]) -> int:
    """Explain every difference between what was offered and what is stored."""
    server, models = args.server, django_models()
    truth = ask(server, "/__truth")["articles"]
    from sources.ingest.identify import url_key

    by_key = {
        bytes(row.url_key): row.article
        for row in models.ArticleUrl.objects.select_related("article__current_version")
    }
    offered = {row["url"]: row for row in truth}
    held = {url: by_key[key] for url in offered if (key := url_key(url)) in by_key}
    listed = listed_by_feeds(server)
    reasons = Counter()
    missing = []
    for url, row in offered.items():
        article = held.get(url)
        if article is None:
            reason = "MISSING"
            if row["withdrawn"] is not None:
                reason = "withdrawn before it was seen"
            elif url_key(url) not in listed:
                reason = "in no feed (older than its window)"
            missing += [url] if reason == "MISSING" else []
        elif article.current_version_id is None:
            reason = f"no text: {article.text_state}"
        else:
            reason = "stored"
        reasons[reason] += 1
    print(
        f"articles offered: {len(offered)}: "
        + ", ".join(f"{n} {r}" for r, n in reasons.most_common())
    )
    for url in missing[:5]:
        print(f"  missing: {url}")
    overlooked = edits(args.corpus, offered, held, due, night)
    gone = [row for row in truth if row["withdrawn"] is not None and row["withdrawn"] <= night]
    noticed = sum(1 for row in gone if (a := held.get(row["url"])) and a.withdrawn_at)
    asked = sum(1 for row in gone if url_key(row["url"]) in due)
    print(
        f"withdrawn pages: {len(gone)}, of which due for a check tonight {asked}, noticed {noticed}"
    )
    return len(missing) + overlooked


def listed_by_feeds(server: str) -> set[bytes]:
    """The keys of every address that a feed of the server lists tonight."""
    from sources.ingest.feedparse import NotAFeed, parse_feed
    from sources.ingest.identify import url_key

    found = set()
    for publisher in ask(server, "/__publishers"):
        with urllib.request.urlopen(publisher["feed"], timeout=60) as reply:
            try:
                parsed = parse_feed(reply.read(), url=publisher["feed"])
            except NotAFeed:
                continue
        found |= {url_key(item.link) for item in parsed.items if item.link}
    return found


def second_poll(server: str, before: dict[str, int], report: dict) -> int:
    """A second poll on the same night brings nothing and asks for no page."""
    after = rows()
    stats = ask(server, "/__stats?paths=0")["total"]
    print(
        f"second poll: rows added {sum(after.values()) - sum(before.values())}, "
        f"pages asked {stats['article']}, feeds asked {stats['feed']}, "
        f"conditional {stats['conditional']}, answered 304 {stats['not_modified']}"
    )
    return int(after != before or bool(stats["article"]))


if __name__ == "__main__":
    sys.exit(main())
