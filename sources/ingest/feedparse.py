"""The entries of a feed, whatever its format and however broken its bytes."""

import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sources.ingest.dates import Date, parse_date
from sources.ingest.feedtext import FeedDocument, decode, feed_document, read_page
from sources.ingest.feedxml import Newest, read_xml
from sources.ingest.identify import clean_text, repair_url
from sources.ingest.jsonfeed import read_json_feed
from sources.ingest.sitemap import FORMAT, read_sitemap

MAX_GUID = 2048  # characters
MAX_TITLE = 1000
MAX_AUTHOR = 300
MAX_MARKUP = 20_000  # characters of which plain text is made
MAX_SUMMARY = 65_536  # bytes
MAX_TTL = 7 * 24 * 60  # minutes

Entry = Mapping[str, Any]
ReadDate = Callable[[str], Date | None]


@dataclass(frozen=True, slots=True)
class Item:
    """One usable entry. Everything in it can be stored; only `summary` is markup."""

    guid: str  # as the publisher wrote it, "" if none
    link: str  # absolute, repaired, "" if unusable
    title: str  # plain text
    summary: str  # markup as sent, never to be shown uncleaned
    author: str
    published_raw: str
    published: Date | None
    updated: Date | None
    outlet: str = ""  # whose entry it is, in an aggregator's feed


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read. Items stand in the feed's order.

    Warnings: `charset` (not the one declared), `junk_before` (text before the document),
    `ill_formed`, `cut_off` (the last, half entry was left out), `no_items`.
    """

    format: str  # rss20, atom10, json11 ... as feedparser names formats; news-sitemap
    title: str
    site_url: str
    language: str
    ttl_minutes: int | None  # the publisher's wish not to be asked sooner
    items: tuple[Item, ...]
    bad: int  # entries with nothing to keep
    dropped: int  # entries older than the newest `max_items`
    warnings: tuple[str, ...]


class NotAFeed(Exception):
    """The body is no feed. `alternates`: the feeds a page offers, the sitemaps an index lists."""

    def __init__(self, detail: str, page_title: str = "", alternates: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.page_title = page_title
        self.alternates = alternates


@dataclass(frozen=True, slots=True)
class _Read:
    """What one of the readers made of the document."""

    format: str
    feed: Entry
    entries: Sequence[Entry]
    dropped: int
    bad: int = 0
    warnings: tuple[str, ...] = ()


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    tz: str = "America/Toronto",
    date_order: str = "",
    max_items: int = 500,
) -> ParsedFeed:
    """Read RSS, Atom, RDF, JSON Feed or a news sitemap from `body`, served at `url`.

    `tz` and `date_order` are the feed's, see `parse_date`. Of more than `max_items` entries the
    newest are kept. Raises NotAFeed and nothing else; opens no file and no connection.
    """
    decoded = decode(body, content_type)
    newest = partial(_newest, tz=tz, date_order=date_order)
    try:
        read = _read(decoded.text, url, max_items, newest)
    except NotAFeed:
        raise
    except Exception as error:  # noqa: BLE001 - a parser that fails has found no feed
        raise NotAFeed(f"unreadable: {type(error).__name__}") from error
    site_url = repair_url(_text(read.feed, "link"), url)
    language = _language(read.feed)
    languages = tuple(filter(None, (language, "en", "fr")))
    date = partial(parse_date, tz=tz, languages=languages, date_order=date_order)
    found = [_item(entry, read.format, site_url or url, date) for entry in read.entries]
    items = tuple(item for item in found if item)
    charset = () if decoded.declared else ("charset",)
    return ParsedFeed(
        format=read.format,
        title=_plain(read.feed, "title")[:MAX_TITLE],
        site_url=site_url,
        language=language,
        ttl_minutes=_ttl(read.feed),
        items=items,
        bad=read.bad + len(found) - len(items),
        dropped=read.dropped,
        warnings=(*charset, *read.warnings, *(() if items else ("no_items",))),
    )


def _newest(dates: Sequence[str], limit: int, *, tz: str, date_order: str) -> list[int]:
    """The places of the newest dates, in order. Where few can be read the feed's order says it:
    newest first is how feeds are written."""
    read = [parse_date(raw, tz=tz, languages=(), date_order=date_order) for raw in dates]
    dated = [(found.at, -index) for index, found in enumerate(read) if found]
    if len(dated) * 2 < len(dates):
        return list(range(min(limit, len(dates))))
    undated = [index for index, found in enumerate(read) if not found]
    by_age = [-index for _, index in sorted(dated, reverse=True)]
    return sorted([*by_age, *undated][:limit])


# ------------------------------------------------------------------------------- readers


def _read(text: str, url: str, limit: int, newest: Newest) -> _Read:
    text = text.lstrip("\ufeff\0 \t\r\n")
    if not text:
        raise NotAFeed("empty")
    if text.startswith(("{", "[")):
        found = read_json_feed(text)
        if found is None:
            raise NotAFeed("JSON, but no JSON Feed")
        return _listed(found, limit, newest)
    if sitemap := read_sitemap(text, url):
        if sitemap.why_not:
            raise NotAFeed(sitemap.why_not, alternates=sitemap.children)
        listed = _listed((FORMAT, sitemap.feed, sitemap.entries), limit, newest)
        return replace(listed, bad=sitemap.bad, warnings=sitemap.warnings)
    document = feed_document(text)
    read = _read_xml(document, limit, newest) if document else None
    if read:
        return read
    page = read_page(text, url)
    raise NotAFeed("a web page" if page.is_page else "no feed", page.title, page.alternates)


def _listed(found: tuple[str, Entry, Sequence[Entry]], limit: int, newest: Newest) -> _Read:
    name, feed, entries = found
    dates = [_text(entry, "published") or _text(entry, "updated") for entry in entries]
    kept = newest(dates, limit) if len(entries) > limit else range(len(entries))
    return _Read(name, feed, [entries[i] for i in kept], dropped=len(entries) - len(kept))


def _read_xml(document: FeedDocument, limit: int, newest: Newest) -> _Read | None:
    found = read_xml(document.text, limit, newest)
    if not found.entries and (not found.version or document.wrapped):
        return None
    half = int(document.cut_off and bool(found.entries))
    warnings = {"junk_before": document.junk, "ill_formed": found.ill_formed, "cut_off": half}
    return _Read(
        format=found.version or "unknown",
        feed=found.feed,
        entries=found.entries[: len(found.entries) - half],
        dropped=found.dropped,
        bad=half,
        warnings=tuple(name for name, holds in warnings.items() if holds),
    )


# ------------------------------------------------------------------------------- entries


def _item(entry: Entry, feed_format: str, base: str, date: ReadDate) -> Item | None:
    """The entry as stored; None if it has neither address, title nor words."""
    guid = clean_text(_text(entry, "id")).strip()
    if len(guid) > MAX_GUID:
        guid = "sha256:" + hashlib.sha256(guid.encode()).hexdigest()
    published, updated = _text(entry, "published"), _text(entry, "updated")
    if not published and not feed_format.startswith(("atom", "json", "news")):
        published, updated = updated or _text(entry, "created"), ""  # RSS has dc:date for both
    source = entry.get("source")
    item = Item(
        guid=guid,
        link=_link(entry, base),
        title=_plain(entry, "title")[:MAX_TITLE],
        summary=_summary(entry),
        author=_author(entry),
        published_raw=clean_text(published.strip(), 200),
        published=date(published),
        updated=date(updated),
        outlet=_plain(source, "title")[:MAX_AUTHOR] if isinstance(source, Mapping) else "",
    )
    return item if item.link or item.title or item.summary else None


def _link(entry: Entry, base: str) -> str:
    """The first usable address: before a feed service's redirect, the link, an alternate link of
    any type, and a guid that is an address."""
    guid = _text(entry, "id")
    links = entry.get("links")
    others = [
        _text(link, "href")
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, Mapping) and link.get("rel") == "alternate"
    ]
    for raw in (_text(entry, "feedburner_origlink"), _text(entry, "link"), *others, guid):
        # feedparser makes a link of any guid; one that is no address would point at nothing.
        if raw != guid or re.match(r"https?:", raw.strip(), re.IGNORECASE):
            repaired = repair_url(raw, base)
            if repaired:
                return repaired
    return ""


def _summary(entry: Entry) -> str:
    raw = clean_text(_text(entry, "summary"))
    if _type(entry, "summary") == "text/plain":
        raw = html.escape(raw, quote=False)
    return raw.encode()[:MAX_SUMMARY].decode("utf-8", "ignore")


def _author(entry: Entry) -> str:
    listed = entry.get("authors")
    people = listed if isinstance(listed, list) else []
    names = [_name(_plain(person, "name")) for person in people if isinstance(person, Mapping)]
    joined = ", ".join(dict.fromkeys(filter(None, names)))
    return (joined or _name(_plain(entry, "author")))[:MAX_AUTHOR]


def _name(author: str) -> str:
    """The name in RSS 2.0's `address@host (Name)`."""
    named = re.fullmatch(r"\S+@\S+ \((.+)\)", author[:MAX_TITLE])
    return named[1] if named else author


