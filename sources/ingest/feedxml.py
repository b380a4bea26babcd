"""feedparser on the text of a feed, in a time that does not depend on what the publisher sent."""

import io
import re
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from feedparser import FeedParserDict
from feedparser.api import LooseFeedParser, StrictFeedParser

# Given the dates of entries as written and a number: the places of the newest, in their order.
Newest = Callable[[Sequence[str], int], Sequence[int]]

# One element costs feedparser up to 80 microseconds: a body of 8 MB in small tags, minutes.
MAX_TAGS = 60_000
MAX_TAGS_OF_ENTRY = 15_000
MAX_AMPERSANDS = 50_000  # bare ones, each a step of the slow parser
MAX_AUTHOR_TEXT = 1000  # characters


@dataclass(frozen=True, slots=True)
class ReadXml:
    """What feedparser found. `dropped`: entries beyond the newest ones asked for."""

    version: str
    feed: Mapping[str, Any]
    entries: list[Mapping[str, Any]]
    ill_formed: bool
    dropped: int


def read_xml(document: str, limit: int, newest: Newest) -> ReadXml:
    """The newest `limit` entries of `document`, XML from its root element on, well formed or not.

    Gives text alone to feedparser's parsers, never a name: its own `parse` would open the file or
    address of a body that looks like one. Raises whatever they raise.
    """
    thin, dropped = _thinned(_without_traps(document), limit, newest)
    strict = _Strict("", None, "utf-8")
    try:
        _expat(strict).parse(_source(thin))
        return _result(strict, False, dropped, limit)
    except (xml.sax.SAXException, *_STUMBLES):
        loose = _Loose("", None, "utf-8", {})
        loose.feed(thin)
        return _result(loose, True, dropped, limit)


def _expat(handler: xml.sax.handler.ContentHandler) -> xml.sax.xmlreader.XMLReader:
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(handler)
    reader.setErrorHandler(handler)  # type: ignore[arg-type]  # feedparser's class is both
    return reader


def _source(document: str) -> xml.sax.xmlreader.InputSource:
    source = xml.sax.xmlreader.InputSource()
    source.setEncoding("utf-8")
    source.setByteStream(io.BytesIO(document.encode()))
    return source


def _result(parser: Any, ill_formed: bool, dropped: int, limit: int) -> ReadXml:
    return ReadXml(
        version=str(parser.version or ""),
        feed=parser.feeddata,
        entries=list(parser.entries[:limit]),
        ill_formed=ill_formed,
        dropped=dropped,
    )


# ------------------------------------------------------------------------ feedparser, bounded


_STUMBLES = (AttributeError, LookupError, TypeError, ValueError, OverflowError)


class _Bounded:
    """Instead of what feedparser does in the square of the length of a text, or for nothing; and
    one element it stumbles over costs that element, not the feed."""

    # Cleaning and resolving take ten times as long as reading; what is shown is cleaned there.
    sanitize_html = False
    resolve_relative_uris = False

    def unknown_starttag(self, tag: str, attributes: Any) -> None:
        with suppress(*_STUMBLES):
            super().unknown_starttag(tag, attributes)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        with suppress(*_STUMBLES):
            super().unknown_endtag(tag)  # type: ignore[misc]

    def handle_charref(self, reference: str) -> None:
        with suppress(*_STUMBLES):  # a number that is no character
            super().handle_charref(reference)  # type: ignore[misc]

    def _get_context(self) -> Any:
        try:
            return super()._get_context()  # type: ignore[misc]
        except KeyError:  # an input box or image inside an entry, looked for outside
            return self.entries[-1] if self.inentry else self.feeddata  # type: ignore[attr-defined]

    def _add_tag(self, term: object, scheme: object, label: object) -> None:
        """Compares each category with all before. Nobody reads them: the last one is enough."""
        tag = FeedParserDict(term=term, scheme=scheme, label=label)
        self._get_context()["tags"] = [tag]

    def _sync_author_detail(self, key: str = "author") -> None:
        """Looks for an e-mail address from each character of the author's text, and cuts names
        under long domains in two. The text as it stands is the name here."""
        context = self._get_context()
        people, author = context.get(f"{key}s"), context.get(key)
        if people and not people[-1] and isinstance(author, str):
            people[-1]["name"] = author[:MAX_AUTHOR_TEXT]


class _Strict(_Bounded, StrictFeedParser):  # type: ignore[misc]
    """For well-formed documents."""


class _Loose(_Bounded, LooseFeedParser):  # type: ignore[misc]
    """For all others."""


# --------------------------------------------------------------------------------- bounds

_HUGE_TAG = re.compile(r"<(?!!)[^<>]{65536,}")
_BARE = re.compile(r"&(?!#?\w{1,30};)")
_CDATA = "<![CDATA["
_TAG = re.compile(r"<!\[CDATA\[|<")
_ENTRY = re.compile(r"<!\[CDATA\[|<(?:[\w.-]{1,30}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,30}:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_DATE = re.compile(
    r"<(?:\w{1,30}:)?(?:pubdate|published|issued|date|updated|modified)\b[^<>]{0,200}>"
    r"\s*(?:<!\[CDATA\[)?([^<\]]{6,120})",
    re.IGNORECASE,
)


def _thinned(document: str, limit: int, newest: Newest) -> tuple[str, int]:
    """The document with its newest `limit` entries, fewer if they hold more than MAX_TAGS, and
    how many that leaves out.

    Done on the text: reading ten thousand entries to keep five hundred takes seconds.
    """
    starts = list(_outside_cdata(_ENTRY, document))
    if not starts or (len(starts) <= limit and document.count("<") <= MAX_TAGS):
        return _cut_after(document, MAX_TAGS), 0
    entries = [document[a:b] for a, b in pairwise([*starts, len(document)])]
    ends = [end.end() for end in _ENTRY_END.finditer(entries[-1])]
    after = entries[-1][ends[-1] :] if ends else ""
    entries[-1] = entries[-1].removesuffix(after)
    dates = [found[1] if (found := _ENTRY_DATE.search(entry)) else "" for entry in entries]
    kept = [entries[place] for place in _affordable(entries, newest(dates, limit))]
    before = _cut_after(document[: starts[0]], MAX_TAGS_OF_ENTRY)
    return before + "".join(kept) + after, len(starts) - len(kept)


def _affordable(entries: Sequence[str], places: Sequence[int]) -> Iterator[int]:
    """Those places whose entries hold no more tags than one may, or than are left for all."""
    left = MAX_TAGS
    for place in places:
        most = min(left, MAX_TAGS_OF_ENTRY)
        tags = sum(1 for _ in islice(_outside_cdata(_TAG, entries[place]), most + 1))
        if tags <= most:
            left -= tags
            yield place


def _cut_after(markup: str, tags: int) -> str:
    if markup.count("<") <= tags:
        return markup
    return markup[: next(islice(_outside_cdata(_TAG, markup), tags, None), len(markup))]


def _outside_cdata(pattern: re.Pattern[str], document: str) -> Iterator[int]:
    """Where `pattern` begins in markup; what stands in CDATA is text, and costs nothing."""
    position = 0
    while found := pattern.search(document, position):
        position = found.end()
        if found[0] == _CDATA:
            position = document.find("]]>", position)
            if position < 0:
                return
        else:
            yield found.start()


def _without_traps(document: str) -> str:
    """Without tags longer than any and, where they are too many to be text, bare ampersands."""
    document = _HUGE_TAG.sub("", document)
    if document.count("&") > MAX_AMPERSANDS and len(_BARE.findall(document)) > MAX_AMPERSANDS:
        return _BARE.sub("", document)
    return document
