"""The text of a PDF by page, and what hostile ones can't do."""

import contextlib
import subprocess
import sys
import time
import zlib

import pytest

from sources.ingest.pdf import CHILD, PATIENCE, UnreadablePdfError, page_at, read_pdf

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def make_pdf(*pages, title="", extra=b"", filtered=False, stream=None):
    """A small PDF with a line of text on each page."""
    numbers = [4 + 2 * n for n in range(len(pages))]
    kids = b" ".join(b"%d 0 R" % n for n in numbers)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + extra + b">>",
        2: b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % len(pages),
        3: FONT,
    }
    for number, words in zip(numbers, pages, strict=True):
        content = stream or b"BT /F1 12 Tf 72 720 Td (" + words.encode("latin-1") + b") Tj ET"
        coding = b""
        if filtered:
            content, coding = zlib.compress(content), b"/Filter /FlateDecode "
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (number + 1)
        )
        objects[number + 1] = (
            b"<< " + coding + b"/Length %d >>\nstream\n" % len(content) + content + b"\nendstream"
        )
    info = max(objects) + 1
    objects[info] = b"<< /Title (" + title.encode("latin-1") + b") >>"
    body, places = b"%PDF-1.7\n", {}
    for number, words in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + words + b"\nendobj\n"
    xref = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (info + 1)
    body += b"".join(b"%010d 00000 n \n" % places[n] for n in range(1, info + 1))
    trailer = b"<< /Size %d /Root 1 0 R /Info %d 0 R >>" % (info + 1, info)
    return body + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % xref


def refused(body):
    with pytest.raises(UnreadablePdfError) as caught:
        read_pdf(body)
    return str(caught.value)


def test_each_page_stands_under_a_line_that_names_it():
    found = read_pdf(make_pdf("The first page.", "The second page.", title="A filing"))
    assert found.text == "[Page 1]\nThe first page.\n[Page 2]\nThe second page."
    assert (found.title, found.pages) == ("A filing", 2)


def test_a_place_in_the_text_is_on_the_page_whose_line_stands_before_it():
    text = read_pdf(make_pdf("One here.", "Two here.", "Three here.")).text
    places = [text.index(words) for words in ("One", "Two", "Three", "[Page 2]")]
    assert [page_at(text, place) for place in places] == [1, 2, 3, 2]
    assert page_at("No page here.", 3) == 0


def test_pictures_of_text_are_no_text():
    assert refused(make_pdf("", "")) == "no text"


@pytest.mark.parametrize("body", [b"", b"<html>", b"PK\x03\x04", b"x" * 2000 + b"%PDF-1.7"])
def test_what_is_no_pdf_is_refused(body):
    assert refused(body) == "not a pdf"


# --- hostile ------------------------------------------------------------------------------------

SOUND = make_pdf("A page.", "Another.")
HOSTILE = {
    "cut off": SOUND[: len(SOUND) // 3],
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 50,
    "pages within pages for ever": SOUND.replace(b"/Kids [4 0 R 6 0 R]", b"/Kids [2 0 R 2 0 R]"),
    "a cross-reference that leads to itself": SOUND.replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % SOUND.rindex(b"xref\n0")
    ),
    "a content that is itself": SOUND.replace(b"/Contents 5 0 R", b"/Contents 4 0 R"),
    "locked": SOUND.replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -1"
        b" /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>",
    ),
    "a bomb": make_pdf("x", filtered=True, stream=b" " * 400_000_000),
    "a text without end": make_pdf(
        "x", filtered=True, stream=b"BT /F1 12 Tf " + b"(aaaaaaaaaa) Tj " * 2_000_000 + b"ET"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_costs_bounded_time_and_is_refused_or_read(name):
    began = time.monotonic()
    with contextlib.suppress(UnreadablePdfError):
        assert len(read_pdf(HOSTILE[name]).text) < 1_100_000
    assert time.monotonic() - began < PATIENCE + 15


def test_the_child_that_reads_cannot_take_more_memory_or_write_a_file(tmp_path):
    def tried(act):
        words = f"import runpy; m = runpy.run_path({str(CHILD)!r}); m['bound'](); {act}"
        return subprocess.run([sys.executable, "-c", words], capture_output=True, text=True)

    assert "MemoryError" in tried("bytearray(m['MEMORY'])").stderr
    tried(f"open({str(tmp_path / 'x')!r}, 'w').write('x')")
    assert (tmp_path / "x").read_text() == ""


def test_a_locked_pdf_says_that_it_is_locked():
    assert refused(HOSTILE["locked"]) in ("encrypted", "damaged")
