"""Writes a story's captured articles as one WACZ 1.1.1 file, which web archive tools replay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db.models import Q

from sources.ingest import warc
from sources.ingest.capture import capture_of
from sources.ingest.warc import Capture, Record
from sources.models import Article, Version
from sources.models.article import VersionQuerySet
from tracker.models import Evidence, Story
from tracker.models.evidence import EvidenceQuerySet

ARCHIVE, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"
MANIFEST, DIGEST = "datapackage.json", "datapackage-digest.json"
SOFTWARE = "Claimline"
INDEXED = ("response", "resource")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the file says of itself. `at`: the time of the newest thing in it, so that the same
    data makes the same file whenever it is written."""

    title: str
    description: str
    at: datetime


def versions_of(story: Story) -> VersionQuerySet:
    """The versions that standing evidence of the story cites, and the current ones of their
    articles."""
    return versions_behind(Evidence.objects.filter(claim__story=story).standing())


def versions_behind(standing: EvidenceQuerySet) -> VersionQuerySet:
    """The versions that evidence cites, and the current ones of their articles."""
    articles = Article.objects.filter(versions__evidence__in=standing)
    cited, current = standing.values("version"), articles.values("current_version")
    found = Version.objects.filter(Q(pk__in=cited) | Q(pk__in=current)).defer("search")
    return found.select_related("article__source", "fetch").order_by("article", "seq")


def captures(versions: VersionQuerySet) -> Iterator[Capture]:
    """The captures of these versions, one held at a time."""
    for pk in list(versions.values_list("pk", flat=True)):
        yield capture_of(versions.get(pk=pk))


def write(out: BinaryIO, heading: Heading, found: Iterable[Capture]) -> list[str]:
    """Write the file (specs.webrecorder.net/wacz/1.1.1) to `out`, which must be seekable.

    Returns:
        One line for each capture whose answer is missing or damaged; it is in the file without.
    """
    lost: list[str] = []
    pages: list[dict[str, str]] = []
    with ZipFile(out, "w") as package:
        index, archive = _write_archive(package, heading, _noted(found, pages, lost))
        pages.sort(key=lambda page: (page["ts"], page["id"]))
        resources = [
            archive,
            _add(package, heading, INDEX, "".join(sorted(index))),
            _add(package, heading, PAGES, _page_list(pages)),
        ]
        manifest = _json(_manifest(heading, resources, pages))
        named = _add(package, heading, MANIFEST, manifest)
        _add(package, heading, DIGEST, _json({"path": MANIFEST, "hash": named["hash"]}))
    return lost


def _noted(
    found: Iterable[Capture], pages: list[dict[str, str]], lost: list[str]
) -> Iterator[Capture]:
    """The captures as they pass, each noted as a page, and as lost where its answer is."""
    for capture in found:
        pages.append(_page(capture))
        if capture.answer is not None and capture.answer.body is None:
            where = f"article {capture.article} version {capture.seq}"
            lost.append(f"{where}: its answer is {capture.answer.body_state}")
        yield capture


# ------------------------------------------------------------------------------ the archive


def _write_archive(
    package: ZipFile, heading: Heading, found: Iterable[Capture]
) -> tuple[list[str], dict[str, Any]]:
    """The WARC file, stored as it is so that each record can be read from its place alone; the
    lines of its index, and its entry in the manifest."""
    index: list[str] = []
    digest, offset = sha256(), 0
    seen: set[str] = set()
    opening = warc.info(
        heading.at, {"software": SOFTWARE, "description": f"{heading.title}. {heading.description}"}
    )
    with package.open(_entry(ARCHIVE, heading, ZIP_STORED), "w", force_zip64=True) as file:
        for record in _records(found, opening):
            if record.id in seen:  # one answer, read by two extractors
                continue
            seen.add(record.id)
            if record.kind in INDEXED:
                index.append(_index_line(record, offset))
            file.write(record.data)
            digest.update(record.data)
            offset += len(record.data)
    return index, _resource(ARCHIVE, digest.hexdigest(), offset)


def _records(found: Iterable[Capture], opening: Record) -> Iterator[Record]:
    yield opening
    for capture in found:
        yield from warc.records(capture, opening.id)


def _index_line(record: Record, offset: int) -> str:
    """One line of CDXJ: sort key, 14 digits of time, and where the record is."""
    said = {
        "url": record.url,
        "mime": record.mime.partition(";")[0],
        **({"status": str(record.status)} if record.status else {}),
        "digest": record.digest,
        "length": str(len(record.data)),
        "offset": str(offset),
        "filename": ARCHIVE.rpartition("/")[2],
    }
    moment = record.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return f"{sort_key(record.url)} {moment} {json.dumps(said)}\n"


def sort_key(url: str) -> str:
    """The address as indexes of web archives sort it: host reversed, without "www." and scheme,
    in lower case, its parameters in order (SURT). Addresses of no server stay as they are."""
    parts = urlsplit(url.lower())
    if not parts.hostname:
        return url
    host = re.sub(r"^www\d*\.", "", parts.hostname)
    own = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != own else ""
    query = "?" + "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    numeric = re.fullmatch(r"[\d.]+|.*:.*", host)
    reverse = host if numeric else ",".join(reversed(host.split(".")))
    return f"{reverse}{port}){parts.path or '/'}{query}"


# -------------------------------------------------------------------------- what describes it


def _page(capture: Capture) -> dict[str, str]:
    answer = capture.answer
    replayed = answer is not None and answer.body is not None
    at = answer.at if answer is not None and replayed else capture.read_at
    url = answer.url if answer else capture.url
    return {
        "id": f"article-{capture.article}-version-{capture.seq}",
        "url": warc.address(url if replayed else f"urn:text:{url}"),
        "ts": warc.stamp(at),
        "title": capture.title,
    }


def _page_list(pages: list[dict[str, str]]) -> str:
    header = {"format": "json-pages-1.0", "id": "pages", "title": "Versions of articles"}
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (header, *pages))


def _manifest(
    heading: Heading, resources: list[dict[str, Any]], pages: list[dict[str, str]]
) -> dict[str, Any]:
    moment = warc.stamp(heading.at)
    start = {"mainPageUrl": pages[0]["url"], "mainPageDate": pages[0]["ts"]} if pages else {}
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": heading.title,
        "description": heading.description,
        "created": moment,
        "modified": moment,
        "software": SOFTWARE,
        **start,
        "resources": resources,
    }


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


# ----------------------------------------------------------------------------------- the zip


def _add(package: ZipFile, heading: Heading, path: str, text: str) -> dict[str, Any]:
    data = text.encode("utf-8", "replace")
    package.writestr(_entry(path, heading, ZIP_DEFLATED), data)
    return _resource(path, sha256(data).hexdigest(), len(data))


def _entry(path: str, heading: Heading, how: int) -> ZipInfo:
    """A place in the zip that says nothing of the machine it was written on."""
    at = heading.at.astimezone(UTC)
    entry = ZipInfo(path, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type, entry.create_system, entry.external_attr = how, 3, 0o644 << 16
    return entry


def _resource(path: str, digest: str, size: int) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": size}
