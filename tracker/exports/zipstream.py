"""Writes a zip as it is sent: no file of it is held whole, and every file's hash is in it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the zip: its path, its bytes as they come, and what the manifest says of it."""

    path: str
    chunks: Iterable[bytes]
    facts: dict[str, Any] = field(default_factory=dict)
    packed: bool = False  # compressed already


class _Sink:
    """Where ZipFile writes; what was written is drained before more is."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what is written waits for the next drain."""

    def close(self) -> None:
        """Nothing to do."""

    def drain(self) -> Iterator[bytes]:
        held, self.held = self.held, []
        yield from held


def stream(parts: Iterable[Part], about: dict[str, Any], at: datetime) -> Iterator[bytes]:
    """The zip in pieces. Its last two files name every other one by its SHA-256.

    Args:
        about: what the manifest says of the whole.
        at: the time that every file carries.
    """
    sink = _Sink()
    listed: list[dict[str, Any]] = []
    with ZipFile(sink, "w", ZIP_DEFLATED) as package:
        for part in parts:
            yield from _add(package, sink, part, at, listed)
        manifest = json.dumps({**about, "files": listed}, ensure_ascii=False, indent=1) + "\n"
        yield from _add(package, sink, Part(MANIFEST, [manifest.encode()]), at, listed)
        lines = "".join(f"{row['sha256']}  {row['path']}\n" for row in listed)
        yield from _add(package, sink, Part(SUMS, [lines.encode()]), at, listed)
    yield from sink.drain()


def _add(
    package: ZipFile, sink: _Sink, part: Part, at: datetime, listed: list[dict[str, Any]]
) -> Iterator[bytes]:
    digest, size = sha256(), 0
    with package.open(_entry(part, at), "w") as file:
        for chunk in part.chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            yield from sink.drain()
    yield from sink.drain()
    row = {"path": part.path, "bytes": size, "sha256": digest.hexdigest(), **part.facts}
    listed.append(row)


def _entry(part: Part, at: datetime) -> ZipInfo:
    """A place in the zip that says nothing of the machine it was written on."""
    moment = at.astimezone(UTC)
    when = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    entry = ZipInfo(part.path, when)
    entry.compress_type = ZIP_STORED if part.packed else ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry
