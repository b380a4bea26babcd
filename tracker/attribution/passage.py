"""Says who a passage is attributed to, in which words, and through which outlets it came.

A speaker is named only when the passage or a sentence beside it names one; in doubt, nobody is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.attribution import chinese as chinese_speech
from tracker.attribution.chains import Link
from tracker.attribution.clauses import HIDDEN
from tracker.attribution.frames import Frame, frames, hide, quotations
from tracker.attribution.subjects import Who, identify
from tracker.attribution.transcript import turn
from tracker.matching.sentences import sentences
from tracker.matching.terms import fold

NAMED = ("person", "institution")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said it. `start` and `end` are the words that justify it, -1 when there are none."""

    speaker: str
    start: int
    end: int
    unnamed: bool
    cue: str
    stance: str
    chain: tuple[Link, ...]
    direct_quote: bool


def attribute(
    text: str, start: int, end: int, *, language: str, outlet: str, known: Sequence[str] = ()
) -> Attribution:
    """Who text[start:end] is attributed to, read in `outlet`.

    `known` are names and variants of the speakers the newsroom knows. The stance is what the
    reporting verb suggests, "reports" without one; an editor confirms it.
    """
    code = language.strip().lower().replace("_", "-").split("-")[0]
    reading = _Reading(text, start, end, code, known)
    frame = reading.frame()
    return _attribution(frame, outlet, reading.direct_quote())


class _Reading:
    """A passage among its neighbouring sentences."""

    def __init__(
        self, text: str, start: int, end: int, language: str, known: Sequence[str]
    ) -> None:
        self.text, self.start, self.end, self.known = text, start, end, known
        self.language = language if language in ("en", "fr", "zh") else _guessed(text)
        self.quotations, self.hidden, self.spans = _parted(text)
        core = [n for n, (a, b) in enumerate(self.spans) if a < end and start < b]
        self.core = range(core[0], core[-1] + 1) if core else range(0)

    def direct_quote(self) -> bool:
        """Whether at least half of the passage stands in quotation marks."""
        inside = self.hidden[self.start : self.end].count(HIDDEN)
        return 2 * inside >= self.end - self.start > 0

    def frame(self) -> Frame | None:
        """The one frame the passage stands in; None without one."""
        if not self.core:
            return None
        own = [frame for n in self.core for frame in self._frames(n)]
        governing = [frame for frame in own if _reaches(frame, self.start, self.end)]
        if governing:
            return self._resolved(_one(governing))
        if own:
            return None
        beside = self._quoted_on() or self._quotation_by_itself() or self._announced()
        if beside:
            return beside
        opened = turn(self.text, self.spans[max(0, self.core[0] - 1)][0], self.end)
        return self._resolved(opened) if opened else None

    def _frames(self, number: int) -> list[Frame]:
        if not 0 <= number < len(self.spans):
            return []
        start, end = self.spans[number]
        if self.language == "zh":
            return chinese_speech.frames_in(self.text, self.hidden, start, end, self.known)
        return frames(self.text, self.hidden, start, end, self.language, self.known)

    def _resolved(self, frame: Frame) -> Frame:
        """A surname put down to the one full name beside it, to nobody where there are two."""
        if frame.who.kind != "person" or " " in frame.who.name:
            return frame
        names = self._full_names(frame.who.name)
        if len(names) > 1:
            return replace(frame, who=replace(frame.who, kind="nobody"))
        return replace(frame, who=replace(frame.who, name=names.pop())) if names else frame

    def _full_names(self, surname: str) -> set[str]:
        """The full names with this surname in the passage and the sentences beside it."""
        beside = self.spans[max(0, self.core[0] - 1) : self.core[-1] + 2]
        capital = r"(?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w’'-]+)[ \u00a0]"
        pattern = re.compile(
            rf"(?<!\w)(?<!\bof )(?<!\bde )(?:{capital}){{1,4}}{re.escape(surname)}(?![\w-])"
        )
        names = set()
        for start, end in beside:
            for match in pattern.finditer(self.text, start, end):
                who = identify(match[0], 0, match[0])
                if who.kind == "person" and " " in who.name:
                    names.add(who.name)
        return names

    def _quoted_on(self) -> Frame | None:
        """The frame of a neighbouring sentence that the same quotation runs into."""
        first, last = self.spans[self.core[0]][0], self.spans[self.core[-1]][1]
        found = []
        for begin, stop in self.quotations:
            if begin < self.end and self.start < stop:
                # The mark that ends the quotation may be the end of the sentence too.
                found += self._frames(self.core[-1] + 1) if stop > last else []
                found += self._frames(self.core[0] - 1) if begin < first else []
        return self._named_beside(found)

    def _quotation_by_itself(self) -> Frame | None:
        """Who speaks a sentence that is nothing but a quotation, by the sentence beside it."""
        first, last = self.core[0], self.core[-1]
        start, end = self.spans[first][0], self.spans[last][1]
        if re.search(r"\w", self.hidden[start:end]) or HIDDEN not in self.hidden[start:end]:
            return None
        following = self._frames(last + 1)
        if following and self._bare(following[0], last + 1):
            return self._named_beside(following[:1])
        previous = self._frames(first - 1)
        known = {fold(frame.who.name) for frame in previous}
        same_paragraph = following and "\n" not in self.text[end : self.spans[last + 1][0]]
        if same_paragraph and any(fold(frame.who.name) not in known for frame in following):
            return None
        return self._named_beside(previous)

    def _bare(self, frame: Frame, number: int) -> bool:
        """Whether a sentence is only "Vale said." or "said Vale."."""
        start, end = self.spans[number]
        words = sorted([(frame.start, frame.end), (frame.who.start, frame.who.end)])
        rest = self.text[start : words[0][0]] + self.text[words[1][1] : end]
        return not re.search(r"\w", rest)

    def _announced(self) -> Frame | None:
        """The frame of a sentence before that ends with a colon."""
        number = self.core[0] - 1
        if number < 0 or not self.text[: self.spans[number][1]].endswith(":"):
            return None
        return self._named_beside(self._frames(number))

    def _named_beside(self, found: list[Frame]) -> Frame | None:
        """The one speaker of the frames beside the passage, when they have but one."""
        if not found:
            return None
        frame = _one(found)
        return frame if frame.who.kind in ("person", "institution", "unnamed") else None


