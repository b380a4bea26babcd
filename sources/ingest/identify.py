"""When two addresses or two texts are the same thing."""

import hashlib
import ipaddress
import re
import unicodedata
from functools import cache, lru_cache
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit

import idna
import tldextract
from w3lib.url import canonicalize_url

MAX_URL = 2048  # characters; longer addresses are traps or mistakes

# Controls (but not \n and \t), the twelve characters that reorder what is read, the byte order
# mark, and halves of surrogate pairs: PostgreSQL refuses some, readers are fooled by the others.
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_WEB_SCHEME = re.compile(r"(?:feed:(?://)?)?(?:(https?)(?::/*|//+))+", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ASCII_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_SEARCH_ENGINE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/%:@!$&'()*+,;=~|[]"
_QUERY_SAFE = _PATH_SAFE + "?"

# Parameters that say how a reader came to a page, never which page it is.
_TRACKING = re.compile(
    "(?:utm|mtm|itm|at|ns)_.*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|cmp|cmpid|intcmp|xtor|smid"
    "|srnd|guccounter|sref|leadsource|__twitter_impression|sfnsn|igshid|ocid",
    re.IGNORECASE,
)
_NAMES_A_HOST = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/?", re.IGNORECASE)


def clean_text(text: str, limit: int | None = None) -> str:
    """`text` as it may be stored and shown: in normal form C, without control characters other
    than newline and tab, bidirectional controls, byte order marks or lone surrogates; cut after
    `limit` code points. Line ends become newlines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", lines))[:limit]


# ------------------------------------------------------------------------------ addresses


def repair_url(raw: str, base: str) -> str:
    """The absolute http(s) address that `raw`, found in a document at `base`, must mean.

    Mends what publishers get wrong (spaces, backslashes, doubled or half-written schemes, escaped
    ampersands, names outside ASCII) and returns "" for what no reader could follow: other
    schemes, credentials before the host, bad hosts or ports, more than 2048 characters. The
    fragment is kept only where it is the address (`#!`).
    """
    text = re.sub(r"[\t\n]", "", clean_text(raw)).strip().replace("&amp;", "&")
    return _repaired(text, base) if text and len(text) <= MAX_URL else ""


@lru_cache(maxsize=4096)  # each address is asked about a dozen times on its way to a text
def _repaired(text: str, base: str) -> str:
    head, mark, tail = _cut_before_query(text)
    text = head.replace("\\", "/") + mark + tail
    web = _WEB_SCHEME.match(text)
    base_scheme = "http" if base.lower().startswith("http:") else "https"
    if web:
        text = f"{web[1].lower()}://{text[web.end() :]}"
    elif text.lower().startswith("feed://"):
        text = "http" + text[4:]
    elif _ANY_SCHEME.match(text):
        return ""
    elif text.lower().startswith("www."):
        text = f"{base_scheme}://{text}"
    elif text.startswith("//"):
        text = f"{base_scheme}:{text}"
    try:
        return _checked(urljoin(base, text))
    except ValueError:  # brackets that hold no IPv6 address, ports that are no number
        return ""


def _cut_before_query(text: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", text)
    at = found.start() if found else len(text)
    return text[:at], text[at : at + 1], text[at + 1 :]


def _checked(url: str) -> str:
    parts = urlsplit(url)
    host = _ascii_host(parts.hostname or "")
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc or parts.port == 0:
        return ""
    if parts.path == "/url" and _SEARCH_ENGINE.fullmatch(host):
        # An alert feed wraps every address; the wrapped one is the article's.
        query = dict(parse_qsl(parts.query))
        wrapped = query.get("url") or query.get("q") or ""
        return repair_url(wrapped, "")
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    path = quote(parts.path, safe=_PATH_SAFE) or "/"
    query_text = quote(parts.query, safe=_QUERY_SAFE)
    fragment = quote(parts.fragment, safe=_QUERY_SAFE) if parts.fragment[:1] == "!" else ""
    repaired = urlunsplit((parts.scheme, host + port, path, query_text, fragment))
    return repaired if len(repaired) <= MAX_URL else ""


def _ascii_host(host: str) -> str:
    """The host as the resolver wants it (RFC 5891, UTS 46), "" if it can't be one."""
    host = host.rstrip(".").lower()
    if not host or len(host) > 253:
        return ""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host).compressed}]" if "%" not in host else ""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError:
            return ""
    return host if _ASCII_HOST.fullmatch(host) else ""


