"""Lists of sources as CSV: read row by row with a reason for each that can't be, and written.

Pure. What a spreadsheet took for a formula was written with an apostrophe before it; reading takes
that off again, and a file that was written and read changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

COLUMNS = (
    *("source_id", "name", "kind", "owner", "country", "languages", "community"),
    *("domains", "feeds", "tags"),
)
MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
LONGEST = 2000  # characters of a cell
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DELIMITERS = (",", ";", "\t")  # a spreadsheet in French writes semicolons
_UNREADABLE = "\ufffd"


class NotATableError(ValueError):
    """The file is no list of sources; the message is one of FAULTS."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line it begins on, and its cells by column; or why it can't be read."""

    number: int
    cells: Mapping[str, str]
    fault: str = ""


def read(body: bytes) -> list[Line]:
    """The rows of a CSV file in UTF-8 or, with its mark, UTF-16. Unknown columns are left out.

    Raises:
        NotATableError: too large, not text, or without the column "name" or "source_id".
    """
    if len(body) > MOST_BYTES:
        raise NotATableError("too large")
    text = _text(body)
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
    except csv.Error as error:
        raise NotATableError("no header") from error
    if not {"name", "source_id"} & set(names):
        raise NotATableError("no header")
    found: list[Line] = []
    for line in _lines(rows, names):
        if len(found) == MOST_ROWS:
            raise NotATableError("too many rows")
        found.append(line)
    return found


def _text(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")


def _lines(rows: Iterator[list[str]], names: list[str]) -> Iterator[Line]:
    """Each row that has anything in it; a fault in one row is told and costs no other."""
    reader = rows  # csv's own, which knows the line it stands on
    while True:
        number = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Line(number, {}, "long cell")
            continue
        if any(cell.strip() for cell in row):
            yield _line(number, row, names)


def _line(number: int, row: list[str], names: list[str]) -> Line:
    cells = {name: cell for name, cell in zip(names, row, strict=False) if name in COLUMNS}
    if len(row) > len(names):
        return Line(number, cells, "too many cells")
    if any(len(cell) > LONGEST for cell in row):
        return Line(number, {}, "long cell")
    if any(_UNREADABLE in cell for cell in row):
        return Line(number, cells, "wrong encoding")
    if any(ord(sign) < 32 or ord(sign) == 127 for cell in row for sign in cell):
        return Line(number, cells, "control characters")
    return Line(number, {name: plain(cell.strip()) for name, cell in cells.items()})


def plain(cell: str) -> str:
    """A cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def guarded(words: str) -> str:
    """Words as a cell that no spreadsheet takes for a formula, and that `plain` gives back.

    Words that begin with an apostrophe before a formula get one more, for the same reason.
    """
    return f"'{words}" if _is_formula(words) else words


def _is_formula(words: str) -> bool:
    # spreadsheets look past the blanks that a cell begins with
    return words.lstrip("' \n\u00a0").startswith(FORMULA)


def write(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file of sources in UTF-8, with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([guarded(row[name]) for name in COLUMNS])
    return ("\ufeff" + out.getvalue()).encode()