# Several passages of one text are read one after another.
@lru_cache(maxsize=2)
def _parted(text: str) -> tuple[list[tuple[int, int]], str, list[tuple[int, int]]]:
    """The quotations of a text, the text without them, and its sentences."""
    spans = quotations(text)
    return spans, hide(text, spans), sentences(text)


def _reaches(frame: Frame, start: int, end: int) -> bool:
    spans = [frame.content, (frame.start, frame.end)]
    if frame.who.name:
        spans.append((frame.who.start, frame.who.end))
    return any(a < end and start < b for a, b in spans)


def _one(found: list[Frame]) -> Frame:
    """The frame of the only speaker among these; nobody's where they disagree."""
    outlets = [frame for frame in found if frame.who.kind == "outlet"]
    speaking = [frame for frame in found if frame.who.kind != "outlet"]
    if not speaking:
        return outlets[0]
    telling = [frame for frame in speaking if frame.stance != "reports"] or speaking
    chosen = telling[0]
    if not all(_same(frame.who, chosen.who) for frame in speaking):
        return replace(chosen, who=replace(chosen.who, kind="nobody"), relays=())
    longest = max((frame.who for frame in speaking), key=lambda who: len(who.name))
    who = chosen.who if chosen.who.kind == "unnamed" else longest
    relays = tuple(dict.fromkeys([*(f.who for f in outlets), *chosen.relays]))
    return replace(chosen, who=who, relays=relays)


def _same(one: Who, other: Who) -> bool:
    """Whether two frames have one speaker: equal names, or a surname and the full name."""
    if one.kind == "unnamed" or other.kind == "unnamed":
        return one.kind == other.kind
    short, long = sorted((fold(one.name), fold(other.name)), key=len)
    same_kind = one.kind == other.kind or {one.kind, other.kind} <= set(NAMED)
    return same_kind and bool(short) and (short == long or long.endswith(" " + short))


def _guessed(text: str) -> str:
    """The language of a text that came without one, by script and the commonest words."""
    if len(re.findall(r"[\u4e00-\u9fff]", text[:2000])) > 20:
        return "zh"
    words = re.findall(r"[a-zà-ÿ]+", text[:5000].lower())
    french = sum(word in ("le", "la", "les", "des", "et", "est", "une", "que") for word in words)
    english = sum(word in ("the", "and", "of", "to", "is", "was", "that") for word in words)
    return "fr" if french > english else "en"


def _attribution(frame: Frame | None, outlet: str, direct: bool) -> Attribution:
    read = (Link("outlet", outlet, -1, -1),) if outlet.strip() else ()
    if frame is None:
        return Attribution("", -1, -1, False, "", "reports", read, direct)
    who = frame.who
    links = list(read)
    for relay in (*frame.relays, *((who,) if who.kind == "outlet" else ())):
        if _bare_outlet(relay.name) != _bare_outlet(outlet):
            links.append(Link("outlet", relay.name, relay.start, relay.end))
    named, unnamed = who.kind in NAMED, who.kind == "unnamed"
    if named or unnamed:
        links.append(Link("speaker" if named else "unnamed", who.name, who.start, who.end))
    start, end = _justifying(frame) if named or unnamed else (-1, -1)
    name = who.name if named else ""
    stance, cue = frame.stance, frame.cue
    return Attribution(name, start, end, unnamed, cue, stance, tuple(links), direct)


def _justifying(frame: Frame) -> tuple[int, int]:
    """The name with the cue words where they stand close together, else the name."""
    start, end = min(frame.start, frame.who.start), max(frame.end, frame.who.end)
    return (start, end) if end - start <= 200 else (frame.who.start, frame.who.end)


def _bare_outlet(name: str) -> str:
    """An outlet's name without its article and "News": Bloomberg News is Bloomberg."""
    return re.sub(r"^(?:the|le|la|l['’])\s+|\s+news$", "", fold(name).strip())
