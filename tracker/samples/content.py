"""What the sample outlets have written: the data files, and each article as of one night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent / "content"
STAMP = "[Sample]"
NOTICE = {
    "en": "This is a sample article: the outlet and everyone quoted in it are invented.",
    "fr": "Ceci est un exemple (sample) : le média et les personnes citées sont inventés.",
    "zh": "本文为示例文章(sample):媒体与受访者均为虚构。",
}
# Night 0 of the replay. Only Last-Modified headers are made of it; the articles keep their dates.
FIRST_NIGHT = datetime(2025, 11, 24, 7, 0, tzinfo=timezone(timedelta(0)))


@dataclass(frozen=True, slots=True)
class Edit:
    """One paragraph (counted from 1) that reads differently from some night on."""

    night: int
    paragraph: int
    text: str


@dataclass(frozen=True, slots=True)
class Wire:
    """Another outlet's text as carried here: which paragraphs, and what was done to them."""

    of: str  # "outlet-slug/path"
    keep: tuple[int, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    replace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One article of one sample outlet, through all nights."""

    path: str
    night: int
    published: datetime
    title: str
    byline: str
    section: str
    paragraphs: tuple[str, ...]
    withdrawn: int | None = None
    edits: tuple[Edit, ...] = ()
    wire: str = ""  # whose text it carries, as "outlet-slug/path"

    def visible(self, night: int) -> bool:
        """Whether it is published and not withdrawn on that night."""
        return self.night <= night and not self.gone(night)

    def gone(self, night: int) -> bool:
        """Whether the outlet has withdrawn it by that night."""
        return self.withdrawn is not None and self.withdrawn <= night

    def text(self, night: int) -> tuple[str, ...]:
        """The paragraphs as they stand on that night."""
        body = list(self.paragraphs)
        for edit in self.edits:
            if edit.night <= night:
                body[edit.paragraph - 1] = edit.text
        return tuple(body)

    def modified(self, night: int) -> datetime:
        """When the page last changed, seen from that night."""
        changes = [edit.night for edit in self.edits if edit.night <= night]
        return FIRST_NIGHT + timedelta(days=max(changes)) if changes else self.published


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet and all it will ever publish."""

    slug: str
    name: str
    language: str
    tagline: str
    feed: str  # rss, atom or json
    articles: tuple[SampleArticle, ...] = field(repr=False)

    @property
    def feed_path(self) -> str:
        """Where its feed lives."""
        return "/feed.json" if self.feed == "json" else "/feed.xml"

    def published(self, night: int) -> list[SampleArticle]:
        """What its front page and feed list on that night, newest first."""
        listed = [article for article in self.articles if article.visible(night)]
        return sorted(listed, key=lambda article: article.published, reverse=True)

    def modified(self, night: int) -> datetime:
        """When its list of articles last changed, seen from that night."""
        nights = [article.night for article in self.articles if article.night <= night]
        nights += [a.withdrawn for a in self.articles if a.withdrawn and a.withdrawn <= night]
        return FIRST_NIGHT + timedelta(days=max(nights, default=0))


def outlets(folder: Path = FOLDER) -> dict[str, Outlet]:
    """Read every data file. Wire copies are written out from the article they carry."""
    loaded = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))]
    bodies = dict(_own_bodies(loaded))
    return {page["outlet"]: _outlet(page, bodies) for page in loaded}


def _own_bodies(loaded: list[Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for page in loaded:
        for row in page["articles"]:
            if "paragraphs" in row:
                yield page["outlet"] + row["path"], tuple(row["paragraphs"])


def _outlet(page: Mapping[str, Any], bodies: Mapping[str, tuple[str, ...]]) -> Outlet:
    return Outlet(
        slug=page["outlet"],
        name=page["name"],
        language=page["language"],
        tagline=page["tagline"],
        feed=page["feed"],
        articles=tuple(_article(row, bodies) for row in page["articles"]),
    )


def _article(row: Mapping[str, Any], bodies: Mapping[str, tuple[str, ...]]) -> SampleArticle:
    wire = _wire(row["wire"]) if "wire" in row else None
    published = row["published"]
    if not isinstance(published, datetime):
        published = datetime.fromisoformat(published)
    return SampleArticle(
        path=row["path"],
        night=row["night"],
        published=published,
        title=f"{STAMP} {row['title']}",
        byline=row["byline"],
        section=row["section"],
        paragraphs=_carried(wire, bodies) if wire else tuple(row["paragraphs"]),
        withdrawn=row.get("withdrawn"),
        edits=tuple(Edit(**edit) for edit in row.get("edits", ())),
        wire=wire.of if wire else "",
    )


def _wire(row: Mapping[str, Any]) -> Wire:
    return Wire(
        of=row["of"],
        keep=tuple(row["keep"]),
        before=tuple(row.get("before", ())),
        after=tuple(row.get("after", ())),
        replace=tuple((old, new) for old, new in row.get("replace", ())),
    )


def _carried(wire: Wire, bodies: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    body = [bodies[wire.of][number - 1] for number in wire.keep]
    for old, new in wire.replace:
        if not any(old in paragraph for paragraph in body):
            raise ValueError(f"{wire.of}: nothing to replace: {old}")
        body = [paragraph.replace(old, new) for paragraph in body]
    return (*wire.before, *body, *wire.after)
