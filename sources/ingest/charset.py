"""The text encoding of a page: what it says, believed only as far as its bytes agree."""

import codecs
import re

from charset_normalizer import from_bytes
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

_SAMPLE = 20_000  # bytes of letters outside ASCII that a guess looks at
_BETWEEN_MARKS = re.compile(rb"[^<>\x00]+")
# What web servers send when nobody told them (RFC 2616, section 3.7.1, since withdrawn).
_SERVER_DEFAULTS = ("cp1252", "iso8859-1", "latin-1")


def decode(body: bytes, content_type: str) -> tuple[str, str, str]:
    """The text of `body`, the name of its encoding, and a flag ("", "charset_guessed" or
    "charset_replaced", the latter when characters were lost).

    Order of belief: byte order mark, bytes that can only be UTF-8, the HTTP header, the page's
    own meta tag, a guess from the bytes. A header that names the servers' old default yields to
    the meta tag.
    """
    name, mark = read_bom(body)
    if name and mark:
        return body[len(mark) :].decode(name, "replace"), name, ""
    if body[:1] == b"\0" or body[1:2] == b"\0":  # an unmarked page begins with an ASCII "<"
        name = "utf-16-be" if body[:1] == b"\0" else "utf-16-le"
        return body.decode(name, "replace"), name, "charset_guessed"
    header = _codec(http_content_type_encoding(content_type) if content_type else None)
    meta = _codec(html_body_declared_encoding(body))
    order = [meta, header] if header in _SERVER_DEFAULTS and meta else [header, meta]
    escaping = any(name.startswith(("iso2022", "hz")) for name in order)
    for name in (["utf-8"] if not escaping else []) + order:
        text = _strictly(body, name) if name else None
        if text is not None:
            return text, name, ""
    name = guess(foreign(body))
    text = _strictly(body, name) if name else None
    if text is not None:
        return text, name, "charset_guessed"
    name = next((each for each in (*order, name) if each), "utf-8")
    return body.decode(name, "replace"), name, "charset_replaced"


def foreign(body: bytes) -> bytes:
    """What of a document tells its encoding: the text between its marks that is not ASCII alone,
    up to 20,000 bytes of it. Marks and scripts say nothing, and are the larger part."""
    runs, size = [], 0
    for found in _BETWEEN_MARKS.finditer(body):
        if not (run := found[0]).isascii():
            runs.append(run)
            size += len(run)
            if size > _SAMPLE:
                break
    return b"\n".join(runs)[:_SAMPLE]


def guess(sample: bytes) -> str:
    """Python's name for the encoding that bytes are probably in, "" if they look like none."""
    guessed = from_bytes(sample).best()
    return _codec(guessed.encoding) if guessed else ""


def _codec(label: str | None) -> str:
    """Python's name for an encoding label, read as browsers do (WHATWG Encoding); "" if none."""
    resolved = resolve_encoding(label) if label else None
    try:
        return codecs.lookup(resolved).name if resolved else ""
    except LookupError:
        return ""


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None
