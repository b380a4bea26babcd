"""The text of a PDF, page by page, read by a child process that is killed when it is late."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sources.ingest.identify import clean_text

CHILD = Path(__file__).with_name("pdfchild.py")
PATIENCE = 30  # seconds, starting included
MOST_BYTES = 50_000_000
_BLANKS = re.compile(r"[ \t\u00a0]+")
_PAGE = re.compile(r"^\[Page (\d+)\]$", re.MULTILINE)


class UnreadablePdfError(Exception):
    """Why there is no text; the message is one word of FAULTS."""


FAULTS = ("not a pdf", "too large", "too slow", "encrypted", "too many pages", "damaged", "no text")


@dataclass(frozen=True, slots=True)
class PdfText:
    """A document's text, each page under a line "[Page n]", and its title where it has one."""

    text: str
    title: str
    pages: int


def read_pdf(body: bytes) -> PdfText:
    """Read a PDF. Takes at most PATIENCE seconds and the child's memory, whatever it is sent.

    Raises:
        UnreadablePdfError: no PDF, locked, damaged, a trap, or pictures without text.
    """
    if b"%PDF-" not in body[:1024]:
        raise UnreadablePdfError("not a pdf")
    if len(body) > MOST_BYTES:
        raise UnreadablePdfError("too large")
    found = _ask_child(body)
    if fault := str(found.get("fault", "")):
        raise UnreadablePdfError(fault if fault in FAULTS else "damaged")
    pages = [_normal(str(text)) for text in found["pages"]]
    if not any(pages):
        raise UnreadablePdfError("no text")
    marked = "\n".join(f"[Page {n}]\n{text}".rstrip() for n, text in enumerate(pages, start=1))
    return PdfText(marked, clean_text(str(found.get("title", "")), 300).strip(), len(pages))


def extractor() -> str:
    """What reads them, as it is noted with each text."""
    return f"pypdf {version('pypdf')}"


def page_at(text: str, place: int) -> int:
    """The page on which a place of a marked text stands; 0 before the first mark."""
    marks = (mark for mark in _PAGE.finditer(text) if mark.start() <= place)
    return max((int(mark[1]) for mark in marks), default=0)


def _ask_child(body: bytes) -> dict[str, Any]:
    # -I: neither the environment nor the folder it starts in has a say in what it imports
    child = subprocess.Popen(
        [sys.executable, "-I", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        start_new_session=True,
    )
    try:
        out, _ = child.communicate(body, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise UnreadablePdfError("too slow") from error
    finally:
        child.kill()
        child.wait()
    if child.returncode < 0:
        raise UnreadablePdfError("too slow")  # the system ended it: it ran out of its time
    try:
        found: dict[str, Any] = json.loads(out)
    except ValueError as error:
        raise UnreadablePdfError("too large") from error  # it could not even say so
    return found


def _normal(text: str) -> str:
    """Lines as paragraphs of single spaces, without what can't be stored."""
    lines = (_BLANKS.sub(" ", line).strip() for line in clean_text(text).split("\n"))
    return "\n".join(line for line in lines if line)
