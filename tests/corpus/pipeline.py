"""Sends one address through the real pipeline: a feed or an article, claimed, worked on, stored."""

import csv
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from django.db import transaction
from django.utils import timezone

from sources.ingest import lease, run
from sources.ingest.store import articles
from sources.ingest.store.articles import Lead
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Article, Feed
from tests.corpus.conftest import CORPUS


def index():
    """The corpus's list of broken files: what each is, and what is wanted of a good reader."""
    path = CORPUS / "malformed" / "index.csv"
    if not path.is_file():
        return {}
    with path.open(newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines)}


def poll(url):
    """Subscribe to a feed and poll it once. Returns the outcome class and the feed."""
    feed, _ = subscribe(Subscription(url, name="The Crooked Wire"))
    outcome = run.work(lease.claim("feed", feed=feed.pk))
    return outcome, Feed.objects.get(pk=feed.pk)


def paste(url):
    """An article of a pasted address, which nobody has fetched yet."""
    with transaction.atomic():
        articles.lock_making()
        lead = Lead(url, title="")
        made = articles.make([lead], feed=None, run=None, now=timezone.now(), arrival="url")
    return Article.objects.get(pk=next(iter(made.values())))


def read(article):
    """Do all that is ahead of an article now. Returns the outcome classes in their order."""
    outcomes = []
    while claimed := _claim(article):
        outcomes.append(run.work(claimed))
    article.refresh_from_db()
    return outcomes


def _claim(article):
    claims = (lease.claim(kind, article=article.pk) for kind in ("page", "extract", "tell"))
    return next((claimed for claimed in claims if claimed), None)


@contextmanager
def peak_growth():
    """How far the process's memory rose at its highest within the block: `.mb`, read afterwards.

    The kernel forgets the highest mark when a 5 is written to clear_refs (proc(5)).
    """
    found = SimpleNamespace(mb=0.0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    yield found
    found.mb = (_status("VmHWM") - before) / 1024


def _status(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
