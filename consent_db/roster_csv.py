"""Read a roster file: bytes in, rows and refused rows out. Nothing here touches the register.

Cells are text and stay text: nothing is evaluated, guessed or silently dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent_db.errors import ImportRefused, NotPossible
from consent_db.people import group_name
from consent_db.profiles import Profile, spelling
from consent_db.records import PersonDraft
from consent_db.roster_dates import DateUnclear, read_date
from consent_db.roster_layout import ALL, CONSENT, LEFT_OUT, REQUIRED, Layout, is_consent, word
from consent_db.roster_sheet import Sheet, read_sheet
from gatekeeper.permission import EVERYWHERE, Subject
from gatekeeper.types import Kind

MOST_ROWS: Final = 5_000

_LONGEST_CELL: Final = 500
_YES: Final = frozenset({"yes", "y", "true", "1"})
_NO: Final = frozenset({"no", "n", "false", "0"})
_UNTIL: Final = re.compile(r"(.*\S)\s+until\s+(\S.*)", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"(\d+)\.0+", re.ASCII)
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.ASCII | re.IGNORECASE)

Wish = tuple[Subject, str]
"""What a consent column is about: the subject and the scope."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of which nothing is imported, and what to do about it.

    Attributes:
        external_id: whose it would have been, if that much could be read.
    """

    line: int
    reason: str
    external_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer about consent: yes (True), no (False) or blank (None), and a yes's last day."""

    answer: bool | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read; a column that the file does not have says nothing.

    Attributes:
        line: where it begins, from 1.
        columns: the columns that the file has.
        wishes: the answer in each consent column.
    """

    line: int
    columns: frozenset[str]
    draft: PersonDraft
    do_not_publish: bool | None = None
    wishes: Mapping[Wish, Wanted] = field(default_factory=dict)
    evidence: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole file: every row of it is in exactly one of the first two.

    Attributes:
        whole: whether the file is meant to name everybody of the kinds that are in it,
            so that who is missing may have left.
        gone: external ids of those of whom the file itself says that they left.
        left_out: headings of the columns that somebody decided not to read.
        notes: what people should know about how the file was read.
    """

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    whole: bool = True
    gone: frozenset[str] = field(default=frozenset(), repr=False)
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_roster(data: bytes | str, today: date, layout: Layout | None = None) -> Roster:
    """Read a roster file: CSV or a workbook.

    Raises:
        ImportRefused: it is too large, cannot be read, or its header has an
            unknown, missing or repeated column.
    """
    return rows_of(read_sheet(data), today, layout or Layout())


def rows_of(sheet: Sheet, today: date, layout: Layout) -> Roster:
    """Read the rows of a sheet; see `read_roster`."""
    meanings = layout.meanings(sheet.headings, sheet.line)
    if len(sheet.rows) > MOST_ROWS:
        raise ImportRefused(f"There are more than {MOST_ROWS} rows; split the file.", sheet.rows[MOST_ROWS][0])
    rows: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in sheet.rows:
        try:
            rows.append(_row(line, meanings, cells, _Reader(layout, today)))
        except (_BadCell, NotPossible) as error:
            bad.append(BadRow(line, str(error), _external_id(meanings, cells)))
    left_out = tuple(name for name, target in zip(sheet.headings, meanings, strict=True) if target == LEFT_OUT)
    return without_doubles(rows, bad, Roster((), (), left_out=left_out, notes=sheet.notes))


def without_doubles(rows: Sequence[Row], bad: Sequence[BadRow], roster: Roster) -> Roster:
    """Return the roster with these rows; of rows that share an external id nobody can tell which one is right."""
    times = Counter(row.draft.external_id for row in rows)
    reason = "This number is in the file more than once; keep one row."
    double = [BadRow(row.line, reason, row.draft.external_id) for row in rows if times[row.draft.external_id] > 1]
    single = tuple(row for row in rows if times[row.draft.external_id] == 1)
    refused = tuple(sorted((*bad, *double), key=lambda row: row.line))
    return Roster(single, refused, roster.whole, roster.gone, roster.left_out, roster.notes)


class _BadCell(Exception):
    """A cell cannot be read; the message says which column and what to do."""


