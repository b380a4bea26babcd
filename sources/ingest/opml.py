"""Reads and writes lists of feeds as OPML 2.0 (http://opml.org/spec2.opml). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

MOST_BYTES = 20_000_000
DEEPEST = 20


class NotOpmlError(ValueError):
    """The document is no OPML; the message says why."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list, with the folders it stood in."""

    url: str
    name: str = ""
    site_url: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    paused: bool = False


def parse(body: bytes) -> list[Outline]:
    """The feeds of an OPML document, each once, in its order.

    Raises:
        NotOpmlError: no XML, no OPML, too large, or XML that defines entities.
    """
    if len(body) > MOST_BYTES:
        raise NotOpmlError(f"The list is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        root = fromstring(body)
    except ParseError as error:
        raise NotOpmlError(f"Not readable as XML: {error}.") from error
    except (DefusedXmlException, ValueError) as error:
        raise NotOpmlError(f"Refused: {error}.") from error
    if root.tag.lower() != "opml" or root.find("body") is None:
        raise NotOpmlError("This is XML, but no OPML: there is no opml element with a body.")
    found: dict[str, Outline] = {}
    for outline in root.find("body") or ():
        _walk(outline, (), found)
    return list(found.values())


def _walk(element: Element, folders: tuple[str, ...], found: dict[str, Outline]) -> None:
    name = element.get("title") or element.get("text") or ""
    url = element.get("xmlUrl") or element.get("xmlurl") or ""
    if url:
        found.setdefault(url, _outline(element, name, url, folders))
    inside = folders if url or not name else (*folders, name)
    if len(inside) < DEEPEST:
        for child in element:
            _walk(child, inside, found)


def _outline(element: Element, name: str, url: str, folders: tuple[str, ...]) -> Outline:
    listed = (element.get("category") or "").split(",")
    categories = (part.strip().strip("/").split("/")[-1] for part in listed)
    return Outline(
        url=url,
        name=name,
        site_url=element.get("htmlUrl") or "",
        language=element.get("language") or "",
        categories=tuple(dict.fromkeys(filter(None, (*folders, *categories)))),
        paused=element.get("isComment") == "true",
    )


def write(title: str, outlines: Iterable[Outline], now: datetime) -> bytes:
    """An OPML document of the feeds, one outline each."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = title
    SubElement(head, "dateCreated").text = format_datetime(now)
    SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = SubElement(root, "body")
    for outline in outlines:
        values = {
            "type": "rss",
            "text": outline.name,
            "title": outline.name,
            "xmlUrl": outline.url,
            "htmlUrl": outline.site_url,
            "language": outline.language,
            "category": ",".join(outline.categories),
            "isComment": "true" if outline.paused else "",
        }
        SubElement(body, "outline", {name: value for name, value in values.items() if value})
    text: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text
