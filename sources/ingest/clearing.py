"""Clears the ground for rules that read an article: the block that holds it, and little else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache

from lxml import etree

LEAST = 60  # characters; shorter paragraphs are labels and captions
_MOST_CLUTTER = 1 / 3  # of a block's text: names that strike out more mean something else there

_FLOW = ("div", "section", "aside", "ul", "ol", "p", "span")
# Loose text between these is not run together when an empty one goes.
_BLOCKS = frozenset(["div", "section", "aside", "ul", "ol", "p", "li", "article", "header"])
_BREAKS = frozenset(["br", "hr"])
_LENGTH = etree.XPath("string-length(.)")
_CLUTTER = re.compile(
    r"(?:^| )(?:shar|nav|post-nav|ad-|ad |hide|jp-|dpsp-content|comment(?!ary)|zendeskform)"
    r"|social|sociable|viral|share-|newsletter|syndication|cookie|consent|permission|premium"
    r"|modal-content|overlay|banner|bread-?crumb|button|menu|bar|avigation|navbox"
    r"|-ad-|dfp-?ad|outbrain|taboola|criteo|paid-?content|widget|factbox|footer|author|byline"
    r"|tags|tag-list|meta|rating|attachment|timestamp|user-info|user-profile|-icon|article-infos"
    r"|options|expand|related|next-|-stories|most-popular|more-on|embed|slide|viewport|message"
    r"|(?:article|post)-comments|nocomments|-reply-|akismet|disqus_thread|suggest-links|-hide"
    r"|hidden|noprint|notloaded|obfuscated|blurred",
    re.IGNORECASE,
)


def words_of(element: etree._Element) -> str:
    """Its text on one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def paragraphs(tree: etree._Element) -> list[tuple[etree._Element, str]]:
    """The <p> of a page that are more than a label or a caption, with their words."""
    found = ((each, words_of(each)) for each in tree.iter("p"))
    return [(each, words) for each, words in found if len(words) >= LEAST]


def clearing(held: Sequence[etree._Element], parser: etree.HTMLParser) -> etree._Element | None:
    """A page that consists of the lowest block around these paragraphs, free of what templates put
    between them. Rules ask each element of a page a dozen questions: here are a fifth of them, and
    no teasers of other stories.

    Args:
        held: paragraphs of one tree, which is not changed.
        parser: makes the elements of that tree.

    Returns:
        None where nothing smaller than the page's body holds them all.
    """
    block = _around(held)
    if block is None or block.tag in ("html", "body"):
        return None
    page = parser.makeelement("html")
    body = etree.SubElement(page, "body")
    body.append(deepcopy(block))
    _strike_clutter(body[0])
    _drop_empty(body[0])
    return page


def _around(elements: Sequence[etree._Element]) -> etree._Element | None:
    """The lowest element that holds all of these."""
    if not elements:
        return None
    above = list(elements[0].iterancestors())
    for each in elements[1:]:
        if above and each.getparent() is not above[0]:
            others = set(each.iterancestors())
            above = above[next((n for n, one in enumerate(above) if one in others), len(above)) :]
    return above[0] if above else None


def _strike_clutter(block: etree._Element) -> None:
    """Remove what is named like an advertisement, a menu or a teaser and holds no paragraph."""
    held = [each for each, _ in paragraphs(block)]
    holding = {*held, *(above for each in held for above in each.iterancestors())}
    named: dict[etree._Element, None] = {}
    for each in block.iterdescendants(*_FLOW):
        name = f"{each.get('class', '')} {each.get('id', '')}"
        called = _is_clutter(name[:300]) or each.get("aria-hidden") == "true"
        inside = called and any(above in named for above in each.iterancestors())
        if called and not inside and each not in holding:
            named[each] = None
    if sum(map(_length, named)) < _MOST_CLUTTER * _length(block):
        for each in named:
            _remove(each)


@lru_cache(4096)  # the pages of a publisher are of one template
def _is_clutter(name: str) -> bool:
    return _CLUTTER.search(name) is not None


def _length(element: etree._Element) -> float:
    return float(str(_LENGTH(element)))


def _drop_empty(block: etree._Element) -> None:
    """Remove the elements without any text, and those that held nothing but such."""
    for each in reversed(list(block.iterdescendants())):
        text = each.text or ""
        space = not text or (each.tag in _BLOCKS and text.isspace())
        if not len(each) and space and each.tag not in _BREAKS:
            _remove(each)


def _remove(element: etree._Element) -> None:
    """Remove an element, not what follows it."""
    parent, before, after = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    if after and before is not None:
        before.tail = (before.tail or "") + after
    elif after:
        parent.text = (parent.text or "") + after
    parent.remove(element)
