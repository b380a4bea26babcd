"""Writes changes as an Atom feed (RFC 4287): one entry for each, with an id that never changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NAMESPACE = "http://www.w3.org/2005/Atom"
# what XML 1.0 can't hold
_FORBIDDEN = dict.fromkeys([*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `links` are (rel, address), `html` is markup of ours with all words escaped."""

    id: str
    title: str
    published: datetime
    updated: datetime
    category: str
    html: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `updated` is that of its newest entry; `address` is its own, `page` its page."""

    id: str
    title: str
    subtitle: str
    updated: datetime
    address: str
    page: str
    author: str
    rights: str
    language: str


def write(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The feed as a document in UTF-8; the same values make the same bytes."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(feed.updated))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.page)
    _text(SubElement(root, "author"), "name", feed.author)
    _text(root, "generator", "Claimline")
    _text(root, "rights", feed.rights)
    for entry in entries:
        _entry(SubElement(root, "entry"), entry)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(element: Element, entry: Entry) -> None:
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "published", _moment(entry.published))
    _text(element, "updated", _moment(entry.updated))
    for rel, address in entry.links:
        SubElement(element, "link", rel=rel, href=address.translate(_FORBIDDEN))
    SubElement(element, "category", term=entry.category)
    _text(element, "content", entry.html, type="html")


def _text(parent: Element, name: str, words: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = words.translate(_FORBIDDEN)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
