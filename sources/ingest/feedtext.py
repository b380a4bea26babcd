"""The text inside the bytes of a feed: which charset, where the document begins, is it a page."""

import codecs
import re
from dataclasses import dataclass

from lxml import etree

from sources.ingest import charset
from sources.ingest.identify import clean_text, repair_url

HEAD = 262_144  # bytes or characters in which a declaration, root or <head> must stand


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text. `declared` is false where the bytes are not in the charset they claim."""

    text: str
    declared: bool


# ------------------------------------------------------------------------------- charsets

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0, appendix F: "<" and the zeros around it tell the width of a character.
_WIDE = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Names that publishers use for a smaller set than they send (WHATWG Encoding, section 4.2).
_LARGER = {
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "iso8859-11": "cp874",
}  # fmt: skip
_TOO_FEW = 16  # bytes outside ASCII of which a detector knows nothing, but says something
# Python's other codecs are no charsets of documents, and some (punycode) are slow on purpose.
_CHARSET = re.compile(r"utf-(8|16|32)|iso8859|cp\d|koi8|mac|gb|big5|euc|shift|iso2022|hz|tis|ascii")


def decode(body: bytes, content_type: str = "") -> Decoded:
    """`body` as text, whatever it says of itself: the byte order mark, then UTF-8 if the bytes
    are that (others' text practically never is), then what HTTP or XML declare, then a guess."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), declared=True)
    for pattern, name in _WIDE:
        if body.lstrip(b" \t\r\n").startswith(pattern):
            return Decoded(body.decode(name, "replace"), declared=True)
    names = _declared(body, content_type)
    ascii_only = body.isascii()
    if ascii_only and not any(name.startswith(("iso2022", "hz")) for name in names):
        return Decoded(body.decode("ascii"), declared=True)
    if not ascii_only and (text := _as_utf8(body)) is not None:
        return Decoded(text, declared=not names or "utf-8" in names)
    for name in names:
        text = body.decode(_LARGER.get(name, name), "replace")
        if name != "utf-8" and text.count("\ufffd") * 100 <= _high_bytes(body):
            return Decoded(text, declared=True)
    return Decoded(_guessed(body), declared=not names)


def _high_bytes(data: bytes) -> int:
    return len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))


def _declared(body: bytes, content_type: str) -> list[str]:
    """The charsets that HTTP and the XML declaration name, as Python calls them."""
    http = _HTTP_CHARSET.search(content_type)
    xml = _XML_CHARSET.search(body[:1024])
    found = []
    for name in (http[1] if http else "", xml[1].decode("ascii", "ignore") if xml else ""):
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        if _CHARSET.match(known):
            found.append(known)
    return found


def _as_utf8(body: bytes) -> str | None:
    """The text if the bytes are UTF-8, or nearly: emulated surrogates, single broken letters."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        halves = body.decode("utf-8", "surrogatepass")
        return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(len(run) for run in re.findall(r"[^\x00-\x7f\ufffd]+", text))
    return text if whole > broken else None


def _guessed(body: bytes) -> str:
    """Few letters outside ASCII are Western Europe's; where most are, a detector has to look."""
    sample = charset.foreign(body)
    letters, high = len(re.findall(rb"[A-Za-z]", sample)), _high_bytes(sample)
    guessed = charset.guess(sample) if high > _TOO_FEW and high * 3 > letters else ""
    return body.decode(guessed if _CHARSET.match(guessed) else "cp1252", "replace")


# ------------------------------------------------------------------------ the XML document

_ROOT = re.compile(
    r"(?P<page><!doctype\s+html|<(?:html|head|body)[\s>])"
    r"|<(?:[\w.-]{1,30}:)?(?:rss|feed|rdf|channel|item|entry)[\s>/]",
    re.IGNORECASE,
)
# A feed in the body of a page, as clean-up filters on servers make it.
_WRAPPED = re.compile(
    r"<rss\s[^<>]{0,500}version=|<feed\s[^<>]{0,500}http://www\.w3\.org/2005/Atom", re.IGNORECASE
)
# What XML 1.0 (section 2.2) forbids. Feed readers that meet these drop the whole document.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed's XML from its root element on. `junk`: something that isn't XML stood before;
    `wrapped`: it stood in a web page, and may be no more than its example; `cut_off`: the last
    entry lacks its end, so that its link may be half a link."""

    text: str
    junk: bool
    wrapped: bool
    cut_off: bool


def feed_document(text: str) -> FeedDocument | None:
    """The feed in `text`, in legal characters; None if it holds none.

    What stands before the root goes: warnings of the publisher's software, and the document type,
    so that no entity declared there is ever expanded or fetched.
    """
    root = _ROOT.search(text[:HEAD])
    if root and root["page"]:
        root = _WRAPPED.search(text[:HEAD])
    if root is None:
        return None
    before = text[: root.start()].strip("\ufeff \t\r\n")
    legal = _REFERENCE.sub(_legal_reference, _ILLEGAL.sub("", text[root.start() :]))
    wrapped = root.re is _WRAPPED
    junk = wrapped or (bool(before) and not before.startswith(("<?", "<!")))
    return FeedDocument(legal, junk, wrapped, _is_cut_off(legal))


def _legal_reference(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    point = int(digits, base) if len(digits) <= 12 else -1
    legal = 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF
    return found[0] if legal or point in (9, 10, 13) else ""


def _is_cut_off(document: str) -> bool:
    tail = document[-2000:].lower()
    if re.search(r"</(?:[\w.-]{1,30}:)?(?:rss|feed|rdf|channel)\s*>", tail):
        return False
    lower = document.lower()
    begun = max(lower.rfind("<item"), lower.rfind("<entry"))
    return begun > max(lower.rfind("</item"), lower.rfind("</entry"))


# ------------------------------------------------------------------------------ web pages

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json"}


@dataclass(frozen=True, slots=True)
class Page:
    """What an HTML page says of itself and of the feeds beside it."""

    is_page: bool
    title: str
    alternates: tuple[str, ...]


def read_page(text: str, url: str) -> Page:
    """The title of an HTML page and the addresses of the feeds its <head> offers (at most 20)."""
    root = _ROOT.search(text[:HEAD])
    is_page = bool(root and root["page"])
    parser = etree.HTMLParser(recover=True, no_network=True, encoding="utf-8")
    try:
        tree = etree.fromstring(clean_text(text[:HEAD]).encode(), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        tree = None
    if tree is None:
        return Page(is_page, "", ())
    title = " ".join((tree.findtext(".//title") or "").split())
    offered = []
    for link in tree.iter("link"):
        relations = link.get("rel", "").lower().split()
        is_feed = link.get("type", "").split(";")[0].strip().lower() in _FEED_TYPES
        if "feed" in relations or ("alternate" in relations and is_feed):
            offered.append(repair_url(link.get("href", ""), url))
    alternates = tuple(dict.fromkeys(filter(None, offered)))[:20]
    return Page(is_page, clean_text(title, 300), alternates)
