"""Reads a page: its text, what it says of itself, and whether it is an article at all."""

import logging
import re
from dataclasses import dataclass

import trafilatura
from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import Extractor

from sources.ingest import blocks, clearing
from sources.ingest.charset import decode
from sources.ingest.identify import clean_text
from sources.ingest.page_metadata import PageMetadata, language_of, read_metadata
from sources.ingest.pagesize import is_too_large
from sources.ingest.pagestate import (
    LONG_WORDS,
    Seen,
    active_marks,
    classify,
    count_words,
    is_short,
    standing_marks,
    without_wall,
)

MAX_ELEMENTS = 30_000  # beyond these a page is a list or a trap, and rules cost seconds
MAX_TEXT = 1_000_000  # characters
SETTINGS = 3  # raise when anything changes what is read from a page
EXTRACTOR = f"trafilatura {trafilatura.__version__}/p{SETTINGS}"

# Never text, and half of a page's elements: without them every later walk is shorter. <aside>
# and <form> stay, because some publishers put the article itself into one.
_NO_TEXT = (
    *("script", "style", "noscript", "svg", "iframe", "template", "canvas", "object", "embed"),
    *("button", "input", "select", "textarea", "datalist", "option", "optgroup", "link", "img"),
    *("picture", "source", "video", "audio", "track", "map", "area", "nav", "footer"),
)
# Control bytes that no encoding of ours uses in text; libxml2 ends the page at a NUL.
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])
_DOCTYPE = re.compile(rb"<!doctype[^>]*>", re.IGNORECASE)  # odd ones empty the tree
_CLOSED_ROOT = re.compile(rb"(<html[^<>]*)/>", re.IGNORECASE)
_DEEP = re.compile(rb"(?:<(?:div|span|section|font|b|i)\b[^<>]*>\s*){200,}", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|article|main|div|p|h1|meta|title)\b", re.I)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.IGNORECASE)
_ELEMENTS = etree.XPath("count(//*)")
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")
_BINARY = (
    *(b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF"),
    *(b"OggS", b"ID3", b"\x1aE\xdf\xa3", b"\xd0\xcf\x11\xe0", b"BM6", b"wOFF", b"\x00\x00\x01\x00"),
)


def _parser(deep: bool) -> etree.HTMLParser:
    """A parser of UTF-8 that gives up below 256 levels, below 2,048 if `deep`.

    lxml.html's own chooses a class for each element in Python, for forms and labels; nothing
    here needs those.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=deep
    )
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


_PARSER = _parser(deep=False)


def _settings(focus: str, fast: bool = True) -> Extractor:
    """One set of trafilatura's settings. "plain" is its balanced way without the second reading
    it decides on by measuring the whole page: _article_text decides by the paragraphs."""
    settings = Extractor(output_format="python", fast=fast, comments=False)
    settings.focus = focus
    return settings


_PLAIN = _settings("plain")
_RECALL = _settings("recall")
_THOROUGH = _settings("balanced", fast=False)
# What odd markup makes a parser or an extractor raise. Not Exception: whoever limits the time
# of a reading does it by an exception of his own, which must pass.
_CONTENT_ERRORS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError),
    *(TypeError, ValueError, etree.LxmlError),
)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every empty page
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Document:
    """What was read from one page; immutable, every text cleaned of what can't be stored."""

    state: str  # ok teaser paywalled consent challenge empty not_article not_html too_large failed
    title: str
    text: str  # "\n" between paragraphs; "" unless the state is ok or teaser
    author: str
    language: str
    dates: tuple[tuple[str, str], ...]  # (origin, as written); origin: jsonld, meta or htmldate
    canonical: str
    site_name: str
    alternates: tuple[str, ...]
    extractor: str
    words: int
    charset: str
    flags: tuple[str, ...]
    modified: str = ""  # when the page says it was changed last, as written


def extract(body: bytes, *, url: str, content_type: str = "") -> Document:
    """Read the page `body`, fetched from `url` (its final address) as `content_type`.

    Never raises because of the content: a page that can't be read has the state "failed".
    """
    if not _is_page(body, content_type):
        return _nothing("not_html")
    if is_too_large(body):
        return _nothing("too_large")
    if not body.strip():
        return _nothing("empty")
    try:
        text, charset, flag = decode(body, content_type)
        if _kind(content_type) == "text/plain" and not _MARKUP.search(body[:2000]):
            return _plain_text(text, url, charset, flag)
        return _read(text, url, charset, (flag,) if flag else ())
    except _CONTENT_ERRORS as error:
        return _nothing("failed", type(error).__name__)


def _is_page(body: bytes, content_type: str) -> bool:
    kind = _kind(content_type)
    if body.startswith(_BINARY) or body[4:8] == b"ftyp":
        return False
    start = body[:4000].lstrip()
    if kind in ("", "application/octet-stream", "unknown/unknown"):
        return not start or _MARKUP.search(start.replace(b"\0", b"")) is not None
    return kind in _PAGE_TYPES and not (_FEED.search(start[:600]) and not _MARKUP.search(start))


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _nothing(state: str, *flags: str) -> Document:
    return Document(state, "", "", "", "", (), "", "", (), EXTRACTOR, 0, "", flags)


def _plain_text(raw: str, url: str, charset: str, flag: str) -> Document:
    text = _normal(raw)
    words = count_words(text)
    seen = Seen(url, (), text, words, False, None, frozenset())
    title = text.partition("\n")[0][:200]
    nobody = PageMetadata(title, "", "", "", (), "", (), "", "", False, None)
    return _document(seen, nobody, charset, (flag,) if flag else (), ())


def _read(page: str, url: str, charset: str, flags: tuple[str, ...]) -> Document:
    tree, regular = _parsed(page)
    if tree is None:
        return _nothing("empty")
    metadata = read_metadata(tree, url)
    marks = active_marks(tree)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    text = _article_text(tree, metadata) if regular else _paragraphs(tree)
    text = _normal(text)
    text = _without_title(text, metadata.title)
    if len(text) > MAX_TEXT:
        text, flags = text[:MAX_TEXT], (*flags, "text_cut")
    words = count_words(text)
    marks |= standing_marks(tree, page, url) if words < LONG_WORDS else frozenset()
    titles = (metadata.title, metadata.window_title)
    seen = Seen(url, titles, text, words, metadata.is_article, metadata.is_free, marks)
    found = _guarded_date(tree) if regular and not metadata.dates else ()
    return _document(seen, metadata, charset, flags if regular else (*flags, "irregular"), found)


def _parsed(page: str) -> tuple[etree._Element | None, bool]:
    """The tree, and whether it is a page like others: neither deeper nor larger than any honest
    page, so that reading it by rules takes milliseconds and not minutes."""
    source = page.encode("utf-8", "replace").translate(None, _CONTROLS)
    source = _CLOSED_ROOT.sub(rb"\1>", _DOCTYPE.sub(b"", source[:4000], 1), 1) + source[4000:]
    tree = etree.fromstring(source, _PARSER)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in _PARSER.error_log):
        # Levels that hold nothing but the next one are dropped, or the other gives up too.
        return etree.fromstring(_DEEP.sub(b"<div>", source), _parser(deep=True)), False
    regular = tree is not None and float(str(_ELEMENTS(tree))) <= MAX_ELEMENTS
    return tree, regular


