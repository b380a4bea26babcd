"""Dates as publishers write them, and which of several to believe."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # news has no addresses before, mistakes have
SOON = timedelta(minutes=15)  # clocks of honest publishers differ by this much
TOO_FAR = timedelta(hours=24)
DIFFERS = timedelta(hours=36)
MAX_RAW = 120  # characters; a date is never longer, and the patterns stay quick


@dataclass(frozen=True, slots=True)
class Date:
    """One date as read. `at` is aware, in UTC; a day without a time stands at noon UTC, where it
    is the same day from -12 to +11 hours. Flags: `naive` (no zone was given), `ambiguous` (the
    hour exists twice, or not at all, on a night when the clocks change)."""

    at: datetime
    precision: str  # second, minute or day
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The publication date believed, where it came from, and the time to sort by."""

    published_at: datetime | None
    precision: str  # second, minute, day or unknown
    origin: str  # jsonld, meta, feed, feed_updated, htmldate, url or none
    flags: tuple[str, ...]  # of the date, and: future, differs
    sort_at: datetime


# ------------------------------------------------------------------------------- reading

_MONTH_NAMES = (
    "jan january janv janvier",
    "feb february fev fevr fevrier",
    "mar march mars",
    "apr april avr avril",
    "may mai",
    "jun june juin",
    "jul july juil juillet",
    "aug august aou aout",
    "sep sept september septembre",
    "oct october octobre",
    "nov november novembre",
    "dec december decembre",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WORD = r"([^\W\d_]{3,12})"
_DAY_MONTH_YEAR = re.compile(
    rf"\b(\d{{1,2}})(?:er|st|nd|rd|th)?[\s./-]+(?:of\s+)?{_WORD}[\s.,/-]+"
    r"(\d{4}|\d\d(?!\s*[:h时時点點]))(?!\d)"
)
_MONTH_DAY_YEAR = re.compile(rf"\b{_WORD}\.?\s+(\d{{1,2}})(?:er|st|nd|rd|th)?,?\s+(\d{{4}})\b")
_MONTH_DAY_TIME_YEAR = re.compile(rf"\b{_WORD}\s+(\d{{1,2}})\s+(\d.*?)\s(\d{{4}})$")  # asctime
_YEAR_MONTH_DAY = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?|(?!\d))")
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_TIME = re.compile(
    r"(?P<before>[上下]午|晚上)?\s*(?<!\d)(?P<h>\d{1,2})\s*"
    r"(?:(?::|h|时|時|点|點)\s*(?P<m>\d\d)(?:(?::|分)(?P<s>\d\d)?(?:[.,]\d+)?)?|(?P<full>h\b))?"
    r"\s*(?P<after>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_TIME_WITH_MINUTES = re.compile(r"(?<!\d)\d{1,2}[:h]\d\d")
_OFFSET = re.compile(r"(?<!\d)([+-])(\d{1,2})(?::?(\d\d))?(?!\d)")

# RFC 822 and what newsrooms write, English and French, in hours. A feed's own zone comes first:
# CST is Shanghai's name for its time too.
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2,
    "MET": 1, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8,
    "AEST": 10, "AEDT": 11, "AWST": 8, "NZST": 12, "NZDT": 13,
    "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "HNT": -3.5, "HAT": -2.5, "HNA": -4, "HAA": -3, "HNE": -5, "HAE": -4, "HNC": -6, "HAC": -5,
    "HNR": -7, "HAR": -6, "HNP": -8, "HAP": -7,
}  # fmt: skip
_REGIONS = {"ET": "Toronto", "HE": "Toronto", "CT": "Winnipeg", "MT": "Edmonton", "PT": "Vancouver"}
_STRICTLY = {"PARSERS": ["absolute-time"], "STRICT_PARSING": True, "TIMEZONE": "UTC"}


@dataclass(frozen=True, slots=True)
class _Found:
    """A calendar day and the words beside it, in which the time and the zone stand."""

    day: date
    rest: str


