"""The boolean language of search terms: words, "phrases", OR, NOT, prefix* and parentheses.

    expression = conjunction { "OR" conjunction }
    conjunction = factor { ["AND"] factor }
    factor = ("NOT" | "-") factor | "(" expression ")" | word | word* | "phrase"

Words side by side must all occur. Case and accents do not matter, except that the three operators
are written in capitals. A word of several tokens (l'ambassade, 警察) is read as a phrase.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SCRIPT_CHARACTER = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W_{SCRIPT_CHARACTER}]"
# R.C.M.P. is one word, an accent written as its own character belongs to its letter, and a
# character of a script without spaces is a word by itself.
WORD = re.compile(
    rf"(?:(?<![^\W_])[^\W\d_]\.){{2,}}|[{SCRIPT_CHARACTER}]|{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*"
)
_TOKEN = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<quote>["“”«»„])|(?P<word>[^\s()"“”«»„]+))'
)
_CLOSES = {"“": "”", "«": "»", '"': '"', "”": "”", "„": "“”", "»": "«"}
_MINUS = "-−–"
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


class TermsError(ValueError):
    """Terms that cannot be read: a message for the editor and the position it is about."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side; `prefix` lets the last one go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All the parts must occur."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts must occur."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part must not occur."""

    part: "Node"


Node = Phrase | Every | Either | Without


@dataclass(frozen=True, slots=True)
class Terms:
    """Compiled terms; `empty` ones match no passage and, as a story filter, every text."""

    source: str
    root: Node | None

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        return self.root is None

    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases that count for a match, in the order they were written."""
        return tuple(_wanted(self.root)) if self.root else ()


def compile_terms(source: str) -> Terms:
    """Read search terms; raises TermsError with the position of what is wrong."""
    if not source.strip():
        return Terms(source, None)
    reader = _Reader(source)
    root = reader.expression()
    if reader.kind:
        raise TermsError("There is a closing parenthesis too many.", reader.position)
    if not _asks(root):
        raise TermsError("Say at least one word to look for in every alternative.", 0)
    return Terms(source, root)


def holds(node: Node, present: Callable[[Phrase], bool], nearby: Callable[[Phrase], bool]) -> bool:
    """Whether a node holds where `present` phrases stand and `nearby` ones may forbid it."""
    if isinstance(node, Phrase):
        return present(node)
    if isinstance(node, Without):
        return not holds(node.part, nearby, nearby)
    results = (holds(part, present, nearby) for part in node.parts)
    return all(results) if isinstance(node, Every) else any(results)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """A word without its case and accents, ligatures written out."""
    if word.isascii():
        return word.casefold().replace(".", "")
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).replace(".", "")


def _wanted(node: Node) -> Iterator[Phrase]:
    if isinstance(node, Phrase):
        yield node
    elif not isinstance(node, Without):
        for part in node.parts:
            yield from _wanted(part)


def _asks(node: Node) -> bool:
    """Whether a node looks for something; NOT alone would match almost every text."""
    if isinstance(node, Phrase):
        return True
    if isinstance(node, Without):
        return False
    asking = (_asks(part) for part in node.parts)
    return any(asking) if isinstance(node, Every) else all(asking)


class _Reader:
    """Reads terms from left to right, one token ahead."""

    # Parentheses deeper than this are a mistake, and would exhaust the stack.
    DEEPEST = 50

    def __init__(self, source: str) -> None:
        self.source = source
        self.depth = 0
        self.after = 0
        self.advance()

    def advance(self) -> None:
        """Read the next token; `kind` is "" at the end."""
        match = _TOKEN.match(self.source, self.after)
        if match is None:
            self.kind, self.token, self.position = "", "", len(self.source)
            return
        self.kind = str(match.lastgroup)
        self.token, self.position = match[self.kind], match.start(self.kind)
        self.after = match.end()
        if self.kind == "word" and self.token[0] in _MINUS and len(self.token) > 1:
            self.kind, self.after = "minus", self.position + 1
        elif self.kind == "word" and self.token in _MINUS:
            self.kind = "minus"
        elif self.kind == "word" and self.token in ("AND", "OR", "NOT"):
            self.kind = self.token

    def expression(self) -> Node:
        """Alternatives joined by OR."""
        parts = [self.conjunction()]
        while self.kind == "OR":
            self.advance()
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def conjunction(self) -> Node:
        """Factors side by side, with or without AND."""
        parts = [self.factor()]
        while self.kind in ("AND", "NOT", "minus", "open", "quote", "word"):
            if self.kind == "AND":
                self.advance()
            parts.append(self.factor())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def factor(self) -> Node:
        """One word, phrase, group, or the negation of one."""
        self.depth += 1
        try:
            if self.depth > self.DEEPEST:
                raise TermsError("The parentheses are nested too deeply.", self.position)
            if self.kind in ("NOT", "minus"):
                self.advance()
                return Without(self.factor())
            return self._group() if self.kind == "open" else self._phrase()
        finally:
            self.depth -= 1

    def _group(self) -> Node:
        opened = self.position
        self.advance()
        node = self.expression()
        if self.kind != "close":
            raise TermsError("This parenthesis is never closed.", opened)
        self.advance()
        return node

    def _phrase(self) -> Phrase:
        position, kind = self.position, self.kind
        if kind not in ("quote", "word"):
            raise TermsError("A word or a phrase is missing here.", position)
        text = self._quoted() if kind == "quote" else self.token
        self.advance()
        return _phrase(text, position)

    def _quoted(self) -> str:
        closing = re.compile(f"[{re.escape(_CLOSES[self.token])}]")
        end = closing.search(self.source, self.after)
        if end is None:
            raise TermsError("This quotation mark is never closed.", self.position)
        text = self.source[self.after : end.start()]
        self.after = end.end()
        return text


def _phrase(text: str, position: int) -> Phrase:
    """The phrase of a word or a quotation, a final * kept as a prefix."""
    stripped = text.strip()
    prefix = stripped.endswith("*")
    if "*" in stripped[:-1]:
        raise TermsError("The star can only end a word or a phrase.", position)
    words = tuple(fold(match[0]) for match in WORD.finditer(stripped))
    if not words:
        raise TermsError("There is no word here to look for.", position)
    if prefix and len(words[-1]) < 2 and words[-1].isascii():
        raise TermsError("Write at least two letters before the star.", position)
    return Phrase(words, prefix)
