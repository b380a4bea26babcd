"""Reads a PDF from standard input in a process that may be killed: text by page, as JSON.

Run as a script, never imported: what a publisher sends may spin for ever or ask for all memory, so
this process bounds itself before it looks at a byte, and its parent kills it when it is late.
"""

from __future__ import annotations

import json
import resource
import sys

MEMORY = 768 * 1024 * 1024  # bytes of address space
SECONDS = 20  # of processor time
MOST_PAGES = 2000
MOST_TEXT = 1_000_000  # characters


def bound() -> None:
    """Take from this process what it does not need: memory, time, files, children."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(body: bytes) -> dict[str, object]:
    """The text of each page and what the document says of itself, or the word for why not."""
    import io

    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"fault": "encrypted"}
    if len(reader.pages) > MOST_PAGES:
        return {"fault": "too many pages"}
    pages: list[str] = []
    left = MOST_TEXT
    for page in reader.pages:
        text = page.extract_text()[:left]
        left -= len(text)
        pages.append(text)
    said = reader.metadata
    title = str(said.title or "") if said is not None else ""
    return {"pages": pages, "title": title[:1000], "cut": left <= 0}


def main() -> int:
    bound()
    body = sys.stdin.buffer.read()
    try:
        found = read(body)
    except MemoryError:
        found = {"fault": "too large"}
    except Exception as error:  # noqa: BLE001  whatever a hostile file makes the library raise
        found = {"fault": "damaged", "why": type(error).__name__}
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
