"""One cell of a roster as a value: what is blank, what is an answer, and what is refused by the cell's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from consent_db.roster.fields.dates import DateUnclear, looks_like_a_date, read_date
from consent_db.roster.fields.letters import trouble, without_invisible
from consent_db.roster.files import worksheet
from consent_db.roster.files.sheet import Mark
from consent_db.roster.layout import DATES, DateOrder, Layout, is_consent, is_opt_out, other_party, word

UNTIL: Final = re.compile(r"(.*\S)\s+until\s+(\S.*)", re.IGNORECASE)

_LONGEST_CELL: Final = 500
_YES: Final = frozenset({"yes", "y", "true", "1", "ja", "oui", "sí", "sim", "tak"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "nee", "non", "não", "nie"})
_DECIMAL: Final = re.compile(r"(\d+)\.0+", re.ASCII)
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.ASCII | re.IGNORECASE)
_ERROR: Final = re.compile(
    r"#(?:N/\w+|NV|REF|NAME|VALUE|ERROR|FORMULA|MERGED|UNREADABLE|#+|[^\s#][^#]{0,20}[!?])|Err:\d{3}|Loading\.{3}"
)
_TRUTHS: Final = frozenset({"TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX"})
_NAMES: Final = frozenset({"first_name", "last_name", "known_as"})
_TEXT: Final = _NAMES | {"external_id", "group", "kind"}
_UNIMPORTANT: Final = frozenset({"known_as", "group", "evidence"})
_AGAIN: Final = "Correct it, and send the file again."


def _yes_or_no(column: str) -> bool:
    return column == "do_not_publish" or other_party(column) is not None


_ON_CELLS: Final[Mapping[str, str]] = {
    worksheet.COMMENTED: "has a comment, which is not read",
    worksheet.COVERED: "a tick box, picture or drawing lies over it, which is not read",
}


class BadCell(Exception):
    """A cell cannot be read; the message says which column and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer about consent: yes (True), no (False) or blank (None), and a yes's last day."""

    answer: bool | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the name that a spreadsheet shows for it, and what is special about it."""

    name: str
    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """How the cells of one file are read.

    Attributes:
        orders: how the dates of each column are read; day first where nothing is said.
    """

    layout: Layout
    today: date
    orders: Mapping[str, DateOrder]

    def day(self, found: Mapping[str, str], column: str) -> date | None:
        """Return the day in a cell; None for a blank one."""
        text = found.get(column, "")
        return self._date(column, text) if text else None

    def wanted(self, found: Mapping[str, str], column: str, until: date | None) -> Wanted:
        """Return what a consent cell says; `yes until 2026-08-31` has a last day of its own."""
        text = found.get(column, "")
        ending = UNTIL.fullmatch(text)
        if ending and self.answer(column, ending[1]):
            return Wanted(answer=True, until=self._date(column, ending[2]))
        answer = self.answer(column, text)
        return Wanted(answer, until if answer else None)

    def answer(self, column: str, text: str) -> bool | None:
        """Return yes, no, or None for a blank."""
        said = word(text)
        if not text.strip():
            return None
        if said in self.layout.yes:
            return True
        if said in self.layout.no:
            return False
        if said in _YES | _NO:
            return said in _YES
        raise BadCell(f"{column} has to be yes, no or blank.")

    def _date(self, column: str, text: str) -> date:
        try:
            return read_date(text, self.orders.get(column, DateOrder.DAY_FIRST))
        except DateUnclear as error:
            raise BadCell(f"{column} {error}") from None


def checked(column: str, cell: Cell) -> tuple[str, str | None]:
    """Return a cell's text, and what people should know about it.

    Raises:
        BadCell: it does not say what its column is about: an error, a formula without a result,
            a part of merged cells, a tick or a date where a name or class has to be, or letters that went wrong.
    """
    _check_mark(column, cell)
    if len(cell.text) > _LONGEST_CELL:
        raise BadCell(f"{column} is longer than {_LONGEST_CELL} letters; shorten it.")
    if (wrong := trouble(cell.text)) is not None:
        raise BadCell(f"Cell {cell.name}: {column} {wrong}")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in cell.text):
        raise BadCell(f"{column} contains control characters or line breaks; remove them.")
    text = without_invisible(cell.text).strip()
    if cell.text.strip() and not text:
        raise BadCell(f"Cell {cell.name} ({column}) holds nothing but invisible letters. Empty it, or type it again.")
    _check_text(column, cell.name, text)
    return text, _note(column, cell, text)


def _note(column: str, cell: Cell, text: str) -> str | None:
    if text != cell.text.strip():
        return f"Cell {cell.name}: an invisible letter was left out of {column}."
    if cell.mark is not None and cell.mark.code == worksheet.COMMENTED:
        return f"Cell {cell.name} ({column}) has a comment, which is not read: look whether it says something else."
    return None


def number(text: str) -> str:
    """Return the school's number without the `.0` that a spreadsheet has added."""
    if _SHORTENED.fullmatch(text):
        raise BadCell("The number was shortened by a spreadsheet; format its column as text and export again.")
    whole = _DECIMAL.fullmatch(text)
    return whole[1] if whole else text