@dataclass(frozen=True, slots=True)
class _Reader:
    layout: Layout
    today: date

    def day(self, found: Mapping[str, str], column: str) -> date | None:
        text = found.get(column, "")
        return _date(column, text) if text else None

    def wanted(self, found: Mapping[str, str], column: str, until: date | None) -> Wanted:
        """Return what a consent cell says; `yes until 2026-08-31` has a last day of its own."""
        text = found.get(column, "")
        ending = _UNTIL.fullmatch(text)
        if ending and self.answer(column, ending[1]):
            return Wanted(answer=True, until=_date(column, ending[2]))
        answer = self.answer(column, text)
        return Wanted(answer, until if answer else None)

    def answer(self, column: str, text: str) -> bool | None:
        said = word(text)
        if not said:
            return None
        if said in _YES | self.layout.yes:
            return True
        if said in _NO | self.layout.no:
            return False
        raise _BadCell(f"{column} has to be yes, no or blank.")


def _row(line: int, meanings: Sequence[str], cells: Sequence[str], reader: _Reader) -> Row:
    if len(cells) > len(meanings):
        raise _BadCell(f"The row has more cells than the header, which has {len(meanings)}; remove commas.")
    found = _found(meanings, cells)
    until = reader.day(found, "consent_expires")
    return Row(
        line=line,
        columns=frozenset(meanings) - {LEFT_OUT},
        draft=_draft(found, reader),
        do_not_publish=reader.answer("do_not_publish", found.get("do_not_publish", "")),
        wishes={wish_of(name): reader.wanted(found, name, until) for name in meanings if is_consent(name)},
        evidence=found.get("evidence") or None,
    )


def _found(meanings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cell in zip(meanings, cells, strict=True):
        if column != LEFT_OUT:
            text = _cell(column, cell)
            found[column] = f"{found[column]};{text}" if column in found else text  # several columns tell groups
    return found


def _draft(found: Mapping[str, str], reader: _Reader) -> PersonDraft:
    for name in REQUIRED:
        if name in found and not found[name]:
            raise _BadCell(f"{name} is blank; fill it in.")
    born = reader.day(found, "date_of_birth")
    if born is not None and born > reader.today:
        raise _BadCell("date_of_birth lies in the future; correct it.")
    return in_one_spelling(
        PersonDraft(
            kind=_kind(found, reader.layout),
            first_name=found["first_name"],
            last_name=found["last_name"],
            known_as=found.get("known_as") or None,
            external_id=_number(found["external_id"]),
            date_of_birth=born,
            leaving_date=reader.day(found, "leaving_date"),
            groups=frozenset(group_name(name) for name in found.get("group", "").split(";") if name.strip()),
        )
    )


def in_one_spelling(draft: PersonDraft) -> PersonDraft:
    """Return a draft in the register's own spelling.

    Raises:
        NotPossible: a name is missing, too long or contains control characters.
    """
    return Profile.of(draft).draft(draft.kind, draft.leaving_date, draft.groups)


def _kind(found: Mapping[str, str], layout: Layout) -> Kind:
    try:
        return Kind(found["kind"].casefold()) if "kind" in found else Kind(layout.kind or "")
    except ValueError:
        raise _BadCell(f"kind has to be one of {', '.join(Kind)}.") from None


def _number(text: str) -> str:
    """Return the school's number without the `.0` that a spreadsheet has added."""
    if _SHORTENED.fullmatch(text):
        raise _BadCell("The number was shortened by a spreadsheet; format its column as text and export again.")
    whole = _DECIMAL.fullmatch(text)
    return whole[1] if whole else text


def _external_id(meanings: Sequence[str], cells: Sequence[str]) -> str | None:
    place = meanings.index("external_id")
    return spelling(cells[place]) or None if place < len(cells) else None


def _cell(column: str, cell: str) -> str:
    if len(cell) > _LONGEST_CELL:
        raise _BadCell(f"{column} is longer than {_LONGEST_CELL} letters; shorten it.")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in cell):
        raise _BadCell(f"{column} contains control characters or line breaks; remove them.")
    return cell.strip()


def _date(column: str, text: str) -> date:
    try:
        return read_date(text)
    except DateUnclear as error:
        raise _BadCell(f"{column} {error}") from None


def wish_of(column: str) -> Wish:
    """Return what a consent column is about."""
    if column == "biometric_consent":
        return Subject.BIOMETRICS, EVERYWHERE
    if column == "name_consent":
        return Subject.NAME, EVERYWHERE
    scope = column.removeprefix(CONSENT)
    return Subject.PICTURE, EVERYWHERE if scope == ALL else scope
