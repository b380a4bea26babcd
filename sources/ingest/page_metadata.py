"""What a page says about itself: JSON-LD and meta tags first, its visible marks where they lack."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from lxml import etree

from sources.ingest import headlines
from sources.ingest.identify import clean_text, usable_canonical
from sources.ingest.jsonld import article_node, first_text, names, truth

MAX_TITLE = 1000
MAX_AUTHOR = 300

_TAGS = ("script", "meta", "link", "title", "h1", "time")
_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "article.published",
    "publish-date",
    "publication_date",
    "pubdate",
    "date",
)
_MODIFIED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
)
_AUTHOR_METAS = ("author", "parsely-author", "article:author", "dc.creator", "sailthru.author")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_BY = re.compile(
    r"^(?:written by|reported by|by|par|von|por|de|di|text)\b[:\s]+(?=\S)", re.IGNORECASE
)
_NOT_A_NAME = re.compile(
    r"https?:|www\.|@|^\d+$|^(?:admin|administrator|editor|webmaster|user|undefined|null|none)$",
    re.IGNORECASE,
)
_BYLINES = etree.XPath(
    "//*[self::a or self::span or self::div or self::p or self::address or self::li]"
    "[@rel='author' or @itemprop='author' or contains(@class, 'byline')"
    " or contains(@class, 'author-name') or contains(@class, 'author__name')"
    " or contains(@class, 'authorName')]"
)
_SUFFIX = re.compile(r"\s+[|\u2013\u2014\u00b7-]\s+[^|\u2013\u2014\u00b7]{2,40}$")

# The script of the writing outranks a template's lang attribute left at its default.
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), "ja", ("ja",)),
    (re.compile("[\uac00-\ud7af]"), "ko", ("ko",)),
    (re.compile("[\u3400-\u9fff]"), "zh", ("zh", "yue", "wuu")),
    (re.compile("[\u0400-\u04ff]"), "ru", ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn")),
    (re.compile("[\u0600-\u06ff]"), "ar", ("ar", "fa", "ur", "ps", "ckb", "ug")),
)
_OTHER_SCRIPT = re.compile("|".join(script.pattern for script, _, _ in _SCRIPTS))


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What one page says of itself; "" or None where it says nothing."""

    title: str
    window_title: str  # of the <title>, with whatever the site adds to it
    author: str
    language: str  # primary subtag, lower case
    dates: tuple[tuple[str, str], ...]  # (origin, raw): origin is "jsonld" or "meta"
    canonical: str  # absolute and believable, else ""
    alternates: tuple[str, ...]  # other addresses of the same document
    site_name: str
    body: str  # articleBody of the JSON-LD
    is_article: bool  # it calls itself one
    is_free: bool | None  # schema.org isAccessibleForFree
    modified: str = ""  # when it says it was changed last, as written


def read_metadata(tree: etree._Element, url: str) -> PageMetadata:
    """Read what the page at `url` says of itself. The tree is not changed.

    JSON-LD of schema.org Article types wins over meta tags (Open Graph, Dublin Core and the
    analytics vendors' own), and those win over visible marks (h1, title, bylines); only the
    headline that readers see wins over the one that was declared.
    """
    marks: dict[str, list[etree._Element]] = {tag: [] for tag in _TAGS}
    for element in tree.iter(*_TAGS):  # one walk: a page has thousands of elements
        marks[str(element.tag)].append(element)
    metas = _metas(marks["meta"])
    article = article_node(marks["script"], url)
    jsonld_date = first_text(article.get("datePublished") or article.get("dateCreated"))
    meta_date = next((metas[key] for key in _DATE_METAS if metas.get(key)), "")
    meta_date = meta_date or _item_date(marks["time"])
    dates = tuple(
        (origin, clean_text(raw.strip(), 120))
        for origin, raw in (("jsonld", jsonld_date), ("meta", meta_date))
        if raw.strip()
    )
    meta_modified = next((metas[key] for key in _MODIFIED_METAS if metas.get(key)), "")
    modified = first_text(article.get("dateModified")) or meta_modified
    named = _links(marks["link"])
    og_url = usable_canonical(url, metas.get("og:url", ""))
    amp = usable_canonical(url, named.get("amphtml", ""))
    canonical = usable_canonical(url, named.get("canonical", "")) or og_url
    kind = metas.get("og:type", "").lower()
    publisher = next(names(article.get("publisher")), "")
    return PageMetadata(
        title=_title(marks, metas, article),
        window_title=_plain(_words(marks["title"][0]), MAX_TITLE) if marks["title"] else "",
        author=_author(tree, metas, article),
        language=_declared_language(tree, metas, article),
        dates=dates,
        canonical=canonical,
        alternates=tuple(
            dict.fromkeys(each for each in (og_url, amp) if each and each != canonical)
        ),
        site_name=_plain(metas.get("og:site_name") or publisher, MAX_AUTHOR),
        body=_paragraphs(first_text(article.get("articleBody"))),
        is_article=bool(article) or "article" in kind,
        is_free=truth(article.get("isAccessibleForFree")),
        modified=clean_text(modified.strip(), 120),
    )


