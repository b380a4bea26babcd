"""Reads YAML by named fields, and says line and key when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import yaml

_LONGEST_SLUG = 50  # characters that a slug is stored in
_WHOLE = re.compile(r"0*[1-9][0-9]{0,8}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOTHING: Final = "tag:yaml.org,2002:null"


class FieldError(ValueError):
    """Something in the file is wrong.

    Attributes:
        line: where, counted from 1.
        key: which field, such as "claims[3].number".
    """

    def __init__(self, line: int, key: str, problem: str) -> None:
        self.line, self.key, self.problem = line, key, problem
        super().__init__(f"line {line}: {key}: {problem}" if key else f"line {line}: {problem}")


@dataclass(slots=True)
class Part:
    """One mapping of the file. Each field is asked for once; `close` refuses what is left."""

    node: yaml.MappingNode
    key: str = ""
    fields: dict[str, yaml.Node] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, value in self.node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise FieldError(_line(name), self.key, "a key must be a word")
            if name.value in self.fields:
                raise FieldError(_line(name), self._key(name.value), "stands here twice")
            self.fields[name.value] = value

    @property
    def line(self) -> int:
        """Where this part begins, counted from 1."""
        return _line(self.node)

    def error(self, name: str, problem: str) -> FieldError:
        """An error about one field, at its line; about the part itself when there is none."""
        return FieldError(_line(self.fields.get(name, self.node)), self._key(name), problem)

    def text(self, name: str, default: str | None = None) -> str:
        """A text without surrounding space; required when there is no default."""
        node = self._take(name)
        if node is None or node.tag == _NOTHING:
            if default is None:
                raise self.error(name, "is missing")
            return default
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(name, "must be a text")
        found = str(node.value).strip()
        if not found and default is None:
            raise self.error(name, "is empty")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when the field is missing."""
        found = []
        for node in self._list(name):
            if not isinstance(node, yaml.ScalarNode):
                raise FieldError(_line(node), self._key(name), "must be a list of texts")
            found.append(str(node.value).strip())
        return tuple(found)

    def slug(self, name: str = "slug") -> str:
        """A required identifier of at most 50 small letters, digits and hyphens."""
        found = self.text(name)
        if not _SLUG.fullmatch(found) or len(found) > _LONGEST_SLUG:
            most = f"at most {_LONGEST_SLUG} small letters, digits and hyphens"
            raise self.error(name, f"{found!r} must be {most}")
        return found

    def choice(self, name: str, options: Iterable[str], default: str | None = None) -> str:
        """One of the options."""
        found, known = self.text(name, default), tuple(options)
        if found not in known:
            raise self.error(name, f"{found!r} is none of {', '.join(known)}")
        return found

    def whole(self, name: str) -> int:
        """A required whole number from 1 up."""
        found = self.text(name)
        if not _WHOLE.fullmatch(found):
            raise self.error(name, f"{found!r} must be a whole number from 1 up")
        return int(found)

    def flag(self, name: str) -> bool:
        """true or false; false when missing."""
        return self.choice(name, ("true", "false"), "false") == "true"

    def day(self, name: str) -> date:
        """A required date as YYYY-MM-DD."""
        return self._date(name, self.text(name))

    def day_or_none(self, name: str) -> date | None:
        """A date as YYYY-MM-DD, or None when the field is missing."""
        found = self.text(name, "")
        return self._date(name, found) if found else None

    def _date(self, name: str, found: str) -> date:
        try:
            return date.fromisoformat(found)
        except ValueError:
            raise self.error(name, f"{found!r} is no date as YYYY-MM-DD") from None

    def part(self, name: str) -> Part:
        """A required mapping."""
        node = self._take(name)
        if node is None:
            raise self.error(name, "is missing")
        return _mapping(node, self._key(name))

    def part_or_none(self, name: str) -> Part | None:
        """A mapping, or None when the field is missing."""
        return self.part(name) if name in self.fields else None

    def parts(self, name: str) -> list[Part]:
        """A list of mappings; empty when the field is missing."""
        nodes = enumerate(self._list(name), 1)
        return [_mapping(node, f"{self._key(name)}[{number}]") for number, node in nodes]

    def only(self, names: Iterable[str]) -> tuple[str, str]:
        """The one field of a mapping like {speaker: rcmp}: its name and its text."""
        known = tuple(names)
        if len(self.fields) != 1 or next(iter(self.fields)) not in known:
            raise FieldError(self.line, self.key, f"must have exactly one of {', '.join(known)}")
        name = next(iter(self.fields))
        return name, self.text(name)

    def close(self) -> None:
        """Refuse fields nobody asked for: a misspelled key must not be passed over in silence."""
        for name in self.fields:
            if name not in self.asked:
                known = ", ".join(sorted(self.asked))
                raise self.error(name, f"is no field here; there are {known}")

    def _take(self, name: str) -> yaml.Node | None:
        self.asked.add(name)
        return self.fields.get(name)

    def _list(self, name: str) -> list[yaml.Node]:
        node = self._take(name)
        if node is None or node.tag == _NOTHING:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(name, "must be a list")
        return list(node.value)

    def _key(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key and name else self.key or name


def read(text: str) -> Part:
    """The outermost mapping of a YAML text.

    Raises:
        FieldError: it is no YAML, or no mapping.
    """
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FieldError(line, "", f"no YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise FieldError(1, "", f"no YAML: {error}") from None
    if node is None:
        raise FieldError(1, "", "the file is empty")
    return _mapping(node, "")


def _mapping(node: yaml.Node, key: str) -> Part:
    if not isinstance(node, yaml.MappingNode):
        raise FieldError(_line(node), key, "must have named fields")
    return Part(node, key)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
