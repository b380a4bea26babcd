"""Finds the frames of a sentence: who reports what, by which words, about which stretch of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.attribution import speech
from tracker.attribution.clauses import HIDDEN, Clauses
from tracker.attribution.subjects import Who
from tracker.matching.terms import fold

LONGEST = 2_000
# each kind begins with its mark, so that the text between them is passed over quickly
QUOTATION = re.compile(
    r"“[^“”\n]*?(?:”|\"(?=[\s,.;:!?)]|\Z)|(?=[“\n])|\Z)|«[^«»\n]*(?:»|(?=\n)|\Z)|\"[^\"\n]*\"|‘(?<!\w‘)[^‘’\n]*’(?!\w)"
)
_CJK_QUOTATION = re.compile(r"「[^「」\n]*」")
_CLAUSE = re.compile(
    r",\s+(?:and|but|while|though|although|whereas|yet|even\s+as|et|mais|alors\s+que|tandis\s+que|"
    r"bien\s+que)\b|;|\s+but\s+|\s+mais\s+|\s+(?:while|whereas|tandis\s+que|alors\s+que)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One report of speech: the cue words, who speaks, and the stretch it is about."""

    who: Who
    cue: str
    start: int
    end: int
    stance: str
    content: tuple[int, int]
    relays: tuple[Who, ...] = ()
    closing: bool = False


def quotations(text: str) -> list[tuple[int, int]]:
    """Offsets of what stands in quotation marks, the marks included."""
    spans = [m.span() for p in (QUOTATION, _CJK_QUOTATION) for m in p.finditer(text)]
    return sorted(spans)


