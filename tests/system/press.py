"""Invented outlets on the misbehaving web: feeds, pages, and answers that are held back."""

import threading

from sources.ingest.subscribe import Subscription, subscribe
from tests.web import Answer

_PLACES = [
    "harbour",
    "mill",
    "market",
    "bridge",
    "tower",
    "orchard",
    "quarry",
    "station",
    "chapel",
    "ferry",
    "depot",
    "garden",
]
_ACTS = [
    "opened",
    "closed",
    "painted",
    "measured",
    "sold",
    "moved",
    "flooded",
    "repaired",
    "guarded",
    "counted",
]


class Held:
    """An answer that waits until it is let go; counts who asked."""

    def __init__(self, body):
        self.body = body
        self.asked = 0
        self._free = threading.Event()

    def __call__(self, call):
        self.asked += 1
        for _ in range(1200):
            if self._free.is_set() or call.web.closing.wait(0.05):
                break
        return Answer(body=self.body)

    def let_go(self):
        self._free.set()


def publish(web, name, articles=1, *, hold=False, titles=()):
    """An outlet at NAME.localhost with a feed of so many articles, subscribed to and due.

    Returns:
        The `Held` feed when `hold`, else None.
    """
    host = f"{name}.localhost"
    titles = titles or [f"{name} report {n}" for n in range(articles)]
    entries = []
    for n, title in enumerate(titles):
        link = web.url(f"/{n}.html", host=host)
        entries.append(f"<item><guid>{link}</guid><link>{link}</link><title>{title}</title></item>")
        web.page(f"/{n}.html", page(name, n, title), host=host)
    body = f'<rss version="2.0"><channel><title>{name}</title>{"".join(entries)}</channel></rss>'
    held = Held(body.encode()) if hold else None
    if held:
        web.route("/feed.xml", held, host=host)
    else:
        web.page("/feed.xml", body, etag=f'"{len(titles)}"', host=host)
    subscribe(Subscription(web.url("/feed.xml", host=host), name=name))
    return held


def page(name, number, title):
    """A page whose text no other page shares."""
    seed = sum(name.encode()) * 31 + number * 7
    sentences = [
        f"In week {seed + n} the {_PLACES[(seed + n * 5) % 12]} of {name} was"
        f" {_ACTS[(seed * 3 + n * 7) % 10]} by crew {seed * 13 + n * n}, near the"
        f" {_PLACES[(seed * 7 + n) % 12]} that clerk {n * 17 + seed} had"
        f" {_ACTS[(seed + n) % 10]} on day {n + number}."
        for n in range(12)
    ]
    paragraphs = "".join(f"<p>{' '.join(sentences[n : n + 3])}</p>" for n in range(0, 12, 3))
    return (
        f"<html lang='en'><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
