"""Whether what a page answered is the article, a part of it, or something in its place."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

SHORT_CHARACTERS = 250
SHORT_WORDS = 40
BARE_WORDS = 10  # fewer say nothing
LONG_WORDS = 600  # nothing that stands in an article's place is as long
TEASER_WORDS = 200  # a text behind a wall is longer than this, or it is its first paragraphs

_CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|un instant|attention required|access (?:to this page )?(?:has been )?denied"
    r"|are you (?:a )?(?:robot|human)|verify(?:ing)? (?:that )?you are|human verification"
    r"|bot verification|security check|pardon our interruption|ddos-guard|one more step"
    r"|checking your browser|please wait\b.*|v\u00e9rification de s\u00e9curit\u00e9)",
    re.IGNORECASE,
)
_CHALLENGE_TEXT = re.compile(
    r"checking (?:your browser|if the site connection is secure)|this process is automatic\. your"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|unusual (?:traffic|activity) (?:from|has been)"
    r"|complete the security check|disable any ad ?blocker|cloudflare ray id|you have been blocked"
    r"|v\u00e9rifi(?:er|ez) que vous \u00eates (?:un |bien un )?humain|enable cookies and reload",
    re.IGNORECASE,
)
_CHALLENGE_SOURCE = re.compile(
    r"/cdn-cgi/challenge-platform/.*orchestrate|captcha-delivery\.com|_Incapsula_Resource"
    r"|px-captcha|perimeterx|/ddos-guard/|hcaptcha\.com|challenges\.cloudflare\.com",
    re.IGNORECASE,
)
_CONSENT_PLACE = re.compile(
    r"^(?:consent|guce|privacy|myprivacy|cmp|choices)\.|/(?:consent|cookie-?wall|privacy-?gate"
    r"|collectconsent|consentement)(?:/|$|\?)",
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    r"^(?:before you continue|avant d(?:e continuer|.acc\u00e9der)|we value your privacy"
    r"|your privacy (?:choices|matters)|nous respectons votre vie priv\u00e9e|bevor sie fortfahren"
    r"|privacy settings|cookie consent)",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"\bcookies?\b|\bconsent|\bpartners\b|\bpartenaires\b|personal(?:i[sz]ed)? data|privacy policy"
    r"|store and/or access|access information on a device|donn\u00e9es personnelles|\btraceurs\b",
    re.IGNORECASE,
)
_CONSENT_OFFER = re.compile(
    r"(?:we|google) and our (?:\d[\d,. ]* )?partners|nous et nos (?:\d[\d,. ]* )?partenaires"
    r"|store and/or access information|before you continue to|accept all|reject all|tout accepter"
    r"|manage (?:your )?(?:cookie|privacy|consent)|we use cookies|nous utilisons des cookies",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"(?:subscribe|sign in|log in|register|create an account)[\w ,]{0,40}"
    r" to (?:continue|keep|read|unlock|access)|to (?:continue|keep) reading|already a (?:member"
    r"|subscriber)|subscribers? only|for subscribers|exclusive to (?:our )?subscribers"
    r"|(?:article|contenu) (?:est )?r\u00e9serv\u00e9"
    r"|r\u00e9serv\u00e9e?s? (?:aux|\u00e0 nos) abonn"
    r"|abonnez-vous pour|connectez-vous pour|d\u00e9j\u00e0 abonn\u00e9"
    r"|pour (?:lire|continuer) la (?:suite|lecture)|il (?:vous )?reste \d+ ?% de cet article"
    r"|this (?:article|content|story) is (?:for|only for|reserved)"
    r"|you(?:'|\u2019)ve reached your (?:free|monthly)",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"^(?:(?:error|erreur|http)?[\s:-]*(?:404|410)\b"
    r"|page (?:not found|introuvable|non trouv\u00e9e)|not found"
    r"|this page (?:isn|doesn|does not|is not)|oops|sorry, we can(?:'|\u2019)t find"
    r"|(?:cette )?page (?:n.existe|n.est)|\u9875\u9762\u4e0d\u5b58\u5728)",
    re.IGNORECASE,
)
_SHELL = re.compile(
    r"enable java ?script|java ?script (?:is )?(?:required|disabled|must be enabled)"
    r"|activ(?:er|ez) java ?script|requires java ?script",
    re.IGNORECASE,
)
_LOGIN_PLACE = re.compile(r"/(?:login|log-in|signin|sign-in|connexion|sso)(?:[/.?]|$)", re.I)
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_LISTED = etree.XPath("count(//h2//a[@href]|//h3//a[@href])")

# One of these stands in the source wherever _WALLED finds one: XPath compares letter by letter, and
# a parser changes the case of an attribute's name but never of its value.
_WALL_NAMES = ("wall", "subscriber-only")
_WALLED = etree.XPath(
    "boolean(//*[self::div or self::section or self::aside][contains(@class, 'paywall')"
    " or contains(@id, 'paywall') or contains(@class, 'regwall')"
    " or contains(@class, 'subscriber-only') or contains(@class, 'premium-wall')])"
)


# One of these stands wherever _CONSENT_OFFER matches.
_OFFERING = (
    *("partners", "partenaires", "store and/or", "before you continue", "accept all"),
    *("reject all", "tout accepter", "manage ", "cookies"),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reading of a page gave, as far as it says what the page is."""

    url: str  # final address
    titles: tuple[str, ...]  # the article's and the window's
    text: str
    words: int
    is_article: bool
    is_free: bool | None
    marks: frozenset[str]  # of active_marks() and standing_marks()


