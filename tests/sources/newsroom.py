"""A small web and the newsroom that listens to it, for tests of the ingest from end to end."""

from datetime import timedelta
from html import escape

from django.db.models import F
from django.utils import timezone

from sources.ingest import lease, run, runs
from sources.ingest.subscribe import Subscription, subscribe
from sources.models import Article, Feed, Fetch, Host, Job, Run

RSS = {"Content-Type": "application/rss+xml"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
WORDS = (
    "The harbour commission of Port Ellery met on Tuesday to hear what became of the missing "
    "dredging contract, and members questioned the director for two hours.\n"
    "The director said that the contract was signed in March and that nobody outside her office "
    "had seen it before the vote. Two members disputed that account in writing.\n"
    "The commission will publish the minutes next week, said its clerk, together with the letters "
    "that were exchanged between the office and the bidders during the winter.\n"
    "Residents who came to the meeting asked why the bids were opened behind closed doors. The "
    "clerk answered that the rules of the port allow it, and that the rules are being revised."
)


def item(link="", title="Harbour contract questioned", guid=None, extra="", date=""):
    """One RSS entry; its guid is its link unless told otherwise ("" for none)."""
    guid = link if guid is None else guid
    parts = [
        f"<title>{escape(title)}</title>" if title else "",
        f"<link>{escape(link)}</link>" if link else "",
        f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else "",
        f"<pubDate>{date}</pubDate>" if date else "",
        extra,
    ]
    return f"<item>{''.join(parts)}</item>"


def rss(*items, title="Ellery Ledger", extra=""):
    """A feed of these entries."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title>{extra}{''.join(items)}</channel></rss>"
    )


def page(text=WORDS, title="Harbour contract questioned", head=""):
    """An article's page."""
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f"</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def follow(web, path="/feed.xml", host="", **configured):
    """Subscribe to a feed of the web. The item "pages" are fetched unless fetch_pages=False."""
    feed, _ = subscribe(Subscription(web.url(path, host=host), name=host or "Ellery Ledger"))
    if configured:
        Feed.objects.filter(pk=feed.pk).update(**configured)
        feed.refresh_from_db()
    return feed


def serve(web, *items, path="/feed.xml", host="", **values):
    """Serve a feed of these entries."""
    web.page(path, rss(*items), headers=RSS, host=host, **values)


def night(*feeds):
    """One night over all feeds, or over these: everything that can be done at once is done."""
    which = Feed.objects.filter(pk__in=[feed.pk for feed in feeds]) if feeds else Feed.objects.all()
    Host.objects.update(next_request_at=timezone.now())
    opened = runs.open_manual(which, timezone.now())
    run.drain_here(opened, patience=0, tell=lambda: None)
    return opened


def poll(feed):
    """Ask one feed now and nothing else; what came of it in one word."""
    word = _asked("feed", feed=feed.pk)
    feed.refresh_from_db()
    return word


def _asked(kind, **target):
    """Do one job, through every host it is sent on to."""
    jobs = Job.objects.filter(**target)
    while True:
        Host.objects.update(next_request_at=timezone.now())
        jobs.update(due_at=timezone.now())
        word = run.work(lease.claim(kind, **target))
        if not jobs.exclude(hops=None).exists():
            return word


def fetch_page(article):
    """Ask for one article's page now, as a re-check would; what came of it in one word."""
    word = _asked("page", article=article.pk)
    article.refresh_from_db()
    return word


def read(article):
    """Read what was fetched of one article; what came of it in one word."""
    word = run.work(lease.claim("extract", article=article.pk))
    article.refresh_from_db()
    return word


def recheck(article):
    """Fetch and read one article again."""
    word = fetch_page(article)
    return read(article) if Job.objects.filter(article=article, kind="extract").exists() else word


def days_pass(days):
    """Everything the ingest remembers is so much older."""
    ago = timedelta(days=days)
    for model, names in (
        (Feed, "last_full_at failing_since last_ok_at gone_since moved_since last_attempt_at"),
        (Host, "next_request_at paused_until robots_until robots_failing_since"),
        (Article, "first_seen_at"),
        (Fetch, "at"),
        (Job, "due_at"),
        (Run, "started_at deadline_at"),
    ):
        model.objects.update(**{name: F(name) - ago for name in names.split()})


def only_article():
    """The one article there is."""
    return Article.objects.select_related("current_version").get()
