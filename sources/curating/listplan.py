"""What a list of sources would change, row by row, and why a row is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sources.curating import table
from sources.curating.table import Line
from sources.ingest import opml
from sources.ingest.identify import authority, repair_url, url_key
from sources.models import Feed, Host, Source, Tag
from sources.models.source import SourceKind

FIELDS = ("name", "kind", "owner", "country", "languages", "community")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(slots=True)
class Row:
    """What one row of a list would do. `fault`: why it is refused, with `words` it is about.

    `fields` are (column, before, after); a source without key is a new one.
    """

    number: int
    name: str
    source: Source | None = None
    fault: str = ""
    words: str = ""
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    added: tuple[Tag, ...] = ()
    removed: tuple[Tag, ...] = ()
    domains: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it would do anything."""
        return bool(self.fields or self.added or self.removed or self.domains or self.feeds)

    @property
    def is_new(self) -> bool:
        """Whether it would make a source."""
        return self.source is None


@dataclass(slots=True)
class Plan:
    """What a list would do, in the order of its rows."""

    rows: list[Row]

    @property
    def refused(self) -> list[Row]:
        """Rows that are left out, each with its reason."""
        return [row for row in self.rows if row.fault]

    @property
    def new(self) -> list[Row]:
        """Rows that make a source."""
        return [row for row in self.rows if not row.fault and row.is_new]

    @property
    def changed(self) -> list[Row]:
        """Rows that change a source there is."""
        return [row for row in self.rows if not row.fault and not row.is_new and row.changes]

    @property
    def same(self) -> int:
        """How many rows say what is so already."""
        return len(self.rows) - len(self.refused) - len(self.new) - len(self.changed)

    @property
    def digest(self) -> str:
        """Two plans that would do the same have the same digest."""
        said = [
            (row.number, row.fault, row.source.pk if row.source else 0, row.fields)
            + (
                row.domains,
                row.feeds,
                *([tag.pk for tag in part] for part in (row.added, row.removed)),
            )
            for row in self.rows
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


class _Held:
    """Everything a list is compared with, read once: five queries whatever its length."""

    def __init__(self) -> None:
        sources = Source.objects.select_related("merged_into").prefetch_related("source_tags__tag")
        self.by_slug = {one.slug: one for one in sources}
        standing = [one for one in self.by_slug.values() if one.merged_into_id is None]
        self.by_key = {one.pk: one for one in standing}
        self.by_name: dict[str, list[Source]] = {}
        for one in standing:
            self.by_name.setdefault(one.name.casefold(), []).append(one)
        self.hosts = dict(Host.objects.values_list("authority", "source_id"))
        self.feeds = {bytes(k): s for k, s in Feed.objects.values_list("url_key", "source_id")}
        self.tags: dict[str, Tag] = {}
        # slugs over labels, and tags that stand over those that were merged into them
        tags = sorted(
            Tag.objects.select_related("merged_into"), key=lambda tag: not tag.merged_into_id
        )
        for names in (lambda t: (t.label_fr, t.label_en, t.label), lambda t: (t.slug,)):
            for tag in tags:
                self.tags |= {
                    name.casefold(): tag.merged_into or tag for name in names(tag) if name
                }

    def name(self, key: int) -> str:
        """What a source is called."""
        return self.by_key[key].name if key in self.by_key else "?"


def of_csv(body: bytes) -> Plan:
    """What a CSV list would do.

    Raises:
        NotATableError: it is none.
    """
    held, seen = _Held(), dict[object, int]()
    return Plan([_row(line, held, seen) for line in table.read(body)])


def of_opml(body: bytes) -> Plan:
    """What an OPML list would do: its feeds, each with its source; tags are added, none removed.

    Raises:
        NotOpmlError: it is none.
    """
    held = _Held()
    return Plan([_outline(n, one, held) for n, one in enumerate(opml.parse(body), start=1)])


def _row(line: Line, held: _Held, seen: dict[object, int]) -> Row:
    cells = line.cells
    row = Row(line.number, cells.get("name", "") or cells.get("source_id", ""), fault=line.fault)
    if line.fault:
        return row
    _find(row, cells, held)
    key: object = row.source.pk if row.source else row.name.casefold()
    if not row.fault and key in seen:
        row.fault, row.words = "duplicate", str(seen[key])
    seen.setdefault(key, line.number)
    for step in (_fields, _tags, _domains, _feeds):
        if not row.fault:
            step(row, cells, held)
    return row


def _find(row: Row, cells: Mapping[str, str], held: _Held) -> None:
    """Whom the row is about: by its id, else by name; nobody there is a new source."""
    slug, name = cells.get("source_id", ""), cells.get("name", "")
    if slug:
        found = held.by_slug.get(slug)
        if found is None:
            row.fault, row.words = "unknown id", slug
        elif found.merged_into is not None:
            row.fault, row.words = "merged", found.merged_into.name
        row.source = found
        return
    named = held.by_name.get(name.casefold(), [])
    if len(named) > 1:
        row.fault, row.words = "ambiguous", name
    row.source = named[0] if named else None


def _fields(row: Row, cells: Mapping[str, str], held: _Held) -> None:
    for column in FIELDS:
        if column not in cells:
            continue
        now, fault = _clean(column, cells[column])
        if fault:
            row.fault, row.words = fault, cells[column][:80]
            return
        before = value(row.source, column) if row.source else ""
        if now != before and (now or column != "kind"):  # every source has a type
            row.fields.append((column, before, now))
    if row.is_new and not cells.get("name"):
        row.fault = "no name"


def _clean(column: str, words: str) -> tuple[str, str]:
    """A cell as the field has it, and why it can't be."""
    if column == "name" and not words:
        return "", "no name"
    if column == "kind":
        known = {value: value for value in SourceKind.values}
        known |= {str(label).casefold(): value for value, label in SourceKind.choices}
        kind = known.get(words.casefold(), "")
        return kind, "" if kind or not words else "unknown type"
    if column == "country":
        return words.upper(), "" if not words or _COUNTRY.fullmatch(words.upper()) else "country"
    if column == "languages":
        codes = [code for code in re.split(r"[,; ]+", words) if code]
        wrong = [code for code in codes if not _LANGUAGE.fullmatch(code)]
        return ", ".join(codes), "language" if wrong else ""
    return words, ""


def value(source: Source, column: str) -> str:
    value = getattr(source, column)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _tags(row: Row, cells: Mapping[str, str], held: _Held) -> None:
    if "tags" not in cells:
        return
    named = [word.strip() for word in cells["tags"].split(",") if word.strip()]
    unknown = [word for word in named if word.casefold() not in held.tags]
    if unknown:
        row.fault, row.words = "unknown tag", ", ".join(unknown)[:80]
        return
    wanted = list(dict.fromkeys(held.tags[word.casefold()] for word in named))
    worn = [given.tag for given in row.source.source_tags.all()] if row.source else []
    row.added = tuple(tag for tag in wanted if tag not in worn)
    row.removed = tuple(tag for tag in worn if tag not in wanted)


def _domains(row: Row, cells: Mapping[str, str], held: _Held) -> None:
    fresh = []
    for word in cells.get("domains", "").split():
        host = authority(repair_url(word if "//" in word else f"https://{word}", ""))
        owner = held.hosts.get(host)
        if not host or "." not in host:
            row.fault, row.words = "domain", word[:80]
        elif owner is not None and (row.source is None or owner != row.source.pk):
            row.fault, row.words = "taken domain", f"{host}: {held.name(owner)}"
        elif owner is None:
            fresh.append(host)
    row.domains = tuple(dict.fromkeys(fresh))


def _feeds(row: Row, cells: Mapping[str, str], held: _Held) -> None:
    fresh = []
    for word in cells.get("feeds", "").split():
        place = repair_url(word, "")
        owner = held.feeds.get(url_key(place)) if place else None
        if not place:
            row.fault, row.words = "feed", word[:80]
        elif owner is not None and (row.source is None or owner != row.source.pk):
            row.fault, row.words = "taken feed", f"{place[:80]}: {held.name(owner)}"
        elif owner is None:
            fresh.append(place)
    row.feeds = tuple(dict.fromkeys(fresh))


def _outline(number: int, one: opml.Outline, held: _Held) -> Row:
    place = repair_url(one.url, "")
    name = " ".join(one.name.split())[:200] or authority(place)
    row = Row(number, name)
    if not place:
        row.fault, row.words = "feed", one.url[:80]
        return row
    owner = held.feeds.get(url_key(place))
    named = held.by_name.get(name.casefold(), [])
    row.source = held.by_key.get(owner or 0) or (named[0] if named else None)
    if row.source is None:
        language = one.language[:2].lower()
        row.fields = [("name", "", name)]
        row.fields += [("languages", "", language)] if _LANGUAGE.fullmatch(language) else []
    row.feeds = () if owner else (place,)
    unknown = [word for word in one.categories if word.casefold() not in held.tags]
    row.words = ", ".join(unknown)[:200]
    worn = [given.tag for given in row.source.source_tags.all()] if row.source else []
    wanted = (held.tags.get(word.casefold()) for word in one.categories)
    row.added = tuple(dict.fromkeys(tag for tag in wanted if tag and tag not in worn))
    return row
