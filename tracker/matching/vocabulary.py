"""Whether a text can match terms at all, by its words alone: most texts need no closer reading."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from tracker.matching.terms import WORD, Every, Node, Phrase, Terms, Without, fold

_STEMMERS = {"en": ("english",), "fr": ("french",), "": ("english", "french")}
_local = threading.local()


def possible(terms: Terms, text: str, language: str) -> bool:
    """Whether the words of `terms` occur in `text`, wherever they stand.

    False is certain. True is not: the words of a phrase may stand apart, and a word asked not to
    occur is not looked for, as it may stand where it forbids nothing.
    """
    code = base(language)
    return terms.root is None or may_hold(terms.root, _vocabulary(text, code), code)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a text and their stems, and all of them in one string for prefixes."""

    words: frozenset[str]
    joined: str  # each after a space

    @classmethod
    def of(cls, words: Iterable[str]) -> "Vocabulary":
        """Make one of words that are folded or stems."""
        held = frozenset(words)
        return cls(held, " " + " ".join(held))


def may_hold(node: Node, there: Vocabulary, language: str) -> bool:
    """Whether the words of a node are there, as `possible` says of terms.

    Args:
        language: as `base` gives it.
    """
    if isinstance(node, Phrase):
        return _occurs(node, there, language)
    if isinstance(node, Without):
        return True
    parts = (may_hold(part, there, language) for part in node.parts)
    return all(parts) if isinstance(node, Every) else any(parts)


def _occurs(phrase: Phrase, there: Vocabulary, language: str) -> bool:
    whole = phrase.words[:-1] if phrase.prefix else phrase.words
    if any(there.words.isdisjoint(forms(word, language)) for word in whole):
        return False
    return not phrase.prefix or f" {phrase.words[-1]}" in there.joined


# the stories are matched against one text after another
@lru_cache(maxsize=2)
def _vocabulary(text: str, language: str) -> Vocabulary:
    every = (written(token, language) for token in set(text.split()))
    return Vocabulary.of(frozenset().union(*every))


@lru_cache(maxsize=65_536)
def written(token: str, language: str) -> tuple[str, ...]:
    """The forms of the words in what stands between two spaces.

    Args:
        language: as `base` gives it.
    """
    words = set(WORD.findall(token))
    return tuple(form for word in words for form in forms(fold(word), language))


def base(language: str) -> str:
    """The two letters of a language tag: "fr" for fr-CA and fr_CA."""
    return language.strip().lower().replace("_", "-").split("-")[0]


@lru_cache(maxsize=65_536)
def forms(word: str, language: str) -> tuple[str, ...]:
    """A folded word and its stem; both English and French stems where no language is known.

    Args:
        language: as `base` gives it.
    """
    stems = [_stemmer(name).stemWord(word) for name in _STEMMERS.get(language, ())]
    return tuple(dict.fromkeys([word, *stems]))


def _stemmer(name: str) -> Stemmer.Stemmer:
    """A stemmer of this thread's own: PyStemmer objects must not be shared."""
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__
    if name not in stemmers:
        stemmers[name] = Stemmer.Stemmer(name, 0)
    return stemmers[name]
