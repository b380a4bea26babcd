"""News sitemaps, in the words feedparser uses for feeds; and what other sitemaps lead to."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sources.ingest.identify import clean_text, repair_url

Entry = Mapping[str, Any]

FORMAT = "news-sitemap"
HEAD = 262_144  # characters in which the root element must begin
MAX_TAGS = 200_000  # more are no list of two days' news
MAX_CHILDREN = 20  # of an index

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FIRST = re.compile(r"<(?:[\w.-]{1,30}:)?([a-z][\w.-]{0,40})", re.IGNORECASE)
_END = re.compile(r"</(?:[\w.-]{1,30}:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_NEWS = re.compile(r"sitemap-news|<[\w.-]{1,30}:news[\s>]", re.IGNORECASE)
_HUGE_TAG = re.compile(r"<(?!!)[^<>]{8192,}")  # attributes are compared with one another
_CDATA = "<![CDATA["
_REFERENCE = re.compile(r"&(?:(#?\w{1,30});)?")
_XML_NAMES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_NAMED_NEWS = re.compile(r"news|actu|notici|nachricht", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap as read. `why_not`: why it is no news sitemap, "" if it is one; `children`: the
    sitemaps an index leads to, those that sound like news first; `bad`: entries left out."""

    feed: Entry
    entries: tuple[Entry, ...]
    why_not: str = ""
    children: tuple[str, ...] = ()
    bad: int = 0
    warnings: tuple[str, ...] = ()


def read_sitemap(text: str, url: str) -> Sitemap | None:
    """The news entries of a sitemap (sitemaps.org/protocol, with the extension of
    google.com/schemas/sitemap-news/0.9); None if `text` is no sitemap.

    A prefix that was never declared is taken for what it says: publishers forget it.
    """
    text = _COMMENT.sub("", text[:HEAD]) + text[HEAD:]
    root = _FIRST.search(text)
    if root is None or root[1].lower() not in ("urlset", "sitemapindex"):
        return None
    is_index = root[1].lower() == "sitemapindex"
    if not is_index and not _NEWS.search(text):
        return Sitemap({}, (), "a sitemap without news entries")
    if text.count("<") > MAX_TAGS:
        return Sitemap({}, (), "a sitemap too large to be of news")
    tree, sound = _parsed(text[root.start() :])
    if tree is None:
        return Sitemap({}, (), "an unreadable sitemap")
    if is_index:
        return Sitemap({}, (), "a list of sitemaps", _children(tree, url))
    return _news(tree, sound, cut_off=not _END.search(text[-2000:]))


def _parsed(document: str) -> tuple[etree._Element | None, bool]:
    """The tree, and whether the XML was well formed. What stood before the root is gone, so no
    document type can declare an entity."""
    document = _with_legal_references(_HUGE_TAG.sub("", clean_text(document)))
    parser = etree.XMLParser(
        recover=True, no_network=True, resolve_entities=False, huge_tree=False, encoding="utf-8"
    )
    try:
        tree = etree.fromstring(document.encode(), parser)
    except (etree.LxmlError, ValueError):
        return None, False
    return tree, not len(parser.error_log)


def _with_legal_references(document: str) -> str:
    """The document with references that XML knows; what stands in CDATA has none."""
    first, *others = document.split(_CDATA)
    pieces = [_REFERENCE.sub(_legal_reference, first)]
    for other in others:
        data, end, markup = other.partition("]]>")
        pieces += [_CDATA, data, end, _REFERENCE.sub(_legal_reference, markup)]
    return "".join(pieces)


def _legal_reference(found: re.Match[str]) -> str:
    """A reference as XML without a document type knows it; a bare ampersand is text."""
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES or name.startswith("#"):
        return found[0]
    return html.escape(html.unescape(found[0]))


# ------------------------------------------------------------------------------- news


def _news(tree: etree._Element, sound: bool, *, cut_off: bool) -> Sitemap:
    listed = [element for element in tree if _name(element) == "url"]
    if cut_off:
        listed = listed[:-1]
    found = [(element, _child(element, "news")) for element in listed]
    entries = [_entry(element, news) for element, news in found if news is not None]
    if listed and not entries:
        return Sitemap({}, (), "a sitemap without news entries")
    names = Counter(entry["source"]["title"] for entry in entries)
    languages = Counter(entry["language"] for entry in entries)
    own = names.most_common(1)[0][0] if names else ""
    for entry in entries:
        if entry["source"]["title"] == own:
            entry["source"] = {}  # whose entry it is needs no saying
    feed = {
        "title": own,
        "title_detail": {"type": "text/plain"},
        "link": "/",
        "language": languages.most_common(1)[0][0] if languages else "",
    }
    holds = {"ill_formed": not sound and not cut_off, "cut_off": cut_off}
    warnings = tuple(name for name, true in holds.items() if true)
    return Sitemap(feed, tuple(entries), bad=int(cut_off), warnings=warnings)


def _entry(element: etree._Element, news: etree._Element) -> dict[str, Any]:
    place = _said(element, "loc")
    publication = _child(news, "publication")
    plain = {"type": "text/plain"}
    return {
        "id": place,
        "link": place,
        "title": _said(news, "title"),
        "title_detail": plain,
        "published": _said(news, "publication_date"),
        "updated": _said(element, "lastmod"),
        "language": _said(publication, "language") if publication is not None else "",
        "source": {
            "title": _said(publication, "name") if publication is not None else "",
            "title_detail": plain,
        },
    }


# ------------------------------------------------------------------------------- index


def _children(tree: etree._Element, url: str) -> tuple[str, ...]:
    """The sitemaps of an index: those whose address speaks of news, then the latest changed."""
    found = [
        (repair_url(_said(element, "loc"), url), _said(element, "lastmod"))
        for element in tree
        if _name(element) == "sitemap"
    ]
    latest_first = sorted(found, key=lambda pair: pair[1], reverse=True)
    ordered = sorted(latest_first, key=lambda pair: not _NAMED_NEWS.search(pair[0]))
    return tuple(dict.fromkeys(place for place, _ in ordered if place))[:MAX_CHILDREN]


# ----------------------------------------------------------------------------- elements


def _name(element: etree._Element) -> str:
    """The name without namespace or an undeclared prefix; "" for what is no element."""
    tag: object = element.tag  # a function for comments and the like
    return re.split(r"[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _name(child) == name)


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(_named(element, name), None)


def _said(element: etree._Element, name: str) -> str:
    child = _child(element, name)
    return " ".join("".join(map(str, child.itertext())).split()) if child is not None else ""