def language_of(declared: str, text: str) -> str:
    """The language of `text`: as declared, unless it is written in another language's script."""
    if not _OTHER_SCRIPT.search(text, 0, 2000):
        return declared
    letters = [char for char in text[:2000] if char.isalpha()]
    for script, usual, possible in _SCRIPTS:
        share = 0.1 if usual == "ja" else 0.4  # Japanese mixes kana into Chinese characters
        if letters and len(script.findall("".join(letters))) >= share * len(letters):
            return declared if declared in possible else usual
    return declared


# ------------------------------------------------------------------ tags and visible marks


def _metas(elements: list[etree._Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in elements:
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        key = key.strip().lower()
        content = (meta.get("content") or "").strip()
        if key and content:
            found.setdefault(key, content)
    return found


def _links(elements: list[etree._Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for link in elements:
        rel = (link.get("rel") or "").strip().lower()
        if rel in ("canonical", "amphtml"):
            found.setdefault(rel, link.get("href") or "")
    return found


def _title(
    marks: dict[str, list[etree._Element]], metas: dict[str, str], article: dict[str, Any]
) -> str:
    headings = [_plain(_words(each), MAX_TITLE) for each in marks["h1"]]
    headings = [each for each in headings if each]
    for raw in (first_text(article.get("headline")), metas.get("og:title", "")):
        title = _plain(raw, MAX_TITLE)
        if title:
            return headings[0] if _is_headline(headings, title) else title
    if len(headings) == 1:
        return headings[0]
    whole = _plain(_words(marks["title"][0]), MAX_TITLE) if marks["title"] else ""
    return _SUFFIX.sub("", whole) or next(iter(headings), "")


def _is_headline(headings: list[str], declared: str) -> bool:
    """Whether the page's one h1 is its headline as readers see it: then it wins, because an edited
    headline often stays as it was in what machines read.

    One that shares few words with the declared headline is the site's name or another story's; one
    that only puts a label before it ("Politics | ...") is no better.
    """
    if len(headings) != 1 or headings[0].casefold().endswith(declared.casefold()):
        return False
    return headlines.alike(headings[0], declared)


def _words(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _author(tree: etree._Element, metas: dict[str, str], article: dict[str, Any]) -> str:
    declared = _kept_names(names(article.get("author")))
    if declared:
        return ", ".join(declared)[:MAX_AUTHOR]
    # Meta tags and bylines repeat one name in several spellings: the first of them only.
    for name in _kept_names(metas.get(key, "") for key in _AUTHOR_METAS):
        return name
    bylines = cast(list[etree._Element], _BYLINES(tree))[:6]
    return next(iter(_kept_names(_words(each) for each in bylines)), "")


def _kept_names(claims: Iterable[str]) -> list[str]:
    """The claims that can be names of people or desks, each once."""
    kept: dict[str, None] = {}
    for raw in claims:
        name = _BY.sub("", _plain(raw, MAX_AUTHOR))
        if 1 < len(name) <= 120 and not _NOT_A_NAME.search(name):
            kept.setdefault(name)
    return list(kept)


def _item_date(elements: list[etree._Element]) -> str:
    """The moment marked up as the publication's by microdata or HTML's pubdate."""
    for mark in elements:
        if mark.get("itemprop") == "datePublished" or mark.get("pubdate") is not None:
            return mark.get("datetime") or mark.get("content") or ""
    return ""


def _declared_language(tree: etree._Element, metas: dict[str, str], article: dict[str, Any]) -> str:
    root = tree if tree.tag == "html" else next(tree.iter("html"), tree)
    claims = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
        metas.get("og:locale"),
        first_text(article.get("inLanguage")),
        metas.get("content-language"),
    )
    for claim in claims:
        code = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", claim or "")
        if code:
            return code[1].lower()
    return ""


def _plain(text: str, limit: int) -> str:
    """One line of plain text: entities resolved, tags, controls and soft hyphens removed, spaces
    single."""
    bare = _TAG.sub("", html.unescape(html.unescape(text[: 8 * limit]))).replace("\xad", "")
    return " ".join(clean_text(bare).split())[:limit]


def _paragraphs(text: str) -> str:
    broken = re.sub(r"(?i)</?(?:p|br|div|li|h[1-6])\b[^<>]*>", "\n", html.unescape(text))
    return _TAG.sub("", broken)