def active_marks(tree: etree._Element) -> frozenset[str]:
    """Marks in what cleaning removes: "challenge" (its script or frame), "login" (a password)."""
    found = set()
    for element in tree.iter("script", "iframe", "input"):
        if element.tag == "input":
            if (element.get("type") or "").lower() == "password":
                found.add("login")
        elif _CHALLENGE_SOURCE.search(element.get("src") or ""):
            found.add("challenge")
    return frozenset(found)


def standing_marks(tree: etree._Element, page: str, url: str) -> frozenset[str]:
    """Marks in what stays: "walled" (a subscription box), "listing" (many linked headlines on the
    first page of a site).

    Args:
        page: the source of the tree; most pages hold none of the names a wall goes by.
        url: its address.
    """
    named = any(name in page for name in _WALL_NAMES)
    walled = {"walled"} if named and _WALLED(tree) else set()
    listing = {"listing"} if _is_first_page(url) and float(str(_LISTED(tree))) >= 8 else set()
    return frozenset(walled | listing)


def _is_first_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def count_words(text: str) -> int:
    """Words of `text`; two Chinese, Japanese or Thai characters count as one word."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    spaced = _UNSPACED.sub(" ", text) if unspaced else text
    return len(re.findall(r"\w+", spaced)) + unspaced // 2


def is_short(text: str, words: int) -> bool:
    """Whether `text` is too short to be believed to be the whole article."""
    dense = words > 0 and len(text) < 3 * words  # scripts that put a word into two characters
    return words < SHORT_WORDS or (len(text) < SHORT_CHARACTERS and not dense)


def classify(seen: Seen) -> str:
    """The state of the page: ok, teaser, paywalled, consent, challenge, empty or not_article.

    A long text is believed; what stands in an article's place is short. So every rule names
    the length above which it does not apply.
    """
    if seen.words >= LONG_WORDS:
        return "ok"
    for rule in (_challenge, _consent, _missing, _shell, _wall, _listing):
        state = rule(seen)
        if state:
            return state
    if seen.words < BARE_WORDS:
        return "empty"
    return "teaser" if is_short(seen.text, seen.words) else "ok"


def without_wall(text: str) -> str:
    """`text` without the lines that only offer a subscription."""
    lines = text.split("\n")
    return "\n".join(line for line in lines if len(line) > 200 or not _WALL.search(line))


def _titled(pattern: re.Pattern[str], seen: Seen) -> bool:
    return any(pattern.search(title) for title in seen.titles)


def _challenge(seen: Seen) -> str:
    if seen.words >= 120:
        return ""
    told = _titled(_CHALLENGE_TITLE, seen) or _CHALLENGE_TEXT.search(seen.text[:2000])
    marked = "challenge" in seen.marks and seen.words < SHORT_WORDS
    return "challenge" if told or marked else ""


def _consent(seen: Seen) -> str:
    parts = urlsplit(seen.url)
    placed = _CONSENT_PLACE.search(parts.hostname or "") or _CONSENT_PLACE.search(parts.path)
    if (placed or _titled(_CONSENT_TITLE, seen)) and _CONSENT_WORDS.search(seen.text):
        return "consent"
    plain = seen.text.lower()
    if not any(words in plain for words in _OFFERING) or not _CONSENT_OFFER.search(seen.text):
        return ""
    sentences = [each for each in re.split(r"[.!?\n]+", seen.text) if each.strip()]
    about = sum(bool(_CONSENT_WORDS.search(each)) for each in sentences)
    return "consent" if 2 * about >= len(sentences) else ""


def _missing(seen: Seen) -> str:
    said = seen.words < 100 and (_titled(_MISSING, seen) or _MISSING.search(seen.text))
    return "not_article" if said else ""


def _shell(seen: Seen) -> str:
    return "empty" if seen.words < 60 and _SHELL.search(seen.text) else ""


def _wall(seen: Seen) -> str:
    """A wall shows by its words, by schema.org's isAccessibleForFree, or by its class names."""
    ending = seen.text[-400:]
    short = is_short(seen.text, seen.words)
    said = _WALL.search(ending) if not short else _WALL.search("\n".join((*seen.titles, seen.text)))
    walled = said or seen.is_free is False or "walled" in seen.marks
    if not walled or seen.words >= TEASER_WORDS:
        login = "login" in seen.marks or _LOGIN_PLACE.search(urlsplit(seen.url).path)
        return "not_article" if login and short and not seen.is_article else ""
    return "teaser" if count_words(without_wall(seen.text)) >= 2 * BARE_WORDS else "paywalled"


def _listing(seen: Seen) -> str:
    return "not_article" if "listing" in seen.marks and not seen.is_article else ""
