"""Whether two texts are one text: wire copies, cut, edited and given a new beginning."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Literal

GRAM = 5  # words that a hash stands for: chance repeats none, a rewritten sentence loses all
STEPS = (16, 4, 1)  # one hash in so many is kept: the coarsest that leaves enough to judge by
ENOUGH = 16  # hashes

SAME = 0.5  # of the shorter text
SHARES = 0.2
# Of the longer text. Desks cut a wire to its first two fifths and run it; below this, a note of a
# hundred words that stands in a long report would be called its copy.
PART = 0.15
LEAST_SHARED = 3  # hashes; fewer are chance or a motto
WINDOW = 7.0  # days

# Chinese characters and kana stand without spaces: each is a word, or a clause would be one.
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W_\u3040-\u30ff\u3400-\u9fff]+")

Verdict = Literal["same", "shares", "different"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two sketches have in common."""

    shared: int  # hashes
    of_shorter: float  # 0 to 1
    of_longer: float


def sketch(text: str) -> frozenset[int]:
    """A small sample of the text's five-word runs, as signed 64-bit hashes.

    Which runs are kept depends on their words alone, so the sketches of two texts hold the same
    hashes wherever the texts hold the same words. About one hash for 16 words; more of a short
    text, in nested samples, so that the sketches of a short and a long text stay comparable.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    words = [word.encode("utf-8", "replace") for word in _WORD.findall(plain)]
    runs = set(map(b" ".join, zip(*(words[at:] for at in range(GRAM)), strict=False)))
    digests = {blake2b(run, digest_size=8).digest() for run in runs}
    # the last byte of a number tells whether it can be divided by 16, by 4 or by 1
    samples = ([each for each in digests if each[-1] % step == 0] for step in STEPS)
    kept = next((kept for kept in samples if len(kept) >= ENOUGH), digests)
    return frozenset(int.from_bytes(each, signed=True) for each in kept)


def compare(a: frozenset[int], b: frozenset[int]) -> Overlap:
    """How much of each other two sketches hold. The finer one is thinned to the coarser first,
    as a short text in a long one would otherwise seem to be a quarter of what it is."""
    step = max(_step(a), _step(b))
    first = {each for each in a if each % step == 0}
    second = {each for each in b if each % step == 0}
    if not first or not second:
        return Overlap(0, 0.0, 0.0)
    shared = len(first & second)
    sizes = sorted((len(first), len(second)))
    return Overlap(shared, shared / sizes[0], shared / sizes[1])


def _step(hashes: frozenset[int]) -> int:
    """The share of hashes that a sketch kept, read from the sketch itself."""
    return next((step for step in STEPS if all(each % step == 0 for each in hashes)), 1)


def verdict(overlap: Overlap, days_apart: float, window: float = WINDOW) -> Verdict:
    """ "same" for one text in two places, "shares" for an editor to look at, else "different".

    Same needs half of the shorter text, a part of the longer, and dates within a week: a weekly
    column repeats itself. Of a pair alone nobody can tell a cut copy and its wire from a text and
    the roundup that holds it whole; `akin` looks at what else the longer one holds.
    """
    if overlap.shared < LEAST_SHARED or overlap.of_shorter < SHARES:
        return "different"
    close = abs(days_apart) <= window
    alike = overlap.of_shorter >= SAME and overlap.of_longer >= PART
    return "same" if close and alike else "shares"


def akin(some: Sequence[frozenset[int]], others: Sequence[frozenset[int]]) -> bool:
    """Whether the texts of two groups are mostly about the same words.

    Copies of one wire share its beginning, whatever each desk cut, though two heavy cuts may miss
    each other. Two texts that a third holds share nothing: they are two wires and their roundup.
    """
    pairs = [verdict(compare(one, other), 0) for one in some for other in others]
    return 2 * pairs.count("different") < len(pairs) or not pairs


# ----------------------------------------------------------------------------------- credits

# Canonical name; spellings that are enough anywhere in a credit; initials that are one only
# where nothing else stands beside them.
_AGENCIES: tuple[tuple[str, str, str], ...] = (
    ("The Canadian Press", "(?:The )?Canadian Press", "CP"),
    ("La Presse canadienne", "(?:La )?Presse [Cc]anadienne", "PC"),
    ("Australian Associated Press", "Australian Associated Press", "AAP"),
    ("The Associated Press", "(?<!Australian )(?:The )?Associated Press", "AP"),
    ("Reuters", "(?:Thomson )?Reuters|REUTERS", ""),
    ("Agence France-Presse", "Agence France[- ]Presse|AFP", ""),
    ("Bloomberg", "Bloomberg(?: News)?", ""),
    ("Xinhua", "Xinhua(?: News Agency)?|\u65b0\u534e\u793e", ""),
    ("PA Media", "PA Media|Press Association", "PA"),
    ("dpa", "Deutsche Presse-Agentur", "dpa"),
    ("EFE", "Agencia EFE", "EFE"),
    ("ANSA", "Agenzia ANSA", "ANSA"),
    ("Kyodo News", "Kyodo(?: News)?", ""),
    ("Yonhap", "Yonhap(?: News Agency)?", ""),
    ("TASS", "TASS", ""),
    ("UPI", "United Press International", "UPI"),
    ("Press Trust of India", "Press Trust of India", "PTI"),
)
# "With files from" says that the outlet wrote the text itself.
_PARTLY = re.compile(r"\b(?:with|and|plus) .{0,30}\bfrom\b|\badditional reporting|\bavec\b", re.I)


_Patterns = tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]


def _credits(spelled: str, initials: str) -> _Patterns:
    """Patterns for a byline, a dateline ("OTTAWA (AP) -") and a closing line, in this order."""
    name = f"(?:{spelled}|{initials})" if initials else f"(?:{spelled})"
    byline = rf"(?<!\w)(?:{spelled})(?!\w)" + (rf"|(?:^|, |/ ?| - ){initials}$" if initials else "")
    dateline = (
        rf"^(?:[^\n(]{{0,80}}\({name}\)\s*[-\u2010-\u2015:.]|\({name}\)|{name}\s*[\u2013\u2014])"
    )
    before = r"(?i:source|sources|by|par|copyright|\(c\)|\u00a9)"
    closing = (
        rf"[\s(\[\u2013\u2014-]*(?:{before}[\s:\d,]*)*{name}[\s)\].]*"
        rf"|(?:{before}[\s:\d,]*)+{name}(?!\w).*"
        r"|(?:This (?:report|story|content) by|Ce texte de|Cette d\u00e9p\u00eache de)"
        rf" {name}(?!\w).*"
    )
    return re.compile(byline), re.compile(dateline, re.MULTILINE), re.compile(closing)


_PATTERNS = tuple((name, _credits(spelled, short)) for name, spelled, short in _AGENCIES)


@lru_cache(maxsize=512)
def _credits_by_name(name: str) -> _Patterns:
    return _credits(re.escape(name), "")


def credit(text: str, byline: str, agencies: Iterable[str] = ()) -> str:
    """The agency that `text` or its `byline` credits in so many words, "" if none.

    Only the places of a credit are read: the byline, the dateline, and the last three lines.
    That a text mentions or cites an agency credits nobody, and neither does "with files from".

    Args:
        agencies: names of agencies the newsroom knows, beside the well-known ones.
    """
    own = ((name, _credits_by_name(name)) for name in agencies)
    places = _places(text, byline)
    return next((name for name, how in chain(_PATTERNS, own) if _credited(how, places)), "")


def well_known(agency: str) -> bool:
    """Whether it is an agency whose credit is known without being told."""
    return any(agency == name for name, _spelled, _initials in _AGENCIES)


def spells(name: str, agency: str) -> bool:
    """Whether a source of this name is a well-known agency: Associated Press and AP both are."""
    spellings = [(how, short) for known, how, short in _AGENCIES if known == agency]
    return any(name == short or re.fullmatch(how, name) for how, short in spellings if name)


def credit_words(text: str, byline: str, agency: str) -> str:
    """The words by which `text` or its `byline` credits one agency, "" if neither does."""
    known = (how for name, how in _PATTERNS if name == agency)
    places = _places(text, byline)
    found = (_credited(how, places) for how in (*known, _credits_by_name(agency)))
    return next(filter(None, found), "")


def _places(text: str, byline: str) -> tuple[str, str, list[str]]:
    """Where a credit may stand: the byline, the head of the text, and its last lines."""
    endings = [line.strip() for line in text.rstrip()[-600:].split("\n")[-3:]]
    endings = [line for line in endings if len(line) <= 200 and not _PARTLY.search(line)]
    return "" if _PARTLY.search(byline) else byline.strip(), text[:400], endings


def _credited(how: _Patterns, places: tuple[str, str, list[str]]) -> str:
    """The words of a credit, "" where there is none."""
    (by, dated, closing), (signed, head, endings) = how, places
    if by.search(signed):
        return signed
    if dateline := dated.search(head):
        return dateline[0].strip()
    return next(filter(closing.fullmatch, endings), "")
