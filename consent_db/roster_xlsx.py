"""The first visible sheet of an Excel workbook, as rows of text.

Numbers and dates come out as a person would read them: `7`, not `7.0`, and `2015-03-12`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Final

import python_calamine

from consent_db.errors import ImportRefused
from consent_db.zips import UNREADABLE

_MAGIC: Final = b"PK\x03\x04"
_OLD_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_WORKBOOK: Final = "xl/workbook.xml"
_SHEETS: Final = "xl/worksheets/"
_MOST_UNPACKED: Final = 60_000_000
_LAST_ROW: Final = 20_000
_LAST_COLUMN_LETTERS: Final = 2  # up to ZZ, the 702nd column

# The reader makes room for everything up to the last cell, so a cell at the far end would fill the memory.
_PLACE: Final = re.compile(rb"""\br=["']([A-Z]*)([0-9]+)["']""")

Value = int | float | str | bool | clock_time | date | datetime | timedelta


def is_workbook(data: bytes) -> bool:
    """Say whether these bytes are an Excel workbook of today.

    Raises:
        ImportRefused: it is one of the kind that was usual until 2007.
    """
    if data.startswith(_OLD_MAGIC):
        raise ImportRefused("This is an old Excel file (.xls); save it as .xlsx or as CSV UTF-8.", 1)
    if not data.startswith(_MAGIC):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _WORKBOOK in archive.namelist()
    except UNREADABLE:
        raise ImportRefused("The file is damaged; export it again.", 1) from None


def read_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of the first visible sheet with its number, from 1.

    Raises:
        ImportRefused: it cannot be read, or is far too large.
    """
    _check_size(data)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            visible = [sheet.name for sheet in book.sheets_metadata if _is_visible(sheet)]
            rows = book.get_sheet_by_name(visible[0]).to_python(skip_empty_area=False) if visible else []
    except python_calamine.CalamineError:
        raise ImportRefused("The workbook cannot be read; save it without a password, or as CSV UTF-8.", 1) from None
    for number, row in enumerate(rows, 1):
        yield number, [_text(value) for value in row]


def _is_visible(sheet: python_calamine.SheetMetadata) -> bool:
    worksheet = sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
    return worksheet and sheet.visible is python_calamine.SheetVisibleEnum.Visible


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
                raise ImportRefused("The workbook is too large; keep one sheet with the people only.", 1)
            for name in archive.namelist():
                if name.startswith(_SHEETS) and not _fits(archive.read(name)):
                    raise ImportRefused("The sheet has cells far outside a list of people; delete them.", 1)
    except UNREADABLE:
        raise ImportRefused("The workbook cannot be read; save it without a password, or as CSV UTF-8.", 1) from None


def _fits(sheet: bytes) -> bool:
    return all(
        int(row) <= _LAST_ROW and len(column) <= _LAST_COLUMN_LETTERS for column, row in set(_PLACE.findall(sheet))
    )


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == clock_time():
        return value.date().isoformat()
    return str(value)
