"""Where the ingest may go: which URLs may be asked for, and which addresses are public."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

MAX_URL = 2048  # characters
PORTS = frozenset({80, 443, 8080, 8443})

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# The IANA special-purpose registries, written out: what `ipaddress.is_global` says of multicast,
# of the 6to4 relays and of the NAT64 prefix differs between versions of Python.
_SPECIAL_IPV4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # looks public, but answers with the host's own secrets on Azure
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Only this block is handed out as global unicast (RFC 4291 2.4). NAT64, IPv4-compatible, unique
# local, link-local and multicast addresses lie outside of it.
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_IPV6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; Teredo, which carries an IPv4 address, is among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "3fff::/20",
    )
)

_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f-\x9f]")
_SAFE = "/?%:@!$&'()*+,;=~[]|"  # beside letters, digits, "_", "." and "-"
_PLAIN = re.compile(rf"[a-zA-Z0-9_.{re.escape(_SAFE)}-]*")
_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
# The rule of the URL standard: a host whose last label is a number is an IPv4 address.
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


class Refused(Exception):
    """A URL the ingest does not ask for; `outcome` is bad_url or ssrf_blocked."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL that may be asked for, in ASCII and without its fragment.

    `inside_only` marks a port or a single-label name that only the allowed networks excuse: the
    connection must then end inside of them, a public address will not do.
    """

    url: str
    host: str
    inside_only: bool


@lru_cache(maxsize=64)
def networks(allow: tuple[str, ...]) -> tuple[_Network, ...]:
    """The allowed networks as values; raises ValueError on what is not a network."""
    return tuple(ipaddress.ip_network(text) for text in allow)


def is_public(address: str) -> bool:
    """Whether a numeric address is global unicast; an IPv4-mapped one is judged as its IPv4."""
    ip = _plain(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _SPECIAL_IPV4)
    return ip in _GLOBAL_IPV6 and not any(ip in network for network in _SPECIAL_IPV6)


@lru_cache(maxsize=4096)
def may_connect(address: str, allow: tuple[str, ...], inside_only: bool = False) -> bool:
    """Whether a connection to a numeric address may be opened; False on what is no address."""
    try:
        ip = _plain(address)
    except ValueError:
        return False
    if any(ip in network for network in networks(allow)):
        return True
    return not inside_only and is_public(address)


def check(url: str, allow: tuple[str, ...]) -> Destination:
    """The destination a URL names, or `Refused`.

    Args:
        url: absolute, as a publisher may have written it; non-ASCII is encoded here.
        allow: networks in CIDR form. Their addresses may be written as literals and asked on any
            port, and a single-label name may lead to them; nothing else is excused.

    Raises:
        Refused: when the URL is not one we ask for.
        ValueError: when `allow` holds something that is not a network.
    """
    networks(allow)
    if len(url) > MAX_URL:
        raise Refused("bad_url", f"the address is longer than {MAX_URL} characters")
    url = url.strip(" ").replace(" ", "%20")
    if _CONTROL_OR_SPACE.search(url):
        raise Refused("bad_url", "the address holds control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("bad_url", str(error)) from None
    if parts.scheme not in ("http", "https"):
        raise Refused("ssrf_blocked", f"only http and https are fetched, not {parts.scheme!r}")
    if "@" in parts.netloc:
        raise Refused("bad_url", "the address carries a user name or password")
    if port == 0:
        raise Refused("bad_url", "port 0")
    host = _ascii_host(parts.hostname or "", parts.netloc)
    literal, inside_only = _judge_host(host, allow)
    if port is not None and port not in PORTS and not literal:
        if not allow:
            raise Refused("ssrf_blocked", f"port {port} is not fetched from")
        inside_only = True
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port is None else f"{shown}:{port}"
    rest = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    if not _PLAIN.fullmatch(rest):
        rest = quote(rest, safe=_SAFE)
    return Destination(f"{parts.scheme}://{authority}{rest}", host, inside_only)


def _judge_host(host: str, allow: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether the host is an address literal, and whether only the allowed networks excuse it."""
    name = host.rstrip(".")
    if ":" in host or _NUMBER.fullmatch(name.rsplit(".", 1)[-1]):
        # Only the usual spelling is ever excused: 0x7f.1 and 2130706433 hide what they mean.
        if may_connect(host, allow, inside_only=True):
            return True, True
        raise Refused("ssrf_blocked", f"{host} is an address, not a name")
    if "." in name:
        return False, False
    if not allow:
        raise Refused("ssrf_blocked", f"{host} is a name of a local network")
    return False, True


def _ascii_host(host: str, netloc: str) -> str:
    if not host:
        raise Refused("bad_url", "the address names no host")
    if "[" in netloc:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise Refused("bad_url", f"[{host}] is no address") from None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise Refused("bad_url", f"{host[:253]!r} is no host name") from None
    # A percent sign would be decoded by the client after we judged the name.
    if len(host) > 253 or not _HOST_NAME.fullmatch(host.removesuffix(".")):
        raise Refused("bad_url", f"{host[:253]!r} is no host name")
    return host


def _plain(address: str) -> _Address:
    ip = ipaddress.ip_address(address)
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return ip if mapped is None else mapped
