"""What is wrong with a feed in plain words, and the likely fix as a button."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sources.models.article import TextState
from tracker.operations.feedwatch import Watched

ASK, CHANGE = "sources.start_run", "sources.change_feed"


@dataclass(frozen=True, slots=True)
class Fix:
    """One button: its words, where it posts what, and who may press it."""

    words: str
    action: str
    fields: tuple[tuple[str, str], ...] = ()
    permission: str = ASK


@dataclass(slots=True)
class Trouble:
    """One feed under "Needs attention"."""

    watched: Watched
    said: list[str] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """How loud: err or warn."""
        return "err" if self.watched.state.tone == "err" else "warn"

    @property
    def word(self) -> str:
        """In a word: the state of the feed where that is bad, else what makes it stand here."""
        one = self.watched
        if one.state.tone in ("err", "warn"):
            return str(one.state.word)
        if one.quiet:
            return _("Unusually quiet")
        if one.gap:
            return _("Articles may be missing")
        return _("Moved") if one.feed.moved_to else _("Short of text")

    @property
    def raw(self) -> str:
        """The machine's own words, to be folded away."""
        feed = self.watched.feed
        return f"{feed.url} · {feed.last_outcome} {feed.last_detail}".strip()


def trouble(one: Watched) -> Trouble:
    """Everything that is wrong with a feed, the gravest first, and what would help."""
    found = Trouble(one)
    if one.state.tone in ("err", "warn"):
        _failing(found)
    if one.feed.moved_to and one.feed.enabled:
        found.said.append(
            _("The publisher has sent us on to another address since %(when)s: %(url)s.")
            % {"when": _day(one.feed.moved_since), "url": one.feed.moved_to}
        )
    if one.gap:
        _gap(found)
    if one.quiet:
        _quiet(found)
    if one.short_of_text:
        _short_of_text(found)
    _addresses(found)
    return found


def _failing(found: Trouble) -> None:
    one, feed = found.watched, found.watched.feed
    word = one.state.health.word
    if word == "stuck":
        found.said.append(
            _("Workers took it up several times and none of them finished. It is left alone.")
        )
        found.fixes.append(Fix(_("Let it go again"), reverse("release-feed", args=[feed.pk])))
    else:
        found.said.append(str(one.state.reason))
    found.said.append(_since(one))
    advice = _ADVICE.get(feed.last_outcome) or _ADVICE.get(word)
    if advice:
        found.said.append(advice())
    if one.is_due:
        found.said.append(_("It is being asked now."))
    elif one.next_try:
        found.said.append(_("It is asked again %(when)s.") % {"when": _moment(one.next_try)})
    if one.state.can_retry and word != "stuck":
        found.fixes.append(Fix(_("Ask again now"), reverse("retry-feed", args=[feed.pk])))


def _since(one: Watched) -> str:
    since = one.state.health.since
    if one.feed.last_ok_at is None:
        return _("It has never delivered.")
    if since is None:
        return _("It last delivered %(when)s.") % {"when": _moment(one.feed.last_ok_at)}
    return _("So it has been since %(since)s; it last delivered %(when)s.") % {
        "since": _day(since),
        "when": _moment(one.feed.last_ok_at),
    }


def _gap(found: Trouble) -> None:
    feed = found.watched.feed
    found.said.append(
        _("On %(when)s nothing it showed was known: articles in between may be missing.")
        % {"when": _day(feed.gap_seen_at)}
    )
    if feed.poll_minutes is None or feed.poll_minutes > 60:
        action = reverse("pace-feed", args=[feed.pk])
        found.fixes.append(Fix(_("Ask it every hour"), action, (("minutes", "60"),), CHANGE))


def _quiet(found: Trouble) -> None:
    pace = found.watched.pace
    found.said.append(
        _("It usually brings about %(usual)d articles a week; in the last seven days: %(got)d.")
        % {"usual": round(pace.expected or 0), "got": pace.got}
    )
    site = found.watched.feed.site_url or found.watched.feed.url
    found.said.append(_("Compare it with what the site shows: %(site)s.") % {"site": site})


def _short_of_text(found: Trouble) -> None:
    one = found.watched
    counted = ", ".join(
        _("%(state)s: %(n)d") % {"state": TextState(key).label, "n": n}
        for key, n in sorted(one.poorer.items())
    )
    found.said.append(
        _("Of its %(n)d articles of this week most can't be read in full (%(counted)s).")
        % {"n": one.read, "counted": counted}
    )


def _addresses(found: Trouble) -> None:
    """The publisher's own other addresses come first: they are the likely end of the matter."""
    offers = found.watched.offers[:2]
    for place, url in enumerate(offers):
        words = _("Use the new address") if len(offers) == 1 else _("Use %(url)s") % {"url": url}
        action = reverse("move-feed", args=[found.watched.feed.pk])
        found.fixes.insert(place, Fix(words, action, (("url", url),), CHANGE))


_ADVICE = {
    "http_410": lambda: _("Look on the site for the feed's new address."),
    "http_404": lambda: _("It may have moved: look on the site for its new address."),
    "html": lambda: _("The feed may have moved: look on the site for its new address."),
    "not_a_feed": lambda: _("The feed may have moved: look on the site for its new address."),
    "dns_none": lambda: _("The site may have moved to another name or closed."),
    "tls": lambda: _(
        "Only the publisher can mend that; a renewed certificate is noticed by itself."
    ),
    "challenge": lambda: _("Write to the publisher and ask to be let through, or pause the feed."),
    "ssrf_blocked": lambda: _("Give it the address the public has, or pause the feed."),
    "blocked": lambda: _("Write to the publisher and ask to be let through, or pause the feed."),
    "bug": lambda: _("Show the technical detail to whoever looks after Claimline."),
}


def _day(value: object) -> str:
    pattern = pgettext("date format: 17 Apr 2023", "j M Y")
    return date_format(localtime(value), pattern) if value else _("date not known")  # type: ignore[arg-type]


def _moment(value: object) -> str:
    pattern = pgettext("date format: 17 Apr 2023, 07:40", "j M Y, H:i")
    return date_format(localtime(value), pattern) if value else _("not yet")  # type: ignore[arg-type]
