"""Which of many terms a text can match, told by the few of its words that any of them asks for."""

from collections.abc import Iterable, Iterator

from tracker.matching.terms import Node, Phrase, Terms, Without
from tracker.matching.vocabulary import Vocabulary, base, forms, may_hold, written

_REMEMBERED = 50_000  # idle words of a language


class Sieve:
    """Terms that one text after another is held against.

    Nearly all words of nearly all texts are asked for by none of the terms. These idle words are
    remembered: what is left of a text is then one difference of sets, and often nothing.
    """

    def __init__(self, terms: Iterable[Terms]) -> None:
        self.terms = tuple(dict.fromkeys(terms))
        phrases = [phrase for each in self.terms for phrase in _phrases(each.root)]
        self._whole = {
            word for each in phrases for word in each.words[: -1 if each.prefix else None]
        }
        self._beginnings = tuple({each.words[-1] for each in phrases if each.prefix})
        self._asked: dict[str, frozenset[str]] = {}
        self._idle: dict[str, set[str]] = {}

    def passing(self, text: str, language: str) -> list[Terms]:
        """Those whose words occur in the text, see `vocabulary.possible`."""
        code = base(language)
        there = self._vocabulary(text, code)
        return [
            each for each in self.terms if each.root is None or may_hold(each.root, there, code)
        ]

    def _vocabulary(self, text: str, language: str) -> Vocabulary:
        """The words of the text that are asked for, in all their forms."""
        idle = self._idle.setdefault(language, set())
        if len(idle) > _REMEMBERED:
            idle.clear()
        found: set[str] = set()
        for token in set(text.split()) - idle:
            words = [word for word in written(token, language) if self._is_asked(word, language)]
            found.update(words)
            if not words:
                idle.add(token)
        return Vocabulary.of(found)

    def _is_asked(self, word: str, language: str) -> bool:
        if language not in self._asked:
            every = (forms(word, language) for word in self._whole)
            self._asked[language] = frozenset().union(*every)
        return word in self._asked[language] or word.startswith(self._beginnings)


def _phrases(node: Node | None) -> Iterator[Phrase]:
    """The phrases that have to occur."""
    if isinstance(node, Phrase):
        yield node
    elif node is not None and not isinstance(node, Without):
        for part in node.parts:
            yield from _phrases(part)
