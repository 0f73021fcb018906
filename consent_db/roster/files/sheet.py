"""A roster file as headings and rows of text, whatever program wrote it. Cells are text and stay text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from consent_db.errors import ImportRefused
from consent_db.roster.files import sandbox
from consent_db.roster.files.delimited import decoded, records
from consent_db.roster.files.header import header_place
from consent_db.roster.files.kinds import ZIP, refusal
from consent_db.roster.files.worksheet import MERGED, name_of, place_of

MOST_BYTES: Final = 2_000_000

_FORMULA: Final = r"=+\-@\t\r\uff1d\uff0b\uff0d\uff20"  # the last four are the full-width forms
# What Excel takes for a formula is told to be text by an apostrophe before it; people put one before numbers too.
_SHIELDED: Final = re.compile(rf"'+[{_FORMULA}0-9]")
_NEEDS_SHIELD: Final = re.compile(rf"'*[{_FORMULA}]|'+[0-9]")
_SHOWN: Final = 10
"""So many lines or columns a note names."""

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is special about a cell: one of the codes of `worksheet`, and the error or the merged cells' name."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says, before its columns have a meaning.

    Attributes:
        headings: as written, without spaces around them; nameless columns without content are left away.
        line: where the headings are, from 1.
        rows: line and cells of each row that has any content, as many cells as headings;
            fewer or more only where a row has content beyond the last heading.
        notes: what people should know about how it was read.
        columns: where each heading stands in the file, from 0.
        marks: what is special about cells, by line and place among the headings.
        sheets: the names of a workbook's sheets with content, if it has several.
        chosen: the one of them that was read.
    """

    headings: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)
    notes: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()
    marks: Mapping[tuple[int, int], Mark] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    chosen: str = ""

    def cell_name(self, line: int, place: int) -> str:
        """Return the name that a spreadsheet shows for a cell: `G2`."""
        return name_of((line, self.columns[place] if place < len(self.columns) else place))


class SheetUnclear(ImportRefused):
    """A workbook has several sheets with content, and none was named."""

    def __init__(self, sheets: Sequence[str]) -> None:
        names = ", ".join(f"“{name}”" for name in sheets)
        super().__init__(f"The workbook has several sheets with content: {names}. Say which one is to be read.", 1)
        self.sheets = tuple(sheets)


def read_sheet(data: bytes | str, sheet: str | None = None, known: Collection[str] = ()) -> Sheet:
    """Read a CSV file or a workbook.

    Args:
        data: the file.
        sheet: the sheet of a workbook that is meant; None for the only one with content.
        known: further headings by which the header is known, in the spelling of `plain`.

    Raises:
        ImportRefused: it is too large or damaged, or is neither.
        SheetUnclear: it is a workbook with several sheets, and none was named.
    """
    raw = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        raise ImportRefused(f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.", 1)
    if (why := refusal(raw)) is not None:
        raise ImportRefused(why, 1)
    if raw.startswith(ZIP):
        return _workbook(sandbox.read_zip(raw, sheet), known)
    text, notes = decoded(raw)
    return _sheet(list(records(text)), notes, known)


def shielded(cell: str) -> str:
    """Return a cell so that no spreadsheet takes it for a formula; `unshielded` gives it back."""
    return f"'{cell}" if _NEEDS_SHIELD.match(cell) else cell


def unshielded(cell: str) -> str:
    """Return a cell without the apostrophe that only tells a spreadsheet that it is text."""
    return cell[1:] if _SHIELDED.match(cell) else cell


def _workbook(answer: sandbox.Answer, known: Collection[str]) -> Sheet:
    book = answer.workbook
    if book is None:
        raise ImportRefused("The zip file holds neither a workbook nor OneRoster's users.csv; send the list itself.", 1)
    if not book.chosen and len(book.visible) > 1:
        raise SheetUnclear(book.visible)
    marks = {(line, column): Mark(code, detail) for line, column, code, detail in book.marks}
    rows = [(line, list(cells)) for line, cells in book.rows]
    return _sheet(rows, tuple(_notes(book)), known, marks, book)


def _notes(book: sandbox.Workbook) -> Iterator[str]:
    others = [f"“{name}”" for name in book.visible if name != book.chosen]
    if others:
        yield f"The sheet “{book.chosen}” was read; not read: {_some(others)}."
    if hidden := [f"“{name}”" for name in book.hidden if name != book.chosen]:
        yield f"Hidden sheets are not read: {_some(hidden)}."
    if book.hidden_lines:
        yield f"Hidden rows are read like the others: {_some(map(str, book.hidden_lines))}."
    if book.hidden_columns:
        names = [name_of((1, column)).rstrip("1") for column in book.hidden_columns]
        yield f"Hidden columns are read like the others: {_some(names)}."


def _some(names: Iterator[str] | Sequence[str] | map[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def _sheet(
    records: Rows,
    notes: tuple[str, ...],
    known: Collection[str],
    marks: Mapping[tuple[int, int], Mark] | None = None,
    book: sandbox.Workbook | None = None,
) -> Sheet:
    marks = marks or {}
    rows = [(line, _trimmed(cells)) for line, cells in records]
    rows = [(line, cells) for line, cells in rows if cells]
    sheets, chosen = (book.visible if book and len(book.visible) > 1 else ()), book.chosen if book else ""
    if not rows:
        return Sheet((), 1, (), notes, sheets=sheets, chosen=chosen)
    place = header_place([cells for _, cells in rows], known)
    line, headings = rows[place][0], _headings(rows, place, marks)
    if place:
        above = ", ".join(str(number) for number, _ in rows[:place])
        notes = (*notes, f"The header is line {line}; what stands above it is not read (line {above}).")
    below = rows[place + 1 :]

    def is_filled(column: int) -> bool:
        return any(_at(cells, column) for _, cells in below)

    used = [at for at, name in enumerate(headings) if name or is_filled(at)]
    picked = tuple((number, _picked(cells, used, len(headings))) for number, cells in below)
    moved = {at: new for new, at in enumerate(used)}
    kept = {(at, moved[column]): mark for (at, column), mark in marks.items() if column in moved and at > line}
    return Sheet(tuple(headings[at] for at in used), line, picked, notes, tuple(used), kept, sheets, chosen)


def _headings(rows: Rows, place: int, marks: Mapping[tuple[int, int], Mark]) -> list[str]:
    """Return the headings; one merged with the lines above has their text, one merged to the side has none."""
    line, headings = rows[place]
    by_line = dict(rows)
    found = []
    for at, text in enumerate(headings):
        mark = marks.get((line, at))
        if mark is not None and mark.code == MERGED and text.startswith("#"):
            first = place_of(mark.detail.partition(":")[0])
            text = _at(by_line.get(first[0], []), first[1]) if first[1] == at else ""  # noqa: PLW2901
        found.append(text)
    return found


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Return the cells without spaces around them, and without empty ones at the end."""
    bare = [cell.strip() for cell in cells]
    while bare and not bare[-1]:
        bare.pop()
    return bare


def _picked(cells: list[str], used: list[int], width: int) -> tuple[str, ...]:
    # Excel leaves empty cells at the end of a line away; what lies beyond the last heading is kept, to be refused.
    return tuple(unshielded(_at(cells, place)) for place in used) + tuple(cells[width:])


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