def hide(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with the insides of quotations hidden, every offset kept."""
    parts, after = [], 0
    for start, end in spans:
        if start >= after:
            parts += [text[after:start], HIDDEN * (end - start)]
            after = end
    return "".join([*parts, text[after:]])


def frames(
    text: str, hidden: str, start: int, end: int, language: str, known: Sequence[str]
) -> list[Frame]:
    """The frames of one sentence, in order; `hidden` is the text without its quotations."""
    # Longer than any sentence, it is a table or a list: nobody speaks in it.
    if end - start > LONGEST:
        return []
    return _Sentence(text, hidden, start, end, language, known).frames()


class _Sentence(Clauses):
    """A sentence and the speech it reports."""

    def frames(self) -> list[Frame]:
        """All frames, a phrase within another's cue left out."""
        found = [*self._according(), *self._spoken(), *self._pronouns()]
        found.sort(key=lambda frame: (frame.start, -frame.end))
        kept: list[Frame] = []
        for frame in found:
            inside = any(frame.start < k.end and k.start < frame.end for k in kept)
            if not inside:
                kept.append(frame)
        return [self._with_citations(frame) for frame in self._with_contents(kept)]

    def _spoken(self) -> Iterator[Frame]:
        taken: list[tuple[int, int]] = []
        for stance, pattern in speech.VERBS[self.language]:
            for match in pattern.finditer(self.hidden, self.start, self.end):
                if any(a < match.end() and match.start() < b for a, b in taken):
                    continue
                frame = self._verb(match, stance)
                if frame is not None:
                    taken.append(match.span())
                    yield frame

    def _verb(self, match: re.Match[str], stance: str) -> Frame | None:
        """The frame of a verb, unless nothing is said by it."""
        before = self.hidden[self.start : match.start()]
        quoted_as = match[0].lower() == "saying"
        if speech.NOT_SAID.search(before) and stance != "declines" and not quoted_as:
            return None
        if speech.NOT_SPEECH_AFTER.match(self.hidden, match.end()):
            return None
        accused_of = re.match(r"\s+of\b", self.hidden[match.end() : self.end], re.IGNORECASE)
        if accused_of and match[0].lower() == "accused":
            return None
        who, closing = self._subject(match, before)
        if who is None:
            return None
        sure = speech.SURELY_A_VERB.match(match[0])
        if _folded_last(match[0]) in speech.NOUNS_TOO and not sure:
            says = self.language != "en" or speech.SAYS_NEXT.match(
                self.hidden[match.end() : self.end]
            )
            papers = match[0].lower() == "reports" and who.kind != "outlet"
            if who.kind == "nobody" or (papers and not closing) or not says:
                return None
        relays = self._told(match)
        start, end = match.span()
        return Frame(who, match[0], start, end, stance, (start, end), relays, closing)

    def _subject(self, match: re.Match[str], before: str) -> tuple[Who | None, bool]:
        """Who speaks by a verb, and whether the verb closes what is said."""
        opens = re.search(r"(?:\x00\s*[,.!?]?|,)\s*$", before) or not before.strip()
        left = self.before(match.start(), before)
        parenthesis = before.count(",") > 1
        inverted = bool(opens and speech.INVERTIBLE[self.language].search(match[0]))
        if inverted and (left is None or left.kind == "nobody"):
            quoted = HIDDEN in before[-3:] or not before.strip()
            right, after = self.after(match.end())
            ends = after >= self.end or not self.hidden[after : self.end].strip(" .!?")
            if right.kind != "nobody" and (quoted or ends or not parenthesis):
                return right, True
            return right if right.kind == "nobody" else None, True
        if left is not None and before.rstrip().endswith(",") and self.may_be_aside(match):
            return Who("nobody", "", *match.span()), True
        closing = bool(re.match(r"\s*(?:[.!?]|,|\Z|\x00|$)", self.hidden[match.end() : self.end]))
        return left, closing and bool(re.search(r"[,\x00]", before))

    def _told(self, match: re.Match[str]) -> tuple[Who, ...]:
        """The outlet somebody told it to."""
        if not re.search(r"\b(?:told|tells?|dit|déclaré|affirmé|confié|confirmé)$", match[0], re.I):
            return ()
        to = re.match(
            r"\s+(?:à\s+|au\s+)?(?P<name>(?:(?:the|La|Le)\s+)?[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*)*)",
            self.hidden[match.end() : self.end],
        )
        if to is None:
            return ()
        begin = match.end() + to.start("name")
        listeners = (self.after(begin)[0], self.identify(begin, match.end() + to.end("name")))
        return next(((who,) for who in listeners if who.kind == "outlet"), ())

    def _according(self) -> Iterator[Frame]:
        for match in speech.ACCORDING[self.language].finditer(self.hidden, self.start, self.end):
            who, _ = self.after(match.end())
            closing = match.start() > self.start + 1
            cue = match[0].strip()
            end = match.start() + len(cue)
            yield Frame(who, cue, match.start(), end, "reports", (end, end), (), closing)

    def _pronouns(self) -> Iterator[Frame]:
        if self.language != "fr":
            return
        for match in speech.INVERTED_PRONOUN.finditer(self.hidden, self.start, self.end):
            verb = match["verb"] or match["present"]
            for stance, pattern in speech.VERBS["fr"]:
                if pattern.fullmatch("a " + verb) or pattern.fullmatch(verb):
                    one = re.search(r"\w+$", match[0])
                    name = one[0] if match["present"] and one else ""
                    name = name or ("elle" if "-elle" in match[0] else "il")
                    kind = "nobody" if "-on" in match[0] else "pronoun"
                    who = Who(kind, name, *match.span())
                    yield Frame(who, match[0], *match.span(), stance, match.span(), (), True)
                    break

    def _with_contents(self, found: list[Frame]) -> list[Frame]:
        """Each frame with the stretch of the sentence it governs."""
        placed = []
        after = self.start
        for number, frame in enumerate(found):
            reach = min(frame.start, frame.who.start if frame.who.name else frame.start)
            following = found[number + 1] if number + 1 < len(found) else None
            stop = following.who.start if following and following.who.name else self.end
            if following and (not following.who.name or following.closing):
                stop = following.start
            edges = [m.start() for m in _CLAUSE.finditer(self.hidden, frame.end, self.end)]
            ahead = [m.end() for m in _CLAUSE.finditer(self.hidden, after, max(after, reach))]
            first = ahead[-1] if ahead else after
            last = min([edge for edge in edges if edge > frame.who.end], default=self.end)
            last = min(last, stop) if following and stop > frame.end else last
            if not frame.closing:
                first = reach
            elif frame.start > self.start + 1:
                last = min(last, max(frame.end, frame.who.end))
            placed.append(replace(frame, content=(first, max(last, frame.end))))
            after = max(frame.end, frame.who.end)
        return placed

    def _with_citations(self, frame: Frame) -> Frame:
        """A frame with the sources it says it cites, the nearest to the facts as its speaker."""
        pattern, by = speech.CITING[self.language], speech.CITED_BY[self.language]
        cited = frame
        stop = max(frame.content[1], frame.who.end)
        for match in pattern.finditer(self.hidden, frame.who.start, max(stop, self.end)):
            if cited.who.kind == "outlet":
                source, after = self.after(match.end())
                if not speech.CITED_AS.match(self.hidden, after, self.end):
                    cited = replace(cited, who=source, relays=(*cited.relays, cited.who))
        for match in by.finditer(self.hidden, frame.start, self.end):
            outlet, _ = self.after(match.end())
            if cited.who.kind == "unnamed" and outlet.kind == "outlet":
                name = self.text[cited.who.start : min(cited.who.end, match.start())].rstrip()
                who = replace(cited.who, name=name, end=cited.who.start + len(name))
                cited = replace(cited, who=who, relays=(*cited.relays, outlet))
        return cited


def _folded_last(words: str) -> str:
    """The last word of a cue, folded."""
    return fold(words.split()[-1])
