"""Reads a noun phrase as the one who speaks: a name, an outlet, an unnamed source, or nobody.

A phrase names a speaker only when the whole of it was understood: "the Chinese embassy" does,
"a lawyer for the Chinese embassy" does not. What is not understood names nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.attribution import outlets, speech
from tracker.attribution.phrase import Token, tokens_of
from tracker.attribution.unnamed import is_unnamed
from tracker.matching.terms import fold


@dataclass(frozen=True, slots=True)
class Who:
    """A person, institution, outlet, unnamed, pronoun or nobody, and where the name stands."""

    kind: str
    name: str
    start: int
    end: int


_DETERMINERS = speech.word_set("the le la les l this cette ce")
_INDEFINITE = speech.word_set("a an un une another one some two three several des deux")
_PREPOSITIONS = speech.word_set(
    "of for in on to at from with de du des d a au aux en pour sur chez avec"
)
_OF = speech.word_set("of for in on to at de du des d a au aux en pour sur")
_FRENCH_OF = speech.word_set("de du des d sur")

_PRONOUN = re.compile(r"he|she|il|elle", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"(?:(?:the|an?|this|its|le|la|un|une|ce|cette)\s+|l['’])?(?:[\w’'-]+\s+){0,3}?"
    r"(?:statement|letter|report|e-?mail|post|release|analysis|study|memo|article|story|message|"
    r"investigation|interview|communiqué|lettre|rapport|courriel|étude|reportage|déclaration|"
    r"publication|note|enquête|article)(?:\s+[a-zà-ÿ]+ed|\s+publiée?|\s+diffusée?)?"
    r"\s+(?:by|from|in|issued\s+by|de\s+la|du|de\s+l['’]|de|d['’]|par)\s*",
    re.IGNORECASE,
)
_OWN_DOCUMENT = re.compile(
    r"(?:['’]s)?\s+(?:(?:news|press|written)\s+)?(?:statement|report|letter|story|article|spokes\w+)$"
)
_SPOKESPERSON_FOR = re.compile(
    r"(?:(?:an?|the|un|une|le|la)\s+)?(?:[\w’'-]+\s+){0,2}?"
    r"(?:spokes(?:person|man|woman|people)|porte-parole)\s+"
    r"(?:for|of|at|with|de\s+la|de\s+l['’]|du|des|de|d['’])\s*",
    re.IGNORECASE,
)


def identify(phrase: str, at: int, text: str, known: Sequence[str] = ()) -> Who:
    """Who a whole noun phrase speaks of; `at` is its offset in the text.

    `known` are names and variants the newsroom has: such a name is believed whatever its shape.
    """
    lead = re.match(r"\s*(?:(?:as|that|[\w.-]+-(?:based|owned|led))\s+)?", phrase)
    skipped = lead.end() if lead else 0
    phrase, at = re.sub(r"(?<!\.[A-Z])[\s.!?]+$", "", phrase[skipped:]), at + skipped
    nobody = Who("nobody", "", at, at + len(phrase))
    if not phrase.strip():
        return nobody
    if _PRONOUN.fullmatch(phrase):
        return Who("pronoun", phrase, at, at + len(phrase))
    for rule in (_outlet, _known, _named_outlet, _unnamed, _by_document, _by_spokesperson):
        who = rule(phrase, at, text, known)
        if who is not None:
            return who
    tokens = tokens_of(phrase, at)
    return _institution(tokens, text) or _person(tokens, text) or nobody


def _without_article(phrase: str, at: int) -> tuple[str, int]:
    article = re.match(r"(?:(?:the|le|la|les)\s+|l['’])(?=\S)", phrase, re.IGNORECASE)
    # La Presse and Le Devoir are called that.
    if article is None or fold(phrase) in outlets.OUTLETS:
        return phrase, at
    return phrase[article.end() :], at + article.end()


def _outlet(phrase: str, at: int, text: str, known: Sequence[str]) -> Who | None:
    bare, start = _without_article(phrase, at)
    article = start > at and fold(bare) in outlets.OUTLETS_WITH_ARTICLE
    if bare[0].isupper() and (article or fold(bare) in outlets.OUTLETS):
        return Who("outlet", bare, start, start + len(bare))
    return None


def _known(phrase: str, at: int, text: str, known: Sequence[str]) -> Who | None:
    bare, start = _without_article(phrase, at)
    wanted = {fold(" ".join(phrase.split())), fold(" ".join(bare.split()))}
    for name in known:
        if name.strip() and fold(" ".join(name.split())) in wanted:
            kind = "person" if _looks_personal(name) else "institution"
            return Who(kind, name, start, start + len(bare))
    return None


def _looks_personal(name: str) -> bool:
    words = [fold(word) for word in name.split()]
    return 1 < len(words) < 5 and not speech.INSTITUTIONS.intersection(words)


def _named_outlet(phrase: str, at: int, text: str, known: Sequence[str]) -> Who | None:
    """An outlet by the look of its name (Harbour Wire) or of what introduces it."""
    lead = outlets.OUTLET_LEAD.match(phrase)
    bare, start = _without_article(phrase, at)
    if lead:
        bare, start = phrase[lead.end() :], at + lead.end()
    tokens = tokens_of(bare, start)
    if not tokens or not all(t.capital or t.key in speech.PARTICLES for t in tokens):
        return None
    if any(token.possessive for token in tokens):
        return None
    shaped = len(tokens) > 1 and (
        tokens[-1].key in outlets.OUTLET_WORDS or tokens[0].key in outlets.OUTLET_FIRST_WORDS
    )
    if shaped or lead:
        return Who("outlet", bare, start, start + len(bare))
    return None


def _unnamed(phrase: str, at: int, text: str, known: Sequence[str]) -> Who | None:
    return Who("unnamed", phrase, at, at + len(phrase)) if is_unnamed(phrase) else None


def _by_document(phrase: str, at: int, text: str, known: Sequence[str]) -> Who | None:
    """The author of a statement, a letter or a report."""
    match = _DOCUMENT.match(phrase)
    own = _OWN_DOCUMENT.search(phrase)
    if match and match.end() < len(phrase):
        return _author(phrase[match.end() :], at + match.end(), text, known)
    if own and own.start() > 0:
        lead = re.match(r"(?:an?|un|une)\s+", phrase, re.IGNORECASE)
        begin = lead.end() if lead else 0
        if begin >= own.start():
            return None
        spoken_for = fold(own[0]).rstrip().split()[-1] in speech.SPOKES
        return _author(phrase[begin : own.start()], at + begin, text, known, spoken_for)
    return None


def _author(
    phrase: str, at: int, text: str, known: Sequence[str], institution: bool = False
) -> Who | None:
    who = identify(phrase, at, text, known)
    if who.kind == "person" and (institution or " " not in who.name):
        return None
    return who if who.kind in ("person", "institution", "outlet") else None


def _by_spokesperson(phrase: str, at: int, text: str, known: Sequence[str]) -> Who | None:
    """The institution a nameless spokesperson speaks for; never the person one speaks for."""
    match = _SPOKESPERSON_FOR.match(phrase)
    if match is None or match.end() >= len(phrase):
        return None
    who = identify(phrase[match.end() :], at + match.end(), text, known)
    return who if who.kind == "institution" else Who("nobody", "", at, at + len(phrase))


def _institution(tokens: list[Token], text: str) -> Who | None:
    """An embassy, a ministry, a force or a group that its phrase tells from others of its kind."""
    article = bool(tokens) and tokens[0].key in _DETERMINERS
    tokens = tokens[article:]
    if not tokens or len(tokens) > 10 or tokens[0].key in _INDEFINITE:
        return None
    cut = next((n for n, t in enumerate(tokens) if n and t.key in _OF and not t.capital), None)
    head = tokens[: cut if cut is not None else len(tokens)]
    rest = tokens[len(head) :]
    nouns = [n for n, token in enumerate(head) if _names_institution(token)]
    if not nouns or not _plain(head) or not _complement(rest) or any(t.role for t in head):
        return None
    common = [n for n in nouns if not head[n].capital]
    called = head[common[-1] + 1 :] if common else []
    if called and all(token.capital and token.key not in speech.PLACES for token in called):
        # The rights group Harbour Watch is called Harbour Watch.
        return _who("institution", called + rest, text)
    noun, after = head[nouns[-1]], head[nouns[-1] + 1 :]
    # French puts the adjective last: le ministère chinois, la Gendarmerie royale.
    adjectives = all(t.capital or t.key in speech.DEMONYMS for t in after)
    if not adjectives and (not noun.capital or any(t.capital for t in after)):
        return None
    return _who("institution", tokens, text) if _told_apart(noun, head, rest, article) else None


def _names_institution(token: Token) -> bool:
    return token.key in speech.INSTITUTIONS and not token.possessive


def _told_apart(noun: Token, head: list[Token], rest: list[Token], article: bool) -> bool:
    """Whether the words around the noun say which embassy, company or police it is."""
    proper = [t for t in (*head, *rest) if t.capital or t.key in speech.DEMONYMS]
    proper = [token for token in proper if token is not noun]
    if noun.key in speech.COMMON_INSTITUTIONS and not noun.capital:
        return any(token.key not in speech.PLACES for token in proper)
    # A capital after an article is a name's (la Commission sur l'ingérence), not a sentence's.
    return bool(proper) or (article and noun.capital and bool(rest))


def _plain(head: list[Token]) -> bool:
    """Whether the words before the noun only describe it."""
    owners = [token for token in head[:-1] if token.possessive]
    return len(owners) < 2 and all(re.match(r"\w", token.text) for token in head)


def _complement(rest: list[Token]) -> bool:
    """Whether what follows the noun is only "of the Interior" or "in Port Vale"."""
    french = False
    for token in rest:
        french = french or token.key in _FRENCH_OF
        linking = token.key in _OF or token.key in _DETERMINERS
        described = token.capital or token.key in speech.INSTITUTIONS | speech.DEMONYMS
        if (token.role and token.key != "justice") or token.possessive:
            return False
        if not (linking or described or (french and token.text.isalpha() and len(rest) < 8)):
            return False
    return not rest or rest[-1].key not in _OF


def _person(tokens: list[Token], text: str) -> Who | None:
    """A person's name with what introduces it, or the bare name of an institution."""
    run = _capital_run(tokens)
    before = tokens[: len(tokens) - len(run)]
    titled = [n for n, t in enumerate(run) if t.role]
    if titled:
        before, run = before + run[: titled[-1] + 1], run[titled[-1] + 1 :]
    if not run or any(token.possessive for token in run):
        return None
    if all(token.key in speech.DEMONYMS for token in run) or run[-1].key in speech.DEMONYMS:
        return None
    if any(token.key in speech.INSTITUTIONS for token in run):
        return None
    if before and before[-1].role:
        linking = any(t.key in _PREPOSITIONS and not t.capital for t in before)
        indefinite = any(t.possessive for t in before[:-1]) and len(run) == 1
        return None if linking or indefinite else _who("person", run, text)
    if not before:
        return _who("person", run, text) if len(run) > 1 or _is_name(run[0], text) else None
    if len(before) == 1 and before[0].key in _DETERMINERS and before[0].key != "this":
        # The RCMP, la GRC, la Chine: a person takes no article.
        bodies = all(token.acronym or token.key in speech.SEATS for token in run)
        return _who("institution", run, text) if bodies else None
    return None


