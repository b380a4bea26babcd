"""Writes one version of an article, as we hold it, as WARC 1.1 records."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

# What only was true of the bytes on the wire. Replay tools know these names with the prefix.
RENAMED = "x-archive-orig-"
OF_THE_WIRE = frozenset(["content-encoding", "content-length", "transfer-encoding"])
DECODED = (
    "The body is kept after its content coding was undone. Headers that describe the bytes on the"
    f" wire stand under the prefix {RENAMED}, and content-length counts the bytes that follow."
)
STATUS_LINE = (
    "The protocol and the reason phrase of the status line, and headers that say nothing of the"
    " document (cookies among them), were not kept: the line is written anew from the status."
)
# RFC 3986: what may stand in an address besides letters and digits
_OF_ADDRESSES = "-._~:/?#[]@!$&'()*+,;=%"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: `body` after content decoding, None when it is not held any more.

    `asked` is the first address and `url` the one that answered, behind the `hops` (status,
    address, where it pointed to). `body_state`: kept, missing or damaged.
    """

    fetch: int
    asked: str
    url: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    hops: tuple[tuple[int, str, str], ...]
    ip: str
    raw_sha256: str
    body: bytes | None
    body_state: str = "kept"


@dataclass(frozen=True, slots=True)
class Capture:
    """One version of an article: the text, what read it, and the answer it was read from.

    `answer` is None for a text that no server sent, such as a pasted one. `text_sha256` is the
    hash the version is known by: of its text with all white space squeezed, in hexadecimal.
    `sample`: outlet, words and events are invented.
    """

    article: int
    seq: int
    kind: str
    url: str
    title: str
    language: str
    text: str
    text_sha256: str
    extractor: str
    read_at: datetime
    answer: Answer | None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a gzip member of its own, with what an index says of it."""

    kind: str  # warcinfo, response, metadata, resource
    id: str
    url: str
    at: datetime
    mime: str
    status: int | None
    digest: str  # of the payload, as in its WARC-Payload-Digest
    data: bytes


def capture_file(capture: Capture, software: str) -> bytes:
    """A whole `.warc.gz` of one version; the same bytes for the same values.

    Args:
        software: who writes it, for the warcinfo record.
    """
    opening = info(capture.read_at, {"software": software, "description": _described(capture)})
    return b"".join(record.data for record in (opening, *records(capture, opening.id)))


def info(at: datetime, fields: Mapping[str, str]) -> Record:
    """The warcinfo record that opens a file (ISO 28500:2017, 6.2).

    Args:
        at: the time of the newest thing the file holds.
        fields: such as software and description; the format is added.
    """
    named = {**fields, "format": "WARC file version 1.1"}
    block = "".join(f"{name}: {_line(value)}\r\n" for name, value in named.items()).encode()
    return _record("warcinfo", "", at, block, "application/warc-fields")


def records(capture: Capture, info_id: str) -> tuple[Record, ...]:
    """The records of one version: response (if the answer is held), metadata, resource."""
    made = []
    answer, beside, about = capture.answer, {}, {}
    if answer is not None and answer.body is not None:
        response = _response(answer, answer.body, info_id)
        made.append(response)
        about, beside = {"WARC-Refers-To": response.id}, {"WARC-Concurrent-To": response.id}
    target = answer.url if answer else capture.url
    known = json.dumps(_provenance(capture), ensure_ascii=False, indent=1, sort_keys=True)
    more = {"WARC-Warcinfo-ID": info_id}
    metadata = _record(
        "metadata", target, capture.read_at, known.encode(), "application/json", about | more
    )
    text = _record(
        "resource",
        f"urn:text:{target}",
        capture.read_at,
        capture.text.encode("utf-8", "replace"),
        "text/plain; charset=utf-8",
        beside | more,
    )
    return (*made, metadata, text)


def stamp(at: datetime) -> str:
    """A moment as the formats of web archives write it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def address(url: str) -> str:
    """`url` in the characters that a URI may have (RFC 3986), as the records name it."""
    return quote(url, safe=_OF_ADDRESSES)


# ---------------------------------------------------------------------------------- records


class _Writer(WARCWriter):  # type: ignore[misc]
    """warcio's writer with SHA-256 for its digests."""

    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


def _record(
    kind: str,
    url: str,
    at: datetime,
    block: bytes,
    mime: str,
    more: Mapping[str, str] | None = None,
    http: StatusAndHeaders | None = None,
    status: int | None = None,
) -> Record:
    """Any record; its id follows from what it says, so that the same values give the same file."""
    target = address(url)
    said = [kind, target, stamp(at), sha256(block).hexdigest(), str(http or ""), repr(more)]
    record_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, chr(0).join(said))}>"
    headers = {"WARC-Type": kind, "WARC-Record-ID": record_id, "WARC-Date": stamp(at)}
    out = BytesIO()
    writer = _Writer(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        target,
        kind,
        payload=BytesIO(block),
        length=len(block),
        warc_content_type="application/http; msgtype=response" if http else mime,
        warc_headers_dict=headers | dict(more or {}),
        http_headers=http,
    )
    writer.write_record(record)
    digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    return Record(kind, record_id, target, at, mime, status, digest, out.getvalue())


def _response(answer: Answer, body: bytes, info_id: str) -> Record:
    more = {"WARC-Warcinfo-ID": info_id}
    if answer.ip:
        more["WARC-IP-Address"] = answer.ip
    named = dict(answer.headers)
    mime = named.get("content-type", "").partition(";")[0].strip().lower()
    http = StatusAndHeaders(_status_line(answer.status), _headers(answer, body), "HTTP/1.1")
    return _record("response", answer.url, answer.at, body, mime, more, http, answer.status)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unregistered"


def _headers(answer: Answer, body: bytes) -> list[tuple[str, str]]:
    """The headers that were kept, true of the body that follows them."""
    kept = [
        (RENAMED + name if name in OF_THE_WIRE else name, _line(value))
        for name, value in answer.headers
    ]
    return [*kept, ("content-length", str(len(body)))]


def _line(value: str) -> str:
    """A value that can't end its line and begin another header."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", value).strip()


# ------------------------------------------------------------------------------- provenance


def _described(capture: Capture) -> str:
    invented = "Sample, everything in it is invented: " if capture.sample else ""
    return f"{invented}version {capture.seq} of article {capture.article}, {capture.url}"


def _provenance(capture: Capture) -> dict[str, Any]:
    """What we know of where a version comes from, as the metadata record says it."""
    answer = capture.answer
    return {
        "sample": capture.sample,
        "article": capture.article,
        "version": capture.seq,
        "version_kind": capture.kind,
        "title": capture.title,
        "language": capture.language,
        "address": capture.url,
        "read_at": stamp(capture.read_at),
        "extractor": capture.extractor,
        "text_sha256": capture.text_sha256,
        "text_sha256_of": "the text with white space squeezed to single spaces, UTF-8",
        "fetch": _fetched(answer) if answer else None,
    }


def _fetched(answer: Answer) -> dict[str, Any]:
    renamed: Iterable[str] = (name for name, _ in answer.headers if name in OF_THE_WIRE)
    return {
        "id": answer.fetch,
        "asked": answer.asked,
        "answered": answer.url,
        "at": stamp(answer.at),
        "ip": answer.ip,
        "status": answer.status,
        "hops": [
            {"status": status, "url": url, "location": location}
            for status, url, location in answer.hops
        ],
        "raw_sha256": answer.raw_sha256,
        "body": answer.body_state,
        "renamed_headers": sorted(set(renamed)),
        "notes": [DECODED, STATUS_LINE],
    }
