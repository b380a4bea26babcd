"""The schema.org article a page declares in JSON-LD, found among whatever else it declares."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

# Limits: what a page may say about itself is a few kilobytes; the rest is a trap or a mistake.
MAX_JSON = 1_000_000  # characters of one JSON-LD block
MAX_NODES = 20_000  # objects and lists of all blocks together

_ARTICLE_TYPE = re.compile(r"Article|BlogPosting|Report\b|LiveBlog|Review$", re.IGNORECASE)


def article_node(scripts: Iterable[etree._Element], url: str) -> dict[str, Any]:
    """The schema.org Article the page at `url` declares in its `scripts`, {} if it declares none.

    Of several, the one that names the page's address, else the outermost. References of its
    author to other nodes of the graph (JSON-LD 1.1, section 3.3) are followed once.
    """
    nodes = list(_nodes(scripts))
    people = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    articles = [
        node
        for node in nodes
        if _ARTICLE_TYPE.search(str(node.get("@type", "")))
        and (node.get("headline") or node.get("datePublished") or node.get("articleBody"))
    ]
    if not articles:
        return {}
    path = urlsplit(url).path.rstrip("/")
    chosen = next((node for node in articles if path and path in _addresses(node)), articles[0])
    author = _resolved(chosen.get("author") or chosen.get("creator"), people)
    return {**chosen, "author": author}


def _nodes(scripts: Iterable[etree._Element]) -> Iterator[dict[str, Any]]:
    """Every object of every JSON-LD block, outer ones first."""
    left = MAX_NODES
    for script in scripts:
        kind = (script.get("type") or "").strip().lower()
        text = script.text or ""
        if not kind.startswith("application/ld+json") or len(text) > MAX_JSON:
            continue
        queue: list[Any] = [_loads(text)]
        for value in queue:  # grows while it is read: breadth first without recursion
            if left <= 0:
                return
            if isinstance(value, dict):
                left -= 1
                yield value
                queue.extend(part for part in value.values() if isinstance(part, dict | list))
            elif isinstance(value, list):
                left -= 1
                queue.extend(part for part in value if isinstance(part, dict | list))


def _loads(text: str) -> Any:
    """The JSON of a block; comment marks and CDATA around it and trailing commas are forgiven."""
    bare = re.sub(
        r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$", "", text
    )
    for attempt in (bare, re.sub(r",\s*([}\]])", r"\1", bare)):
        try:
            return json.loads(attempt.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _addresses(node: dict[str, Any]) -> set[str]:
    about = node.get("mainEntityOfPage")
    found = [node.get("url"), node.get("@id"), about]
    if isinstance(about, dict):
        found += [about.get("@id"), about.get("url")]
    paths = set()
    for each in found:
        if isinstance(each, str):
            paths.add(re.sub(r"^https?://[^/]*", "", each).split("?")[0].split("#")[0].rstrip("/"))
    return paths


def _resolved(author: Any, people: dict[str, dict[str, Any]]) -> Any:
    """The author with references to other nodes of the graph followed once."""
    if isinstance(author, list):
        return [_resolved(each, people) for each in author[:20]]
    if isinstance(author, dict) and not author.get("name"):
        return people.get(str(author.get("@id")), author)
    return author


def names(author: Any, depth: int = 0) -> Iterator[str]:
    """Every name in a person, an organization, a plain string, or a list of those."""
    if isinstance(author, str):
        yield author
    elif isinstance(author, dict) and depth < 4:
        yield from names(author.get("name"), depth + 1)
    elif isinstance(author, list) and depth < 4:
        for each in author[:20]:
            yield from names(each, depth + 1)


def first_text(value: Any) -> str:
    """The value where it is text, or the first of a list; else ""."""
    if isinstance(value, list):
        value = next((each for each in value if each), "")
    return value if isinstance(value, str) else ""


def truth(value: Any) -> bool | None:
    """A schema.org Boolean, also as a word or as the address of schema.org's own; else None."""
    word = str(first_text(value) or value).strip().lower()
    return {"true": True, "false": False}.get(word.rpartition("/")[2])