def _capital_run(tokens: list[Token]) -> list[Token]:
    """The capitalised words a phrase ends with, particles of names included."""
    first = len(tokens)
    while first and (
        tokens[first - 1].capital
        or (tokens[first - 1].key in speech.PARTICLES and first < len(tokens))
    ):
        first -= 1
    while first < len(tokens) and not tokens[first].capital:
        first += 1
    run = tokens[first:]
    return run if len(run) <= 7 else []


def _is_name(token: Token, text: str) -> bool:
    """Whether one capitalised word is a name, also where every sentence begins with a capital."""
    if token.acronym or token.key in speech.SEATS:
        return True
    if token.key in speech.INSTITUTIONS or not token.text[:-1].isalpha() and "-" not in token.text:
        return False
    inside = re.compile(rf"[a-zà-ÿ0-9,] (?:[A-ZÀ-Þ][\w’'-]* ){{0,5}}{re.escape(token.text)}\b")
    return inside.search(text) is not None


def _who(kind: str, tokens: list[Token], text: str) -> Who:
    start, end = tokens[0].start, tokens[-1].end
    name = " ".join(text[start:end].split())
    if (
        kind == "person"
        and len(tokens) == 1
        and (tokens[0].acronym or tokens[0].key in speech.SEATS)
    ):
        kind = "institution"
    return Who(kind, name, start, end)