def canonical_url(url: str) -> str:
    """The normal form by which two addresses of one page are recognised as one; "" if unusable.

    https for both schemes, no default port, no tracking parameters, sorted parameters, normal
    percent-encoding and dot segments (RFC 3986, section 6.2.2). Path case, trailing slashes and
    unknown parameters stay: they may name another page. Idempotent. Not for fetching.
    """
    repaired = repair_url(url, "")
    return _canonical(repaired) if repaired else ""


@lru_cache(maxsize=4096)
def _canonical(repaired: str) -> str:
    parts = urlsplit(repaired)
    host = parts.netloc.removesuffix(":80").removesuffix(":443")
    bare = urlunsplit(("https", host, parts.path, _untracked(parts.query), ""))
    normal = str(canonicalize_url(bare, keep_blank_values=True))
    return f"{normal}#{parts.fragment}" if parts.fragment else normal


def without_tracking(url: str) -> str:
    """A repaired address without the parameters that say who came to the page, and how."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=_untracked(parts.query)))


def _untracked(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if name == "ref":
        return bool(_NAMES_A_HOST.fullmatch(value))
    if name == "amp":
        return value in ("", "1", "true")
    return _TRACKING.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def url_key(url: str) -> bytes:
    """SHA-256 of the canonical form, 32 bytes: the key under which an address is known."""
    return hashlib.sha256(canonical_url(url).encode()).digest()


@lru_cache(maxsize=4096)
def authority(url: str) -> str:
    """Lower-case host of `url`, with the port where it isn't the scheme's own; "" if unusable."""
    return urlsplit(repair_url(url, "")).netloc


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list that came with the library: an ingest that must not touch the network can't
    # download one. Private suffixes count, because two blogs on one platform are two outlets.
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


def site(host_or_url: str) -> str:
    """The registrable domain of a host or address; IP addresses, single labels and public
    suffixes are returned as they are."""
    text = host_or_url.strip()
    named = text if "//" in text else f"http://{text}"
    host = urlsplit(repair_url(named, "")).hostname
    return _registrable(host) if host else text.lower()


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str:
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        return host
    found = _suffixes().extract_str(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else host
    return ".".join(host.split(".")[-2:])  # a suffix nobody listed is one label long


def same_site(a: str, b: str) -> bool:
    """Whether two hosts or addresses belong to one registrable domain."""
    return bool(a and b) and site(a) == site(b)


def usable_canonical(page_url: str, canonical: str) -> str:
    """The repaired address a page claims for itself, "" when it can't be believed: another
    site's (anybody could claim to be anybody), or the home page (a template's mistake)."""
    claimed = repair_url(canonical, page_url)
    parts = urlsplit(claimed)
    is_home = parts.path in ("", "/") and not parts.query and not parts.fragment
    return claimed if claimed and not is_home and same_site(page_url, claimed) else ""


def is_aggregator(url: str) -> bool:
    """Whether the address only leads through an aggregator, so that no text can be fetched
    from it: such an entry stays a feed item with its outlet's name."""
    parts = urlsplit(repair_url(url, ""))
    host, path = parts.hostname or "", parts.path
    if re.fullmatch(r"news\.google\.[a-z.]+", host):
        return re.match(r"/(?:rss/)?(?:articles|read|stories|topics)/", path) is not None
    return host == "apple.news" or (
        site(host) == "bing.com" and path.lower() == "/news/apiclick.aspx"
    )


# ---------------------------------------------------------------------------------- texts


def digest(*parts: str) -> bytes:
    """SHA-256 of words, where one ends and the next begins included."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()


def squeezed(text: str) -> str:
    """The text on one line, single spaces between its words."""
    return " ".join(clean_text(text).split())


def text_hash(text: str) -> bytes:
    """SHA-256 of a text; how it is broken into lines and spaced makes no difference."""
    return digest(squeezed(text))
