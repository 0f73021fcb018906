"""From the bytes of a file to headings and rows of text, whatever program wrote it.

CSV in UTF-8, UTF-16 or Windows-1252, with commas, semicolons, tabs or bars and
with or without Excel's `sep=` line; or a workbook. Cells are text and stay text:
nothing is evaluated or guessed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from consent_db.errors import ImportRefused
from consent_db.roster_xlsx import is_workbook, read_workbook

MOST_BYTES: Final = 2_000_000

_DELIMITERS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_FORMULA: Final = r"=+\-@\t\r\uff1d\uff0b\uff0d\uff20"  # the last four are the full-width forms
# What Excel takes for a formula is told to be text by an apostrophe before it; people put one before numbers too.
_SHIELDED: Final = re.compile(rf"'+[{_FORMULA}0-9]")
_NEEDS_SHIELD: Final = re.compile(rf"'*[{_FORMULA}]|'+[0-9]")

Records = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says, before anybody has said what its columns mean.

    Attributes:
        headings: as written, without spaces around them; nameless columns without content are left away.
        line: where the headings are, from 1.
        rows: line and cells of each row that has any content, as many cells as headings;
            fewer or more only where a row has content beyond the last heading.
        notes: what people should know about how it was read.
    """

    headings: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)
    notes: tuple[str, ...] = ()


def read_sheet(data: bytes | str) -> Sheet:
    """Read a CSV file or a workbook.

    Raises:
        ImportRefused: it is too large or damaged, or is neither.
    """
    raw = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        raise ImportRefused(f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.", 1)
    if is_workbook(raw):
        return _sheet(read_workbook(raw), ())
    text, notes = _decoded(raw)
    return _sheet(_records(text), notes)


def shielded(cell: str) -> str:
    """Return a cell so that no spreadsheet takes it for a formula; `unshielded` gives it back."""
    return f"'{cell}" if _NEEDS_SHIELD.match(cell) else cell


def unshielded(cell: str) -> str:
    """Return a cell without the apostrophe that only tells a spreadsheet that it is text."""
    return cell[1:] if _SHIELDED.match(cell) else cell


def _decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return raw.decode(_unicode(raw)), ()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), ("The file is not UTF-8 and was read as Windows-1252; look at accented letters.",)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportRefused("The file's letters cannot be read; save it as CSV UTF-8.", line) from None


def _unicode(raw: bytes) -> str:
    """Return which form of Unicode this would be; a heading's first letter has a zero beside it in UTF-16."""
    if raw.startswith(_UTF_16):
        return "utf-16"
    return {b"\0": "utf-16-be"}.get(raw[:1]) or {b"\0": "utf-16-le"}.get(raw[1:2]) or "utf-8-sig"


def _records(text: str) -> Records:
    """Give each record with the line where it begins."""
    announced = _SEPARATOR_LINE.match(text)
    skipped = 1 if announced else 0
    body = text[announced.end() :] if announced else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_delimiter(body, announced), strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader, None)
        except csv.Error:
            raise ImportRefused("A quotation mark or a cell's end is missing here; correct the file.", line) from None
        if cells is None:
            return
        yield line, cells


def _delimiter(text: str, announced: re.Match[str] | None) -> str:
    """Return what separates the cells: as announced, or what makes the most of the first line."""
    if announced and announced[1] in _DELIMITERS:
        return announced[1]
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=lambda mark: _outside_quotes(first, mark))


def _outside_quotes(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark)


def _sheet(records: Records, notes: tuple[str, ...]) -> Sheet:
    rows = [(line, _trimmed(cells)) for line, cells in records]
    rows = [(line, cells) for line, cells in rows if cells]
    if not rows:
        return Sheet((), 1, (), notes)
    line, headings = rows.pop(0)
    used = [place for place, name in enumerate(headings) if name or any(_at(cells, place) for _, cells in rows)]
    picked = [(line, _picked(cells, used, len(headings))) for line, cells in rows]
    return Sheet(tuple(headings[place] for place in used), line, tuple(picked), notes)


def _trimmed(cells: list[str]) -> list[str]:
    """Return the cells without spaces around them, and without empty ones at the end."""
    bare = [cell.strip() for cell in cells]
    while bare and not bare[-1]:
        bare.pop()
    return bare


def _picked(cells: list[str], used: list[int], width: int) -> tuple[str, ...]:
    # Excel leaves empty cells at the end of a line away; what lies beyond the last heading is kept, to be refused.
    return tuple(unshielded(_at(cells, place)) for place in used) + tuple(cells[width:])


def _at(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
