"""Finds the noun phrase a verb or preposition belongs to, before it or after it."""

import re
from collections.abc import Sequence

from tracker.attribution import speech
from tracker.attribution.subjects import Who, identify
from tracker.matching.terms import fold

HIDDEN = "\x00"
# Where a clause, and so the phrase before a verb, may begin.
_LEFT = re.compile(
    r"[,;:()\x00—–•|]|\s-\s"
    r"|\b(?:that|and|but|or|while|as|because|although|though|after|before|when|where|whether|if|"
    r"which|than|so|since|who|whom|whose|unless|que|et|ou|mais|alors|tandis|car|lorsque|quand|où|"
    r"dont|puis|qui|si|comme)\b(?!['’])|\bqu['’]|\bs['’](?=il)",
    re.IGNORECASE,
)
# Where the phrase after a verb must end.
_RIGHT = re.compile(
    r"[,;:()\x00—–•|\n]|\s-\s"
    r"|\s+(?:that|and|but|or|while|as|because|although|after|before|when|where|if|which|who|whom|"
    r"whose|during|que|et|ou|mais|alors|lorsque|quand|où|qui|lors|pendant|après|avant|ajoutant|"
    r"adding|saying|citing|citant|has|have|had|was|were|is|are|will|would)\b"
    r"|\s+(?:on|late|early|earlier|last|this|ce|le)?\s*\b(?:" + speech.DAYS + r")\b"
    r"|\s+(?:in|dans|par|by|via)\s+(?:an?|une?|its|his|her|their|son|sa)\b",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"\s*(?:and|or|et|ou)\b", re.IGNORECASE)
_DIGRESSION = re.compile(
    r"\s+(?:of|from|with|at|in|on|to|by|de|du|des|à|au|aux|en|dans|devant|chez|sur|par)\s+|\s+d['’]",
    re.IGNORECASE,
)
# What may stand between a subject and its verb.
_BETWEEN = re.compile(
    r"(?:\s+(?:also|later|then|again|once|now|still|soon|first|flatly|has|have|had|himself|herself|"
    r"\w+ly|ne|y|en|lui|leur|nous|vous|le|la|les|lui-même|elle-même|quant\s+à\s+(?:lui|elle)|"
    r"(?:(?:on|late|early|earlier|last|this|ce|le)\s+)*(?:" + speech.DAYS + r")"
    r"(?:\s+(?:morning|afternoon|evening|night|matin|soir|après-midi))?"
    r"|(?:earlier|late|early|last|this|cette|la)\s+(?:week|month|year|semaine)(?:\s+dernière)?"
    r"|(?:in|dans|par)\s+(?:an?|its|his|her|their|une?|son|sa)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:statement|interview|e-?mail|letter|release|post|report|communiqué|entrevue|courriel|"
    r"lettre|déclaration)))+\s*$|\s+[lmts]['’]\s*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:(?:but|and|so|yet|still|then|now|however|meanwhile|later|also|today|yesterday|mais|et|or|"
    r"puis|ainsi|hier|aujourd['’]hui|(?:(?:on|late|early|earlier|last|this|le)\s+)*(?:"
    + speech.DAYS
    + r")"
    r"(?:\s+(?:morning|afternoon|evening|night|matin|soir))?"
    r"|(?:earlier|later|last|this)\s+(?:week|month|year)"
    r"|in\s+(?:" + speech.MONTHS + r")|en\s+(?:" + speech.MONTHS + r"))\s+)+(?=\S)",
    re.IGNORECASE,
)
# How an aside begins: an article, a relative, a preposition, a participle.
_ASIDE = {
    "en": re.compile(
        r"the|an?|who|whose|whom|which|one|his|her|their|its|in|at|of|from|for|with|like|on|by|as|"
        r"along|himself|herself|through|via|after|before|during|under|now|then|also|former|"
        r"\w+ing|[a-z]+-based|based|asked|when|while|however|meanwhile|too|\d+",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"le|la|les|l['’]|une?|qui|dont|dans|à|au|de|du|d['’]|en|par|avec|pour|comme|lors|son|sa|"
        r"chez|sous|via|après|avant|pendant|ancienne?|\w+ant|interrogée?|jointe?|basée?|établie?|"
        r"lui-même|elle-même|quant|toutefois|cependant|pourtant|\d+",
        re.IGNORECASE,
    ),
}
_HYPOTHETICAL = frozenset(("if", "whether", "unless", "si", "s'", "s’"))


