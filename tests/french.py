"""Reads the French catalogue, and what a page says in the language of its interface."""

import ast
import re
from dataclasses import dataclass
from html.parser import HTMLParser

_LINE = re.compile(r'(?:(\w+(?:\[\d\])?) )?(".*")')


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its English forms (one, or two with a plural) and its French ones."""

    context: str
    english: tuple[str, ...]
    french: tuple[str, ...]
    fuzzy: bool


def read(path):
    """The messages of a .po file by (context, English); the header is none."""
    found = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        flags, fields, field = "", {}, ""
        for line in block.splitlines():
            if line.startswith("#"):
                flags += line if line.startswith("#,") else ""
            elif line:
                word, text = _LINE.fullmatch(line).groups()
                field = word or field  # a long text goes on, on lines without a word
                fields[field] = fields.get(field, "") + ast.literal_eval(text)
        if fields.get("msgid"):
            one = Message(
                fields.get("msgctxt", ""),
                tuple(fields[k] for k in ("msgid", "msgid_plural") if k in fields),
                tuple(text for word, text in fields.items() if word.startswith("msgstr")),
                "fuzzy" in flags,
            )
            found[one.context, one.english] = one
    return found


class Words(HTMLParser):
    """What a page says in the language of its interface: texts, labels and placeholders."""

    VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta"])
    SAID = ("aria-label", "placeholder", "title", "data-undo", "data-one", "data-many")

    def __init__(self, page):
        super().__init__()
        self.open, self.said = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        hidden = tag in ("script", "style") or named.get("lang", "fr") != "fr"
        if tag not in self.VOID:
            self.open.append((tag, hidden))
        if not any(hidden for _tag, hidden in self.open):
            self.said += [named[name] for name in self.SAID if named.get(name)]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            continue

    def handle_data(self, data):
        if data.strip() and not any(hidden for _tag, hidden in self.open):
            self.said.append(" ".join(data.split()))


def english_of(message):
    """The stretches of a message between its values that French does not share."""
    for english in message.english:
        for stretch in re.split(r"%\(\w+\)[a-z]|<[^>]+>", english):
            bare = stretch.strip(" .,:;()?+")
            if len(bare) > 2 and not any(bare.lower() in text.lower() for text in message.french):
                yield bare
