"""An evidence bundle to show to others: quotes, versions, captures, and the hash of each file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from sources.ingest.capture import capture_of
from sources.ingest.warc import capture_file
from sources.models import Version
from sources.models.article import VersionQuerySet
from tracker.exports import tables
from tracker.exports.values import ClaimRow, Material
from tracker.exports.zipstream import Part, stream
from tracker.models import User
from tracker.models.evidence import EvidenceQuerySet

log = logging.getLogger(__name__)
SOFTWARE = "Claimline"
CHUNK = 200  # passages held at a time
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes in: the timeline it is of, its passages, and the versions behind them."""

    material: Material
    evidence: EvidenceQuerySet
    versions: VersionQuerySet
    by: User
    at: datetime
    language: str


def write(bundle: Bundle) -> Iterator[bytes]:
    """The zip in pieces; one capture and a few hundred passages are held at a time."""
    material = bundle.material
    about = {
        "format": "claimline-bundle/1",
        "title": material.title,
        "address": material.address,
        "filters": [list(pair) for pair in material.filters],
        "taken_at": bundle.at.isoformat(),
        "software": SOFTWARE,
        **({"sample": True} if material.sample else {}),
    }
    return stream(_parts(bundle), about, bundle.at)


def _parts(bundle: Bundle) -> Iterator[Part]:
    states: dict[int, str] = {}
    for pk in list(bundle.versions.values_list("pk", flat=True)):
        yield from _version(bundle.versions.get(pk=pk), states)
    for name, table in tables.TABLES.items():
        yield Part(f"{name}.csv", [table(bundle.material).encode()])
    yield Part(INDEX, _index(bundle, states))
    yield Part("README.txt", [_said(bundle, "readme.txt", {}).encode()])


def _version(version: Version, states: dict[int, str]) -> Iterator[Part]:
    """A version's text and its capture, as they are held; a damaged capture says so."""
    found = capture_of(version)
    state = found.answer.body_state if found.answer else "never sent by a server"
    states[version.pk] = state
    if state in ("missing", "damaged"):
        log.error("article %s version %s: its answer is %s", found.article, found.seq, state)
    facts: dict[str, Any] = {
        "article": found.article,
        "version": found.seq,
        "url": found.url,
        "read_at": found.read_at.isoformat(),
    }
    name = name_of(version)
    yield Part(f"versions/{name}.txt", [found.text.encode()], facts)
    raw = {"capture": state, "raw_sha256": found.answer.raw_sha256 if found.answer else ""}
    data = capture_file(found, SOFTWARE)
    yield Part(f"captures/{name}.warc.gz", [data], facts | raw, packed=True)


def name_of(version: Version) -> str:
    """How the files of a version are called."""
    return f"article-{version.article_id}-version-{version.seq}"


def _index(bundle: Bundle, states: dict[int, str]) -> Iterator[bytes]:
    """The page to begin with: it reads offline, asks nobody for anything and runs no script."""
    yield _said(bundle, "head.html", {}).encode()
    for claim in bundle.material.claims:
        rows = [row for row in bundle.material.statuses if row.claim == claim.pk]
        yield _said(bundle, "claim.html", {"claim": claim, "statuses": rows}).encode()
        yield from _passages(bundle, claim, states)
    yield _said(bundle, "foot.html", {}).encode()


def _passages(bundle: Bundle, claim: ClaimRow, states: dict[int, str]) -> Iterator[bytes]:
    wanted = [
        (said, passage.evidence)
        for said in bundle.material.statements
        if said.claim == claim.pk
        for passage in said.passages
    ]
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = bundle.evidence.filter(pk__in=[pk for _said, pk in chunk]).for_display()
        held = {one.pk: one for one in rows.defer("version__text", "version__search")}
        for said, pk in chunk:
            if pk in held:
                one = held[pk]
                context = {
                    "said": said,
                    "one": one,
                    "name": name_of(one.version),
                    "capture": states.get(one.version_id, ""),
                }
                yield _said(bundle, "passage.html", context).encode()


def _said(bundle: Bundle, template: str, context: dict[str, Any]) -> str:
    """A piece of the index, in the language of who takes it."""
    shared = {"material": bundle.material, "language": bundle.language}
    context |= shared | {"time_zone": settings.TIME_ZONE}
    with translation.override(bundle.language):
        return render_to_string(f"tracker/bundle/{template}", context)