def _check_mark(column: str, cell: Cell) -> None:
    """Refuse what a workbook says of a cell, or a spreadsheet has left in the text of a CSV file."""
    code, detail = (cell.mark.code, cell.mark.detail) if cell.mark else ("", "")
    where = f"Cell {cell.name} ({column})"
    if code == worksheet.MERGED:
        raise BadCell(
            f"{where} belongs to the merged cells {detail}, so it is not clear who they are about. Unmerge them."
        )
    if code == worksheet.NO_RESULT:
        raise BadCell(f"{where} is a formula without a result. Open the workbook in Excel, save it, and send it again.")
    if code == worksheet.UNREADABLE:
        raise BadCell(f"{where} cannot be read. {_AGAIN}")
    if code == worksheet.STRUCK:
        raise BadCell(f"{where} is struck through, so it is not clear whether it still holds. {_AGAIN}")
    if code in _ON_CELLS and column not in _UNIMPORTANT and not without_invisible(cell.text).strip():
        raise BadCell(f"{where} is blank, but {_ON_CELLS[code]}. Write what it means into the cell. {_AGAIN}")
    if code == worksheet.SERIAL and column in DATES:
        raise BadCell(f"{where} holds a number. Format the column as a date. {_AGAIN}")
    plain = code in {"", worksheet.COMMENTED, worksheet.SERIAL}
    if code == worksheet.ERROR or (plain and _ERROR.fullmatch(cell.text.strip())):
        shown = detail or cell.text.strip()
        raise BadCell(f"{where} shows the error {shown if shown != '#ERROR' else 'of a formula'}. {_AGAIN}")
    if code == worksheet.TRUTH and not (is_consent(column) or is_opt_out(column) or _yes_or_no(column)):
        raise BadCell(f"{where} holds TRUE or FALSE, which is no such thing. {_AGAIN}")
    if code in {worksheet.DAY, worksheet.TIME} and column not in {*DATES, "evidence"}:
        raise BadCell(
            f"{where} holds a date or a time. Format the column as text, type it again, and send the file again."
        )


def _check_text(column: str, name: str, text: str) -> None:
    if column in _TEXT and text in _TRUTHS:
        raise BadCell(f"Cell {name} ({column}) holds {text}, which is no such thing. {_AGAIN}")
    if column in _TEXT and looks_like_a_date(text):
        raise BadCell(
            f"Cell {name} ({column}) holds a date; a spreadsheet may have made it of a class such as 5/6. "
            "Format the column as text, type it again, and send the file again."
        )
    if column in _NAMES and "?" in text:
        raise BadCell(f"Cell {name} ({column}) has a question mark for a letter that was lost. {_AGAIN}")
