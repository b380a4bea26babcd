"""Undoes the compression of a response body, never yielding more than its reader may hold."""

import zlib

_MAX_MEMBERS = 256  # RFC 1952 allows any number of members; each costs a copy of what is left
_GZIP = b"\x1f\x8b"
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 31, 15, -15
# The last ones are no codings at all, but servers send them.
_NONE = frozenset({"", "identity", "none", "utf-8", "utf8"})


class Undecodable(Exception):
    """A body that isn't what its label says, or too large; `outcome`: bad_encoding, too_large."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


def coding(labels: list[str]) -> str:
    """The one coding named by the Content-Encoding headers, "" for none.

    Raises:
        Undecodable: for a coding we did not ask for, and for several on top of each other, which
            RFC 9110 8.4 allows and only archive bombs use.
    """
    names = [name.strip().lower() for label in labels for name in label.split(",")]
    real = [name for name in names if name not in _NONE]
    if len(real) > 1:
        raise Undecodable("bad_encoding", f"more than one content coding: {', '.join(real)[:100]}")
    name = real[0].removeprefix("x-") if real else ""
    if name not in ("", "gzip", "deflate"):
        raise Undecodable("bad_encoding", f"a content coding we did not ask for: {name[:100]!r}")
    return name


def decode(body: bytes, name: str, max_bytes: int, *, distrust_label: bool = False) -> bytes:
    """The body without its coding (gzip, deflate or "").

    Args:
        max_bytes: more than that is `Undecodable` with too_large, found out without making it.
        distrust_label: leave a "gzip" body alone that does not begin like one.
    """
    if not name or not body or (distrust_label and not body.startswith(_GZIP)):
        return body
    try:
        if name == "gzip":
            return _gunzip(body, max_bytes)
        return _inflate_any(body, max_bytes)
    except zlib.error as error:
        raise Undecodable("bad_encoding", f"labelled {name}, but: {error}") from None


def beginning(body: bytes, name: str, max_bytes: int) -> bytes:
    """The first bytes of what was compressed, of a body that may be cut off itself.

    Raises:
        Undecodable: when it isn't compressed as its label says.
    """
    try:
        try:
            return _begin(body, _GZIP_BITS if name == "gzip" else _ZLIB_BITS, max_bytes)
        except zlib.error:
            if name == "gzip":
                raise
            return _begin(body, _RAW_BITS, max_bytes)
    except zlib.error as error:
        raise Undecodable("bad_encoding", f"labelled {name}, but: {error}") from None


def _begin(body: bytes, bits: int, max_bytes: int) -> bytes:
    return zlib.decompressobj(bits).decompress(body, max_bytes)


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = max_bytes
    for _ in range(_MAX_MEMBERS):
        part, body = _inflate(body, _GZIP_BITS, left)
        parts.append(part)
        left -= len(part)
        if not body.startswith(_GZIP):  # the end, or padding, which is ignored as browsers do
            return parts[0] if len(parts) == 1 else b"".join(parts)
    raise Undecodable("bad_encoding", f"more than {_MAX_MEMBERS} gzip members")


def _inflate_any(body: bytes, max_bytes: int) -> bytes:
    """Deflate in the zlib wrapper RFC 9110 8.4.1.2 asks for, or the bare one servers send."""
    try:
        return _inflate(body, _ZLIB_BITS, max_bytes)[0]
    except zlib.error:
        return _inflate(body, _RAW_BITS, max_bytes)[0]


def _inflate(body: bytes, bits: int, max_bytes: int) -> tuple[bytes, bytes]:
    """One compressed stream and what follows it."""
    stream = zlib.decompressobj(bits)
    out = stream.decompress(body, max_bytes + 1)
    if len(out) > max_bytes:
        raise Undecodable("too_large", "larger than allowed once decompressed")
    if not stream.eof:
        raise Undecodable("bad_encoding", "the compressed body is cut off")
    return out, stream.unused_data
