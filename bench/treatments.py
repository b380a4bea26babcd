"""What desks do to a text: the treatments that `copies.py` measures, made of real articles."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

LEAST_CHARACTERS, LEAST_PARAGRAPHS = 1500, 6  # of an article that is treated
Text = list[str]  # paragraphs
Made = tuple[str, int, Text]  # how it was made, of which article


def real_articles(corpus: Path) -> Iterator[Text]:
    """The articles of the corpus whose whole text is known and long enough to be cut."""
    for file in sorted(corpus.glob("gold/*/*.json")):
        gold = json.loads(file.read_text())
        if gold["kind"] != "full":
            continue
        text = [line.strip() for line in gold["paragraphs"] if line.strip()]
        if len(text) >= LEAST_PARAGRAPHS and len(" ".join(text)) >= LEAST_CHARACTERS:
            yield text


def edited(text: Text, chance: random.Random) -> Text:
    """Two words in a hundred replaced, and the marks of a typewriter."""
    straight = str.maketrans("“”«»’", '""""\'')
    return [
        " ".join(
            chance.choice(["officials", "Tuesday", "sources"]) if chance.random() < 0.02 else word
            for word in line.split(" ")
        ).translate(straight)
        for line in text
    ]


def thinned(text: Text, chance: random.Random) -> Text:
    return [line for line in text if chance.random() > 0.3] or text


def beginning(hosts: list[Text], chance: random.Random, lines: int) -> Text:
    """The first long paragraphs of an article that has nothing to do with ours."""
    return [line for line in chance.choice(hosts) if len(line) > 80][:lines]


TREATMENTS: dict[str, Callable[[Text, list[Text], random.Random], Text]] = {
    "own headline": lambda text, hosts, chance: [chance.choice(hosts)[0][:70], *text],
    "cut by 30 %": lambda text, _hosts, _chance: text[: max(2, int(len(text) * 0.7))],
    "cut by 60 %": lambda text, _hosts, _chance: text[: max(2, int(len(text) * 0.4))],
    "paragraphs dropped": lambda text, _hosts, chance: thinned(text, chance),
    "local beginning": lambda text, hosts, chance: beginning(hosts, chance, 3) + text,
    "words edited": lambda text, _hosts, chance: edited(text, chance),
    "all of that": lambda text, hosts, chance: (
        beginning(hosts, chance, 2) + thinned(edited(text, chance), chance)
    ),
}


def holders(bases: list[Text], hosts: list[Text], chance: random.Random) -> Iterator[Made]:
    """Texts that hold parts of others."""
    for place, base in enumerate(bases):
        other, third = chance.sample([one for one in bases if one is not base], 2)
        yield "roundup of two", place, base + other
        yield "roundup of three", place, other + base + third
        yield "quotes a quarter", place, chance.choice(hosts) + base[: len(base) // 4]
