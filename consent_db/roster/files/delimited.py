"""CSV in UTF-8, UTF-16 or Windows-1252, with commas, semicolons, tabs or bars, with or without Excel's `sep=` line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from consent_db.errors import ImportRefused

Records = Iterator[tuple[int, list[str]]]

_DELIMITERS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FIRST_LINES: Final = 20
_LEAST_WIDTH: Final = 4


def decoded(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and what people should know about how it was read.

    Raises:
        ImportRefused: it is no text.
    """
    try:
        text = raw.decode(_unicode(raw))
        notes: tuple[str, ...] = ()
    except UnicodeDecodeError:
        text, notes = _windows(raw)
    if "\0" in text.lstrip().partition("\n")[0]:
        raise ImportRefused("This is no text file; export the list as .xlsx or as CSV UTF-8.", 1)
    return text, notes


def _windows(raw: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return raw.decode("cp1252"), ("The file is not UTF-8 and was read as Windows-1252; look at accented letters.",)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportRefused("The file's letters cannot be read; save it as CSV UTF-8.", line) from None


def records(text: str) -> Records:
    """Give each record with the line where it begins.

    Raises:
        ImportRefused: a quotation mark does not close.
    """
    announced = _SEPARATOR_LINE.match(text)
    skipped = 1 if announced else 0
    body = text[announced.end() :] if announced else text
    delimiter = _delimiter(body, announced)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    width = 0
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader, None)
        except csv.Error:
            raise ImportRefused("A quotation mark or a cell's end is missing here; correct the file.", line) from None
        if cells is None:
            return
        width = max(width, len(cells))
        if any(_swallows(cell, delimiter, width) for cell in cells):
            raise ImportRefused("A quotation mark that is never closed has taken whole rows into one cell.", line)
        yield line, cells


def _swallows(cell: str, delimiter: str, width: int) -> bool:
    """Say whether a cell holds a whole row, as it does behind a quotation mark that was not meant to begin one."""
    lines = cell.splitlines()[1:]
    return width >= _LEAST_WIDTH and any(line.count(delimiter) >= width // 2 for line in lines)


def _unicode(raw: bytes) -> str:
    """Return which form of Unicode this would be; a heading's first letter has a zero beside it in UTF-16."""
    if raw.startswith(_UTF_16):
        return "utf-16"
    return {b"\0": "utf-16-be"}.get(raw[:1]) or {b"\0": "utf-16-le"}.get(raw[1:2]) or "utf-8-sig"


def _delimiter(text: str, announced: re.Match[str] | None) -> str:
    """Return what separates the cells: as announced, or what makes the most of the best of the first lines.

    The first line alone may be a title.
    """
    if announced and announced[1] in _DELIMITERS:
        return announced[1]
    lines = [line for line in text.splitlines()[: _FIRST_LINES * 2] if line.strip()][:_FIRST_LINES]
    if lines and any(_outside_quotes(lines[0], mark) for mark in _DELIMITERS):
        lines = lines[:1]
    return max(_DELIMITERS, key=lambda mark: max((_outside_quotes(line, mark) for line in lines), default=0))


def _outside_quotes(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark)