class Clauses:
    """A sentence and its clauses; offsets are of the whole text, `hidden` has no quotations."""

    def __init__(
        self, text: str, hidden: str, start: int, end: int, language: str, known: Sequence[str]
    ) -> None:
        self.text, self.hidden = text, hidden
        self.start, self.end = start, end
        self.language, self.known = language, known

    def identify(self, start: int, end: int) -> Who:
        """Who the phrase between two offsets speaks of."""
        return identify(self.text[start:end], start, self.text, self.known)

    def before(self, verb: int, before: str) -> Who | None:
        """The subject before a verb; None where the sentence only supposes that one speaks."""
        trimmed = before.rstrip()
        between = _BETWEEN.search(trimmed)
        if between:
            trimmed = trimmed[: between.start()].rstrip()
        relative = re.search(r",?\s+(?:who|qui)$", trimmed, re.IGNORECASE)
        if relative:
            return self._at_clause(trimmed[: relative.start()])
        if trimmed.endswith(","):
            return self._before_parenthesis(trimmed[:-1])
        return self._at_clause(trimmed)

    def _at_clause(self, before: str) -> Who | None:
        """The phrase from the last clause boundary on, read whole."""
        boundary = None
        for boundary in _LEFT.finditer(before):  # noqa: B007 - the last one counts
            pass
        begin = boundary.end() if boundary else 0
        nobody = Who("nobody", "", self.start + begin, self.start + len(before))
        if boundary is not None:
            mark = boundary[0].strip().lower()
            ahead = before[: boundary.start()].rstrip()
            if mark in _HYPOTHETICAL or (mark == "que" and re.search(r"\bce$", ahead, re.I)):
                return None
            if mark == "as" and re.search(r"\b(?:such|well)$", ahead, re.IGNORECASE):
                return nobody
            if _COMPOUND.fullmatch(mark) and _joins(ahead):
                return self._joint_outlet(before, boundary.start()) or nobody
            if mark == HIDDEN and not self._quotation_ended(self.start + boundary.end()):
                return nobody
        opening = _OPENING.match(before, begin)
        if opening:
            begin = opening.end()
        who = self.identify(self.start + begin, self.start + len(before))
        if who.kind == "nobody" and boundary is not None and mark in ("who", "qui", "that"):
            who = self._restricted(before, boundary.start())
        return who if who.kind != "nobody" else self._shortened(begin, before) or nobody

    def _joint_outlet(self, before: str, joint: int) -> Who | None:
        """An outlet with "and" in its name."""
        boundaries = [match.end() for match in _LEFT.finditer(before, 0, joint)]
        begin = self.start + (boundaries[-1] if boundaries else 0)
        who = self.identify(begin, self.start + len(before))
        return who if who.kind == "outlet" else None

    def _restricted(self, before: str, relative: int) -> Who:
        """Unnamed people with the clause that describes them: "a person who knows the file"."""
        boundaries = [match.end() for match in _LEFT.finditer(before, 0, relative)]
        begin = self.start + (boundaries[-1] if boundaries else 0)
        who = self.identify(begin, self.start + len(before))
        return who if who.kind == "unnamed" else Who("nobody", "", begin, self.start + len(before))

    def _shortened(self, begin: int, before: str) -> Who | None:
        """A name without what follows it: "Orla Vale of the Harbour Institute"."""
        digression = _DIGRESSION.search(before, begin)
        if digression is None:
            return None
        who = self.identify(self.start + begin, self.start + digression.start())
        whole = before[digression.end() :]
        simple = not re.search(r"\b(?:who|which|that|qui|que)\b", whole)
        return who if simple and who.kind in ("person", "institution", "outlet") else None

    def _before_parenthesis(self, before: str) -> Who | None:
        """The subject of "Orla Vale, the minister, said", or of "the minister, Orla Vale, said"."""
        commas = [match.start() for match in re.finditer(",", before)]
        nobody = Who("nobody", "", self.start, self.start + len(before))
        if not commas:
            return nobody
        named = self.identify(self.start + commas[-1] + 1, self.start + len(before))
        if named.kind == "person" and self._describes(before[: commas[-1]]):
            return named
        if not self._aside(before[commas[-1] + 1 :]):
            return nobody
        found = nobody
        for comma in reversed(commas[-3:]):
            who = self._at_clause(before[:comma])
            if who is None or not self._aside(before[comma + 1 :]):
                return None if who is None else found
            if who.kind not in ("nobody", "unnamed"):
                return who
            # "a lawyer" may itself be an aside: Orla Vale, a lawyer, author and critic, said.
            found = who if found is nobody else found
        return found

    def _aside(self, words: str) -> bool:
        """Whether words between commas only describe: no verb of their own stands in front."""
        first = re.match(r"\s*([\w-]+['’]?)", words)
        if first is None:
            return False
        opens = _ASIDE[self.language].fullmatch(first[1]) is not None
        return opens or fold(first[1]) in speech.ROLES or _describes(words)

    def _describes(self, before: str) -> bool:
        """Whether a clause is but a description of a person: "the ambassador to Norland"."""
        boundaries = [match.end() for match in _LEFT.finditer(before)]
        phrase = before[boundaries[-1] if boundaries else 0 :]
        return _describes(phrase)

    def _quotation_ended(self, at: int) -> bool:
        """Whether the quotation before `at` is a whole utterance, not a word in quotes."""
        begin = at
        while begin > self.start and self.hidden[begin - 1] == HIDDEN:
            begin -= 1
        quotation = self.text[begin:at]
        return bool(re.search(r"[,.!?…]\W*$", quotation)) or len(quotation.split()) > 3

    def after(self, after: int) -> tuple[Who, int]:
        """Who stands after a verb or preposition, and where the phrase ends."""
        space = re.match(r"\s*", self.hidden[after : self.end])
        begin = after + (space.end() if space else 0)
        stop = _RIGHT.search(self.hidden, begin, self.end)
        end = stop.start() if stop else self.end
        nobody = Who("nobody", "", begin, end)
        who = self.identify(begin, end)
        if stop and _COMPOUND.match(stop[0]) and who.kind != "unnamed":
            outlet = re.match(r"[^,;\x00]*", self.text[begin : self.end])
            whole = self.identify(begin, begin + len(outlet[0])) if outlet else nobody
            return (whole, whole.end) if whole.kind == "outlet" else (nobody, end)
        if who.kind == "nobody":
            digression = _DIGRESSION.search(self.hidden, begin, end)
            if digression:
                shorter = self.identify(begin, digression.start())
                if shorter.kind in ("person", "institution", "outlet"):
                    return shorter, end
        if who.kind == "nobody" and stop and stop[0] == ",":
            return self._introduced(begin, end) or nobody, end
        return who, end

    def _introduced(self, begin: int, comma: int) -> Who | None:
        """The name after a description: "said the minister, Orla Vale"."""
        stop = _RIGHT.search(self.hidden, comma + 1, self.end)
        end = stop.start() if stop else self.end
        described = _describes(self.text[begin:comma])
        who = self.identify(comma + 1, end)
        named = who.kind == "person" and " " in who.name
        whole = end >= self.end or self.hidden[end] in ",.;"
        return who if described and named and whole else None

    def may_be_aside(self, verb: re.Match[str]) -> bool:
        """Whether ", said the force," may be the speaker rather than what a speaker said."""
        after = verb.end()
        stop = _RIGHT.search(self.hidden, after + 1, self.end)
        words = self.text[after : stop.start() if stop else self.end].rstrip(" .!?").split()
        short = 0 < len(words) < 5
        if stop and stop[0] == ",":
            return short
        noun = short and (words[0][0].isupper() or words[0] in ("the", "a", "police"))
        return noun and stop is None and verb[0].lower() in ("said", "says")


def _joins(ahead: str) -> bool:
    """Whether "and" after these words joins two who speak rather than two clauses."""
    if not ahead or ahead.endswith(","):
        ahead = ahead.rstrip(" ,")
    last = re.search(r"[\w’'-]+$", ahead)
    if last is None:
        return False
    key = fold(last[0])
    return last[0][0].isupper() or key in speech.ROLES | speech.INSTITUTIONS


def _describes(phrase: str) -> bool:
    """Whether a phrase says what somebody is: its noun is a role."""
    linked = r"\s+(?:of|for|to|at|in|from|with|d[eu]s?|à|aux?|en|chez)\s|\s+d['’]"
    noun = re.split(linked, phrase, maxsplit=1)[0]
    words = [fold(word) for word in re.findall(r"[\w-]+(?:['’]s)?", noun)]
    # A second article begins the object of a verb: the force met the ambassador.
    inner = {"the", "a", "an", "le", "la", "les", "l", "un", "une", "by"}.intersection(words[1:])
    return 0 < len(words) < 8 and words[-1] in speech.ROLES and not inner
