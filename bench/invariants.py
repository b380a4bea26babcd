"""What must hold in the tables after any night, whatever happened in it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from pathlib import Path

import zstandard

Found = tuple[str, bool, str]


def check(world, raw: Path) -> list[Found]:
    """Every invariant: its name, whether it holds, and the figures.

    Args:
        world: what was offered, with `articles()`, `per_feed` and `stands_for(etag)`.
        raw: the folder of the raw bytes.
    """
    found = [*articles_once(world), *items_once(world), leases(), stuck(), runs_closed()]
    return [*found, validators(world), *raw_files(raw)]


def articles_once(world) -> list[Found]:
    from sources.ingest.identify import url_key
    from sources.models import Article, ArticleUrl, Version

    offered = {url_key(url): url for url in world.articles()}
    held = {bytes(row.url_key): row.article_id for row in ArticleUrl.objects.all()}
    missing = [url for key, url in offered.items() if key not in held]
    articles = Counter(held[key] for key in offered if key in held)
    said = f"{len(offered)} offered, {len(articles)} articles, {len(missing)} missing"
    once = not missing and len(articles) == len(offered) == Article.objects.count()
    versions = Version.objects.count()
    unread = Article.objects.filter(current_version=None).count()
    texts = versions == len(offered) and not unread
    said_of_texts = f"{versions} versions, {unread} without a text"
    return [
        ("every offered article is stored exactly once", once, said),
        ("every article is read exactly once", texts, said_of_texts),
    ]


def items_once(world) -> list[Found]:
    from django.db.models import Count

    from sources.models import Feed, FeedItem

    doubled = FeedItem.objects.values("feed", "link").annotate(n=Count("pk")).filter(n__gt=1)
    said = f"{FeedItem.objects.count()} items, {doubled.count()} doubled"
    short = Feed.objects.annotate(n=Count("items")).exclude(n=world.per_feed).count()
    held, said = not doubled.exists() and not short, f"{said}, {short} feeds with another number"
    return [("every feed item is stored exactly once", held, said)]


def leases() -> Found:
    from sources.models import Job

    left = Job.objects.alive().filter(lease_token__isnull=False).count()
    return ("no lease is left open", not left, f"{left} open")


def stuck() -> Found:
    from sources.models import Job

    rows = Job.objects.stuck()
    return ("no job is stuck", not rows.exists(), f"{rows.count()} stuck")


def runs_closed() -> Found:
    from sources.models import Run

    kinds = Counter(Run.objects.values_list("kind", flat=True))
    left = Run.objects.filter(finished_at=None).count()
    nights = kinds["nightly"] <= 2  # the clock may have passed midnight
    said = f"{kinds['nightly']} nightly, {kinds['manual']} by hand, {left} open"
    return ("every run is closed, and a night is one run", nights and not left, said)


def validators(world) -> Found:
    """The items a feed's ETag stands for must be there."""
    from django.db.models import Count

    from sources.models import Feed

    ahead = [
        feed.pk
        for feed in Feed.objects.annotate(n=Count("items"))
        if feed.etag and world.stands_for(feed.etag) > feed.n
    ]
    said = f"{len(ahead)} of {Feed.objects.count()} feeds ahead of their items"
    return ("no validator is newer than the items stored", not ahead, said)


def raw_files(folder: Path) -> list[Found]:
    from sources.models import Fetch, Version

    named = set(Fetch.objects.exclude(raw_sha256="").values_list("raw_sha256", flat=True))
    named |= set(Version.objects.values_list("raw_sha256", flat=True))
    named.discard("")
    files = [path for path in folder.rglob("*") if path.is_file()]
    orphans = [path for path in files if path.name.removesuffix(".zst") not in named]
    old = [path for path in orphans if time.time() - path.stat().st_mtime > 3600]
    damaged = [path for path in files if path.suffix == ".zst" and not _whole(path)]
    there = {path.name.removesuffix(".zst") for path in files}
    lost = named - there
    return [
        (
            "no raw file without a row is older than an hour",
            not old,
            f"{len(files)} files, {len(orphans)} without a row, {len(old)} of them old",
        ),
        ("every raw file a row names is there", not lost, f"{len(lost)} of {len(named)} missing"),
        ("every raw file is whole", not damaged, f"{len(damaged)} damaged"),
    ]


def _whole(path: Path) -> bool:
    try:
        body = zstandard.ZstdDecompressor().decompress(path.read_bytes(), max_output_size=2**28)
    except zstandard.ZstdError:
        return False
    return hashlib.sha256(body).hexdigest() == path.name.removesuffix(".zst")


def what_is_ahead() -> str:
    """The jobs that are not done, and the failures of answers they may come from."""
    from django.db.models import Count, Max
    from django.utils import timezone

    from sources.models import Fetch, Job

    kinds = Job.objects.alive().filter(run__finished_at=None, run__isnull=False).values("kind")
    jobs = kinds.annotate(n=Count("pk"), last=Max("due_at"))
    waiting = [
        f"{job['n']} {job['kind']}, the last due in {job['last'] - timezone.now()}" for job in jobs
    ]
    failed = Fetch.objects.exclude(outcome__in=("ok", "unchanged", "robots"))
    words = failed.values_list("outcome", "detail").annotate(n=Count("pk"))
    outcomes = [f"{n} {outcome} ({detail})" for outcome, detail, n in words]
    return f"jobs: {'; '.join(waiting) or 'none'}; failed answers: {', '.join(outcomes) or 'none'}"