def parse_date(
    raw: str, *, tz: str, languages: tuple[str, ...] = ("en", "fr"), date_order: str = ""
) -> Date | None:
    """The date that `raw` states completely, or None: nothing is guessed, nothing is relative.

    `tz` (an IANA name) holds where `raw` names no zone. `06/07/2023` is read only with a
    `date_order` (DMY or MDY), by which an editor says what this publisher means. English, French
    and Chinese are read here; other `languages` by dateparser (none if empty). Never raises.
    """
    text = unicodedata.normalize("NFKC", raw[:MAX_RAW]).strip() if len(raw) <= MAX_RAW else ""
    if not text or not any(character.isdigit() for character in text):
        return None
    try:
        zone: tzinfo = ZoneInfo(tz)
    except (ValueError, OSError, KeyError):  # an unknown name is a KeyError
        zone = UTC
    try:
        found = _by_rule(text, date_order.upper())
        if found is None and languages:
            found = _by_library(text, languages)
        return _placed(found, zone) if found and 1995 <= found.day.year <= 2199 else None
    except (ValueError, OverflowError):  # 31 February, month 13, hour 99, +99:00
        return None


def _by_rule(text: str, order: str) -> _Found | None:
    if found := (_YEAR_MONTH_DAY.search(text) or _CHINESE.search(text)):
        numbers = [int(group) for group in found.groups() if group and group.isdigit()]
        return _Found(date(*numbers), _without(text, found))
    if found := _COMPACT.search(text):
        clock = ":".join(group for group in found.groups()[3:] if group)
        rest = f"{text[: found.start()]} {clock} {text[found.end() :]}"
        return _Found(date(int(found[1]), int(found[2]), int(found[3])), rest)
    if (found := _DAY_MONTH_YEAR.search(text)) and (month := _month(found[2])):
        return _Found(date(_year(found[3]), month, int(found[1])), _without(text, found))
    if (found := _MONTH_DAY_YEAR.search(text)) and (month := _month(found[1])):
        return _Found(date(int(found[3]), month, int(found[2])), _without(text, found))
    if (found := _MONTH_DAY_TIME_YEAR.search(text)) and (month := _month(found[1])):
        return _Found(date(int(found[4]), month, int(found[2])), found[3])
    if found := _NUMBERS.search(text):
        day = _in_order(int(found[1]), int(found[3]), found[4], order)
        return _Found(day, _without(text, found)) if day else None
    return None


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _month(word: str) -> int:
    bare = unicodedata.normalize("NFD", word.casefold()).encode("ascii", "ignore").decode()
    return _MONTHS.get(bare, 0)


def _year(digits: str) -> int:
    """Two digits as RFC 5322, section 4.3 reads them."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 50 else 1900)


def _in_order(first: int, second: int, year: str, order: str) -> date | None:
    if order not in ("DMY", "MDY") and len(year) == 2:
        return None
    if order == "DMY" or (not order and (first > 12 or first == second)):
        return date(_year(year), second, first)
    if order == "MDY" or (not order and second > 12):
        return date(_year(year), first, second)
    return None


def _by_library(text: str, languages: Sequence[str]) -> _Found | None:
    """Other languages. Only what has a word for the month, a year and a day gets here: on numbers
    alone the library guesses an order, on words alone it reads the clock."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    if not words or not re.search(r"\b\d{4}\b", text) or _NUMBERS.search(text):
        return None
    import dateparser  # slow to import, and most feeds never need it

    known = [language.split("-")[0].lower() for language in languages if language]
    clock = _TIME_WITH_MINUTES.search(text)
    day_words = text[: clock.start()] if clock else text
    try:
        read = dateparser.parse(day_words, languages=known or None, settings=_STRICTLY)
    except Exception:  # noqa: BLE001 - a library of regular expressions for 200 languages
        return None
    return _Found(read.date(), text[clock.start() :] if clock else "") if read else None


def _placed(found: _Found, local: tzinfo) -> Date:
    moment = next((m for m in _TIME.finditer(found.rest) if _states_a_time(m)), None)
    if moment is None:
        return Date(datetime.combine(found.day, time(12), UTC), "day", ("naive",))
    hour, minute, second = (int(moment[name] or 0) for name in ("h", "m", "s"))
    half = (moment["before"] or moment["after"] or "").lower()
    if half.startswith(("下", "晚", "p")) and hour < 12:
        hour += 12
    elif half.startswith(("上", "a")) and hour == 12:
        hour = 0
    next_day = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    clock = time(0 if next_day else hour, minute, min(second, 59))  # ISO 8601: 24:00, second 60
    naive = datetime.combine(found.day, clock) + next_day
    before, after = found.rest[: moment.start()], found.rest[moment.end() :]
    zone = _zone(after, naive, local) or _zone(before, naive, local)
    flags = () if zone else ("naive", *_doubt(naive, local))
    at = naive.replace(tzinfo=zone or local).astimezone(UTC)
    return Date(at, "second" if moment["s"] else "minute", flags)


