"""The newsroom's words for what machines report: outcomes of fetches, health of feeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sources.ingest.health import Health, Observed, feed_health
from sources.models import Feed

Words = str | Promise

GOOD = ("ok", "unchanged", "later")

# by the names feedparser has for them, and our own for a sitemap
FORMATS: dict[str, Words] = {
    "rss20": "RSS 2.0",
    "rss10": "RSS 1.0",
    "atom10": "Atom 1.0",
    "atom03": "Atom 0.3",
    "json11": "JSON Feed 1.1",
    "json1": "JSON Feed 1",
    "news-sitemap": _("news sitemap"),
}

# tone (ok, warn, err, off), word
HEALTH: dict[str, tuple[str, Words]] = {
    "new": ("off", pgettext_lazy("feed health", "New")),
    "working": ("ok", pgettext_lazy("feed health", "Working")),
    "quiet": ("ok", pgettext_lazy("feed health", "Quiet")),
    "unsteady": ("warn", pgettext_lazy("feed health", "Unsteady")),
    "failing": ("err", pgettext_lazy("feed health", "Failing")),
    "blocked": ("err", pgettext_lazy("feed health", "Blocked")),
    "dormant": ("err", pgettext_lazy("feed health", "Given up on")),
    "gone": ("err", pgettext_lazy("feed health", "Gone")),
    "paused": ("off", pgettext_lazy("feed health", "Paused")),
    "stuck": ("err", pgettext_lazy("feed health", "Stuck")),
}

OUTCOMES: dict[str, Words] = {
    "ok": _("Delivered."),
    "unchanged": _("Nothing new."),
    "later": _("Asked to come back later."),
    "busy": _("We are asking the site already, or it wants to be left alone for a while."),
    "dns_temp": _("The name of the site could not be looked up. This usually passes."),
    "dns_none": _("The site's name no longer exists."),
    "connect": _("The site could not be reached."),
    "reset": _("The site broke the connection off."),
    "timeout": _("The site stopped answering."),
    "deadline": _("The site answered too slowly to finish in time."),
    "tls": _("The site offers no secure connection (https), or its certificate is not valid."),
    "ssrf_blocked": _("The address leads into a private network, where we do not go."),
    "bad_url": _("The address can't be used."),
    "redirects": _("The address leads on and on and never arrives."),
    "too_large": _("The answer is larger than we accept."),
    "bad_encoding": _("The answer was compressed in a way that can't be undone."),
    "bad_xml": _("The feed is not valid XML, so nothing could be read."),
    "not_a_feed": _("The address answers with something that is not a feed."),
    "html": _("The address answers with a web page instead of a feed."),
    "empty_body": _("The answer was empty."),
    "challenge": _("The site asks visitors to prove that they are human."),
    "robots_denied": _("The site's robots.txt asks us not to read this."),
    "http_401": _("The site asks for a password."),
    "http_402": _("The site asks for payment."),
    "http_403": _("The site refuses us."),
    "http_404": _("There is nothing at this address."),
    "http_410": _("The address no longer exists, and the site says that it is gone for good."),
    "http_429": _("The site says that we ask too often."),
    "http_451": _("The site may not show this for legal reasons."),
    "http_4xx": _("The site refuses the request."),
    "http_503": _("The site is overloaded or closed for maintenance."),
    "http_5xx": _("The site has a fault of its own."),
    "local_outage": _(
        "Our own network was down, or this machine stood still; nothing is held against the site."
    ),
    "bug": _("A fault of ours. It has been noted in the log."),
}

# what is said of search terms that can't be read; the module that reads them knows no languages
TERM_FAULTS: tuple[Words, ...] = (
    _("There is a closing parenthesis too many."),
    _("Say at least one word to look for in every alternative."),
    _("The parentheses are nested too deeply."),
    _("This parenthesis is never closed."),
    _("A word or a phrase is missing here."),
    _("This quotation mark is never closed."),
    _("The star can only end a word or a phrase."),
    _("There is no word here to look for."),
    _("Write at least two letters before the star."),
)


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed's health as people read it."""

    feed: Feed
    health: Health
    tone: str
    word: Words
    reason: Words

    @property
    def can_retry(self) -> bool:
        """Whether asking again could help: not at an address that is gone for good."""
        return self.health.word not in {"gone", "paused"} and self.feed.last_outcome != "http_410"


def feed_state(feed: Feed, now: datetime) -> FeedState:
    """The words for the state of a feed; its job should be at hand, or it costs a query."""
    job = getattr(feed, "job", None)
    seen = Observed(
        enabled=feed.enabled,
        failures=feed.failures,
        failing_since=feed.failing_since,
        last_outcome=feed.last_outcome,
        last_attempt_at=feed.last_attempt_at,
        last_ok_at=feed.last_ok_at,
        last_new_at=feed.last_new_at,
        gone_since=feed.gone_since,
        stuck=job is not None and job.is_stuck,
    )
    health = feed_health(seen, now)
    tone, word = HEALTH.get(health.word, ("off", health.word))
    never = _("Not asked yet at this address.") if health.word == "new" else ""
    return FeedState(feed, health, tone, word, never or outcome(feed.last_outcome))


def why_no_text(detail: str) -> Words:
    """What is noted of a page without a text, as a sentence; what we have no words for stands."""
    if slow := re.fullmatch(r"reading took more than (\S+) s", detail):
        said = _("Reading it took more than %(n)s seconds, and was ended.")
        return str(said) % {"n": slow[1]}
    if answered := re.fullmatch(r"The site answered (\d{3})\.", detail):
        return outcome(f"http_{answered[1]}")
    return OUTCOMES.get(detail, detail)


def feed_format(code: str) -> Words:
    """What people call a feed's format; of an old RSS or Atom the family's name."""
    family = {"rss": "RSS", "ato": "Atom"}
    return FORMATS.get(code) or family.get(code[:3], code)


def outcome(code: str) -> Words:
    """What an outcome means, as a sentence; a code we have no words for stands as it is."""
    if code in OUTCOMES or not code:
        return OUTCOMES.get(code, "")
    if code.startswith("http_"):
        kind = f"http_{code[5:6]}xx"
        return OUTCOMES.get(kind, code)
    return code