def _document(
    seen: Seen,
    said: PageMetadata,
    charset: str,
    flags: tuple[str, ...],
    dates: tuple[tuple[str, str], ...],
) -> Document:
    state = classify(seen)
    text = seen.text if state in ("ok", "teaser") else ""
    text = without_wall(text) if state == "teaser" else text
    return Document(
        state=state,
        title=said.title,
        text=text,
        author=said.author,
        language=language_of(said.language, seen.text),
        dates=said.dates + dates,
        canonical=said.canonical,
        site_name=said.site_name,
        alternates=said.alternates,
        extractor=EXTRACTOR,
        words=seen.words if text == seen.text else count_words(text),
        charset=charset,
        flags=flags,
        modified=said.modified,
    )


# ---------------------------------------------------------------------------------- the text


def _article_text(tree: etree._Element, metadata: PageMetadata) -> str:
    """The article's text by the cheapest reading that is not visibly wrong.

    The cheapest is one of the block around the page's paragraphs, the next of the whole page.
    Visibly wrong is a reading that holds hardly any of the page's paragraphs (then the generous
    one, if it holds more), less than half of them (then one of the body's blocks put together), or
    next to nothing (then the thorough one, and the publisher's own articleBody).
    """
    found = clearing.paragraphs(tree)
    sample = [words for _, words in found[:: len(found) // 200 + 1]]
    whole = sum(map(len, sample))
    block = clearing.clearing([each for each, _ in found], _PARSER) if whole >= 500 else None
    if block is not None:
        text = _by_rules(block, _PLAIN)
        if 2 * _held(sample, text) >= whole and not _is_little(text):
            return text
    text = _by_rules(tree, _PLAIN)
    held = _held(sample, text)
    if whole >= 500 and held < whole / 4:
        for settings in (_RECALL, _THOROUGH)[: 2 if len(text) < 1500 else 1]:
            other = _by_rules(tree, settings)
            if (holds := _held(sample, other)) > 1.3 * held + 200:
                text, held = other, holds
                break
    if whole >= 1500 and 2 * held < whole and blocks.join(tree, text):
        other = _by_rules(tree, _PLAIN)
        text = other if _held(sample, other) > 1.3 * held + 200 else text
    if _is_little(text):
        longest = max(_by_rules(tree, _THOROUGH), metadata.body, key=len)
        text = longest if len(longest) > 1.5 * len(text) else text
    return text


def _is_little(text: str) -> bool:
    return is_short(text, count_words(text[:2000]))


def _by_rules(tree: etree._Element, settings: Extractor) -> str:
    document = trafilatura.bare_extraction(tree, options=settings)
    text = document.text if document is not None and not isinstance(document, dict) else ""
    return text or ""


def _paragraphs(tree: etree._Element) -> str:
    return "\n".join(words for _, words in clearing.paragraphs(tree))


def _held(paragraphs: list[str], text: str) -> int:
    """Characters of the `paragraphs` whose beginning stands in `text`."""
    flat = " ".join(text[:200_000].split())
    return sum(len(each) for each in paragraphs if each[:50] in flat)


def _normal(text: str) -> str:
    """One line per paragraph, single spaces within; what can't be stored is gone."""
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in clean_text(text).splitlines())
    return "\n".join(line for line in lines if line)


def _without_title(text: str, title: str) -> str:
    """`text` without the title where that is its first line: it is kept beside the text."""
    first, _, rest = text.partition("\n")
    return rest if first.casefold() == title.casefold() else text


def _guarded_date(tree: etree._Element) -> tuple[tuple[str, str], ...]:
    """htmldate's finding, kept from reading dates out of running text or a copyright line."""
    try:
        found = find_date(tree, original_date=True, extensive_search=False, max_date="2100-01-01")
    except _CONTENT_ERRORS:
        return ()
    return (("htmldate", found),) if found else ()