def _doubt(naive: datetime, local: tzinfo) -> tuple[str, ...]:
    first, second = (naive.replace(tzinfo=local, fold=fold).utcoffset() for fold in (0, 1))
    return ("ambiguous",) if first != second else ()


def _states_a_time(moment: re.Match[str]) -> bool:
    return bool(moment["m"] or moment["full"] or moment["after"])


def _zone(words: str, naive: datetime, local: tzinfo) -> tzinfo | None:
    """The zone that the words beside a time name."""
    if offset := _OFFSET.search(words):
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError("an offset no place on Earth has")
        size = timedelta(hours=hours, minutes=minutes)
        return timezone(-size if offset[1] == "-" else size)
    for word in re.findall(r"\b[A-Z]{1,4}\b", words):
        if word == naive.replace(tzinfo=local).tzname():
            return local
        if word in _ZONES:
            return timezone(timedelta(hours=_ZONES[word]))
        if word in _REGIONS:
            return ZoneInfo(f"America/{_REGIONS[word]}")
    return None


# A year, month and day as directories, as one word, or with the month's name.
_IN_PATH = re.compile(r"/((?:19|20)\d\d)([/-])(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?=[/-]|$)")


def from_url(url: str) -> Date | None:
    """The day in an address such as `/2023/06/13/title`, at noon UTC; None without one."""
    found = _IN_PATH.search(url[:2048].split("?")[0].split("#")[0].lower())
    if not found:
        return None
    month = int(found[3]) if found[3].isdigit() else _month(found[3])
    try:
        day = date(int(found[1]), month, int(found[4]))
    except ValueError:
        return None
    return Date(datetime.combine(day, time(12), UTC), "day", ("naive",))


# ------------------------------------------------------------------------------ choosing

_PUBLICATION = ("jsonld", "meta", "feed")  # each states when the article was published
_FALLBACK = ("feed_updated", "htmldate", "url")  # these only hint at it


def choose(candidates: Mapping[str, Date | None], *, first_seen: datetime, now: datetime) -> Chosen:
    """The date to believe among those found, by origin.

    Dates before 1995 or more than a day ahead are nobody's. A publication date with a zone comes
    first, then one without, then a bare day, then hints. Up to a day ahead is kept, flagged
    `future`, and sorted by when we saw it first. Feed and page more than 36 hours apart are
    flagged `differs` and sorted by the earlier. Unknown is None, never now.
    """
    given = {origin: found for origin, found in candidates.items() if found}
    usable = {
        origin: found
        for origin, found in given.items()
        if found.at >= EARLIEST and _earliest(found) <= now + TOO_FAR
    }
    ahead = any(_earliest(found) > now + TOO_FAR for found in given.values())
    stated = [origin for origin in _PUBLICATION if origin in usable]
    stated.sort(key=lambda origin: _rank(usable[origin]))
    hints = (origin for origin in _FALLBACK if origin in usable)
    origin = next(iter([*stated, *hints]), "none")
    if origin == "none":
        return Chosen(None, "unknown", "none", ("future",) if ahead else (), first_seen)
    best = usable[origin]
    flags, sort_at = list(best.flags), best.at
    page = usable.get("jsonld") or usable.get("meta")
    feed = usable.get("feed")
    if page and feed and abs(page.at - feed.at) > DIFFERS:
        flags.append("differs")
        sort_at = min(page.at, feed.at)
    if _earliest(best) > now + SOON:
        flags.append("future")
        sort_at = first_seen
    elif best.precision == "day":
        sort_at = min(sort_at, first_seen)  # noon is a convention, not a time in the future
    return Chosen(best.at, best.precision, origin, tuple(flags), sort_at)


def _earliest(found: Date) -> datetime:
    """The first instant meant: a day begins 26 hours before its noon UTC, far in the east."""
    return found.at - timedelta(hours=26) if found.precision == "day" else found.at


def _rank(found: Date) -> int:
    return 2 if found.precision == "day" else int("naive" in found.flags)
