"""JSON Feed 1.0 and 1.1, in the words feedparser uses for every other format."""

import json
from collections.abc import Mapping
from typing import Any

Entry = Mapping[str, Any]


def read_json_feed(text: str) -> tuple[str, Entry, list[Entry]] | None:
    """Format, feed and entries of a JSON Feed (jsonfeed.org/version/1.1), None if it is none.

    Every value may be of any type: what isn't of the type the specification gives it is left out,
    except numbers as ids, which the specification asks readers to take.
    """
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):  # nested too deep, or a number of 5,000 digits
        return None
    if not isinstance(found, dict) or "jsonfeed.org/version/" not in _word(found, "version"):
        return None
    number = _word(found, "version").rstrip("/").rsplit("/", 1)[-1]
    feed = {
        "title": _word(found, "title"),
        "link": _word(found, "home_page_url"),
        "language": _word(found, "language"),
    }
    entries = [_entry(item) for item in _dicts(found.get("items"))]
    return ("json11" if number == "1.1" else "json1"), feed, entries


def _entry(item: Mapping[str, Any]) -> Entry:
    html, plain = _word(item, "content_html"), _word(item, "content_text")
    summary = _word(item, "summary")
    marked_up = bool(html) and not summary
    return {
        "id": _identifier(item.get("id")),
        "link": _word(item, "url") or _word(item, "external_url"),
        "title": _word(item, "title"),
        "title_detail": {"type": "text/plain"},
        "summary": summary or html or plain,
        "summary_detail": {"type": "text/html" if marked_up else "text/plain"},
        "published": _word(item, "date_published"),
        "updated": _word(item, "date_modified"),
        "authors": _authors(item),
    }


def _authors(item: Mapping[str, Any]) -> list[dict[str, str]]:
    people = _dicts(item.get("authors")) or _dicts([item.get("author")])  # one author: version 1.0
    return [{"name": _word(person, "name")} for person in people]


def _identifier(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def _word(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _dicts(values: object) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