def _language(feed: Entry) -> str:
    tag = _text(feed, "language").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}", tag) else ""


_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 7 * 1440}


def _ttl(feed: Entry) -> int | None:
    """RSS 2.0 `ttl`, else the RSS 1.0 syndication module's period over frequency."""
    ttl = _number(_text(feed, "ttl"))
    if ttl is None:
        period = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
        frequency = _number(_text(feed, "sy_updatefrequency")) or 1
        ttl = max(period // frequency, 1) if period else None
    return min(ttl, MAX_TTL) if ttl else None


def _number(text: str) -> int | None:
    found = re.fullmatch(r"\s*([0-9]{1,9})\s*", text)
    return int(found[1]) if found else None


# ---------------------------------------------------------------------------------- text


def _text(values: Entry, name: str) -> str:
    """A value if it is text. Read past feedparser's own look-up, which gives one date for
    another."""
    value = dict.get(values, name) if isinstance(values, dict) else values.get(name)
    return value if isinstance(value, str) else ""


def _type(values: Entry, name: str) -> str:
    detail = values.get(f"{name}_detail")
    return _text(detail, "type") if isinstance(detail, Mapping) else ""


_BREAKS = re.compile(r"</?(?:br|p|div|li|h[1-6]|tr|td)\b[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")


def _plain(values: Entry, name: str) -> str:
    """A value as one line of plain text."""
    text = _text(values, name)[:MAX_MARKUP]
    if _type(values, name) != "text/plain":
        text = html.unescape(_TAGS.sub("", _BREAKS.sub(" ", text)))
    return " ".join(clean_text(text).split())
