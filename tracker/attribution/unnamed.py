"""Recognises people a report speaks of without naming them: a source close to the talks."""

import re

_PEOPLE = (
    r"(?:sources?|people|persons?|officials?|insiders?|individuals?|diplomats?|aides?|advis[eo]rs?|"
    r"bureaucrats?|whistle-?blowers?|employees?|staffers?|witness(?:es)?|residents?|experts?|"
    r"analysts?|critics|observers|lawmakers?|executives?|investigators?|neighbou?rs?|activists?|"
    r"dissidents?|colleagues?|lawyers?|friends?|relatives|officers?|informants?)"
)
_SURE = r"(?:sources?|people|persons?|officials|insiders?|individuals?)"
_HOW_MANY = (
    r"(?:an?|one|another|two|three|four|five|six|several|some|many|multiple|other|both|a\s+second|"
    r"a\s+third|second|third|a\s+few|most|few|numerous|at\s+least\s+(?:one|two|three))"
)
_FAMILIAR = (
    r"(?:\s+(?:with|close|familiar|briefed|who|in|at|from|inside|within|near|for|of|involved|"
    r"speaking|on|not|directly|aware|privy|to|whose|that|there|said\s+to)\b.*)?"
)
_PEOPLE_FR = (
    r"(?:sources?|personnes?|responsables?|fonctionnaires?|diplomates?|expert(?:e)?s?|analystes?|"
    r"témoins?|informateurs?|informatrices?|employée?s?|conseill(?:er|ère)s?|proches?|"
    r"observateurs|critiques|résidente?s?|militante?s?|enquêteurs?|élue?s?|avocate?s?|initiés?)"
)
_HOW_MANY_FR = (
    r"(?:une?|des|deux|trois|quatre|plusieurs|certaine?s|quelques|d['’]autres|une?\s+autre|"
    r"une?\s+deuxième|une?\s+seconde?|une?\s+troisième|de|les|de\s+hauts|un\s+haut)"
)
_UNNAMED = [
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"{_HOW_MANY}\s+(?:[\w’'.-]+\s+){{0,4}}?{_PEOPLE}{_FAMILIAR}",
        rf"(?:the\s+(?:other\s+|same\s+|second\s+|first\s+)?)?(?:[\w’'.-]+\s+){{0,2}}?"
        rf"{_SURE}{_FAMILIAR}",
        r"(?:(?:the|an?)\s+)?(?:[\w’'-]+\s+){0,2}(?:anonymous|unnamed|unidentified)\s+[\w\s’'-]+",
        rf"(?:experts|critics|analysts|residents|observers|witnesses|activists|lawmakers|insiders|"
        rf"officials){_FAMILIAR}",
        r"(?:one|another|others|some|many|several|a\s+second|a\s+third)"
        r"(?:\s+of\s+(?:the|them|those|these)\b.*)?",
        rf"{_HOW_MANY_FR}\s+(?:[\w’'-]+\s+){{0,2}}?{_PEOPLE_FR}(?:\s+(?-i:[a-zà-ÿ]).*)?",
        r"(?:(?:la|cette|ces|les|de|de\s+la\s+même)\s+)?(?:autres?\s+|même\s+)?"
        r"sources?(?:\s+(?-i:[a-zà-ÿ]).*)?",
        r"l['’]une?\s+d(?:['’]entre\s+elles|['’]entre\s+eux|['’]elles|['’]eux|es\s+.*|e\s+.*)",
        r"(?:une?\s+autre|une?\s+deuxième|une?\s+troisième|d['’]autres|certaine?s|plusieurs)",
    )
]
_SOURCE_OF = re.compile(r"\bsources?\s+(?:of|d['’]|de\s+(?!la\s+police))", re.IGNORECASE)


def is_unnamed(phrase: str) -> bool:
    """Whether a whole noun phrase is an unnamed source, or people without names."""
    if _SOURCE_OF.search(phrase) and not re.search(r"\b(?:sûre|police)\b", phrase):
        return False
    return any(pattern.fullmatch(phrase) for pattern in _UNNAMED)
