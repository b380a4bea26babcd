"""The values of a fetch: its limits, its header lines, its response, the names of its failures."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass

_RESETS = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_CONNECT = 7
_MAX_VALIDATOR = 1024  # characters; a longer ETag is a mistake or an attack, and isn't sent back
# By number, as libcurl documents them; this module knows no client.
_OUTCOMES = {
    1: "bad_encoding",  # UNSUPPORTED_PROTOCOL: an answer without a status line
    3: "bad_url",  # URL_MALFORMAT
    _CONNECT: "connect",
    8: "bad_encoding",  # WEIRD_SERVER_REPLY: a broken status line or header
    18: "bad_encoding",  # PARTIAL_FILE: fewer bytes than announced
    52: "reset",  # GOT_NOTHING
    55: "reset",  # SEND_ERROR
    56: "bad_encoding",  # RECV_ERROR without an error of the socket: broken chunks
    61: "bad_encoding",  # BAD_CONTENT_ENCODING
    63: "too_large",  # FILESIZE_EXCEEDED
    100: "too_large",  # TOO_LARGE: a single header beyond all bounds
    **dict.fromkeys((35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98), "tls"),
}


# What looks the same whether the site was slow or this machine stood still.
_BY_TIME = frozenset(["dns_temp", "connect", "reset", "timeout", "deadline", "bad_encoding"])


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much one fetch may take: seconds, and bytes after decoding.

    `cut` keeps the first `max_bytes` of a larger body, which is refused otherwise.
    `allow_networks` (CIDR) excuses its own addresses from the rules against private addresses,
    literals, odd ports and single-label names; see `destination.check`.
    """

    connect: float = 5
    stall: float = 15
    total: float = 30
    max_bytes: int = 8_000_000
    max_redirects: int = 5
    max_headers: int = 1000
    user_agent: str = "Claimline"
    allow_networks: tuple[str, ...] = ()
    allow_bad_tls: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the URL that answered, its status, and the absolute URL it pointed to."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Response:
    """What the last server answered: any status, the body decoded (empty for 304).

    `headers` are those of the final hop with lower-case names, `ip` the address that answered,
    `elapsed` the seconds and `wire_bytes` the bytes received over all hops.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    hops: tuple[Hop, ...]
    ip: str
    elapsed: float
    wire_bytes: int

    @property
    def is_redirect(self) -> bool:
        """Whether it only says where to ask: the last hop leads to a host not asked yet."""
        return 300 < self.status < 400 and bool(self.hops) and self.hops[-1].url == self.final_url

    def header(self, name: str) -> str:
        """The first header of that (lower-case) name, or the empty string."""
        return next((value for key, value in self.headers if key == name), "")


class FetchError(Exception):
    """No response: the transport failed or the address is not one we ask.

    `outcome` is one of dns_temp dns_none connect reset timeout deadline tls ssrf_blocked
    redirects too_large bad_encoding bad_url, or local_outage where the fault is this machine's;
    `hops` are the redirects followed until then.
    """

    def __init__(
        self, outcome: str, detail: str, url: str = "", hops: tuple[Hop, ...] = ()
    ) -> None:
        super().__init__(outcome, detail, url, hops)
        self.outcome = outcome
        self.detail = detail
        self.url = url
        self.hops = hops

    def excuse(self, still: float) -> None:
        """Lay it to this machine where it stood still for so many seconds of the request."""
        if still and self.outcome in _BY_TIME:
            self.outcome, self.detail = (
                "local_outage",
                f"this process stood still for {still:.0f} s",
            )

    def __str__(self) -> str:
        return f"{self.outcome}: {self.detail} ({self.url})"


def outcome(code: int, os_errno: int) -> str:
    """What an error code of libcurl and the error of its socket (0: none) are called here."""
    if os_errno in _RESETS and code != _CONNECT:
        return "reset"
    return _OUTCOMES.get(code, "reset")


def request_lines(accept: str, etag: str, last_modified: str, identity: bool) -> list[str]:
    """The header lines of a request; a validator that could not have been a header is left out."""
    lines = [f"Accept: {one_line(accept)}"]
    if not identity:
        # A line of our own: a client that asks for compression also undoes it, without a bound.
        lines.append("Accept-Encoding: gzip, deflate")
    for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
        if value and len(value) <= _MAX_VALIDATOR and value == one_line(value):
            lines.append(f"{name}: {value}")
    return lines


def one_line(text: str) -> str:
    """The text without what could end a header line or begin another one."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char.isprintable() and char.isascii())


def header_fields(lines: Sequence[bytes]) -> list[tuple[str, str]]:
    """The names, in lower case, and the values of header lines as they were received. Those before
    a further status line were of an interim response."""
    fields: list[tuple[str, str]] = []
    for line in _texts(lines):
        name, colon, value = line.partition(":")
        if name.startswith("HTTP/"):
            fields = []
        elif colon:
            fields.append((name.strip().lower(), value.strip()))
    return fields


def _texts(lines: Sequence[bytes]) -> list[str]:
    """Header lines as text: UTF-8 as many servers send it, else Latin-1 (RFC 9110 5.5)."""
    try:
        return b"".join(lines).decode().split("\n")
    except UnicodeDecodeError:
        return [_text(line) for line in lines]


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
