"""Holds what is stored against its hashes: every raw file a row names, and every row's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage

from sources.ingest import raw
from sources.ingest.capture import body_of
from sources.ingest.identify import text_hash
from sources.models import Fetch, Version

_FOLDER = re.compile(r"[0-9a-f]{2}")
_TEXTS = 200  # read at once


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    `kind`: missing (a row names a file that is not there), damaged (a file without its hash),
    altered (a version's text without its hash) or orphan (a file no row names, harmless).
    """

    kind: str
    what: str

    @property
    def harms(self) -> bool:
        """Whether something was lost."""
        return self.kind != "orphan"


def named() -> set[str]:
    """The hash of every raw file that a version or a fetch names."""
    versions = Version.objects.exclude(raw_sha256="").values_list("raw_sha256", flat=True)
    fetches = Fetch.objects.exclude(raw_sha256="").values_list("raw_sha256", flat=True)
    return {*versions.distinct().order_by(), *fetches.distinct().order_by()}


def files(digests: set[str]) -> Iterator[Finding]:
    """Read each raw file and hash it again."""
    for digest in sorted(digests):
        state = body_of(digest)[1]
        if state != "kept":
            yield Finding(state, f"{raw.path_of(digest)} ({_named_by(digest)})")


def _named_by(digest: str) -> str:
    """Whose file it is: a few versions, or the fetch."""
    versions = Version.objects.filter(raw_sha256=digest).order_by("article", "seq")
    found = [
        f"article {article} version {seq}"
        for article, seq in versions.values_list("article", "seq")[:3]
    ]
    if not found:
        fetches = (
            Fetch.objects.filter(raw_sha256=digest).order_by("pk").values_list("pk", flat=True)
        )
        found = [f"fetch {pk}" for pk in fetches[:3]]
    return ", ".join(found)


def texts() -> Iterator[Finding]:
    """Hash each version's text again, some at a time: no statement may run for long."""
    columns = ("pk", "article", "seq", "text", "text_sha256")
    rows = Version.objects.order_by("pk").values_list(*columns)
    last = 0
    while page := list(rows.filter(pk__gt=last)[:_TEXTS]):
        for last, article, seq, text, digest in page:  # noqa: B007  it is where the next page starts
            if text_hash(text) != bytes(digest):
                yield Finding("altered", f"text of article {article} version {seq}")


def orphans(digests: set[str], before: datetime) -> Iterator[Finding]:
    """Files older than `before` that none of the `digests` names.

    A younger one may belong to a fetch that is just being written: the file always comes first.
    """
    expected = {raw.path_of(digest) for digest in digests}
    for folder in sorted(filter(_FOLDER.fullmatch, _listed("")[0])):
        for name in sorted(_listed(folder)[1]):
            path = f"{folder}/{name}"
            if path not in expected and default_storage.get_modified_time(path) < before:
                yield Finding("orphan", path)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and files in a folder; none where nothing was ever stored."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
