"""Whether a page can be parsed in a time that is worth it, judged by its bytes alone."""

import re
from collections.abc import Iterator

MAX_BYTES = 8_000_000
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 5_000  # of one element

_TAG_END = re.compile(rb"""[a-zA-Z](?:[^>"']|"[^"]*+"|'[^']*+')*+""")
_QUOTED = re.compile(rb""""[^"]*+"|'[^']*+'""")


def is_too_large(body: bytes) -> bool:
    """Whether parsing could take minutes: libxml2 compares each attribute with all before it."""
    if len(body) > MAX_BYTES:
        return True
    if body.count(b"<") > MAX_TAGS and body.count(b"<") - body.count(b"</") > MAX_TAGS:
        return True
    tags = (tag[0] for tag in map(_TAG_END.match, _long_parts(body, 4 * MAX_ATTRIBUTES)) if tag)
    return any(len(_QUOTED.sub(b"", tag).split()) > MAX_ATTRIBUTES for tag in tags)


def _long_parts(body: bytes, length: int) -> Iterator[bytes]:
    """What stands between one "<" and the next, where that is more than `length` bytes.

    Goes from one to the last of the next `length` bytes: a page of thousands takes a few steps.
    """
    start = 0
    while start + length < len(body):
        last = body.rfind(b"<", start, start + length + 1)
        if last < 0:
            end = body.find(b"<", start + length)
            last = end if end >= 0 else len(body)
            yield body[start:last]
        start = last + 1
