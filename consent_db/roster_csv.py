"""Read a roster file: bytes in, rows and refused rows out. Nothing here touches the register.

Cells are text and stay text: nothing is evaluated, guessed or silently dropped.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent_db.errors import ImportRefused, NotPossible
from consent_db.people import group_name
from consent_db.profiles import Profile
from consent_db.records import PersonDraft
from gatekeeper.permission import EVERYWHERE, Subject
from gatekeeper.types import Kind

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 5_000

_LONGEST_CELL: Final = 500
_REQUIRED: Final = ("external_id", "first_name", "last_name", "kind")
_OPTIONAL: Final = (
    "known_as",
    "group",
    "date_of_birth",
    "leaving_date",
    "do_not_publish",
    "biometric_consent",
    "name_consent",
    "consent_expires",
    "evidence",
)
_CONSENT: Final = "consent_"
_ALL: Final = "all"
_YEARS: Final = range(1900, 2101)

Wish = tuple[Subject, str]
"""What a consent column is about: the subject and the scope."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of which nothing is imported, and what to do about it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read; a column that the file does not have says nothing.

    Attributes:
        line: where it begins, from 1.
        columns: the columns that the file has.
        wishes: yes (True), no (False) or blank (None) for each consent column.
        consent_expires: the last day of the row's grants.
    """

    line: int
    columns: frozenset[str]
    draft: PersonDraft
    do_not_publish: bool | None = None
    wishes: Mapping[Wish, bool | None] = field(default_factory=dict)
    consent_expires: date | None = None
    evidence: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole file: every row of it is in exactly one of the two."""

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]


def read_roster(data: bytes | str, today: date) -> Roster:
    """Read a roster file.

    Raises:
        ImportRefused: it is too large, is not UTF-8 or CSV, or its header has an
            unknown, missing or repeated column.
    """
    records = _records(_text(data))
    header_line, header = next(records, (1, []))
    columns = _header(header, header_line)
    rows: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in records:
        if len(rows) + len(bad) == MOST_ROWS:
            raise ImportRefused(f"There are more than {MOST_ROWS} rows; split the file.", line)
        try:
            rows.append(_row(line, columns, cells, today))
        except (_BadCell, NotPossible) as error:
            bad.append(BadRow(line, str(error)))
    return _without_doubles(rows, bad)


class _BadCell(Exception):
    """A cell cannot be read; the message says which column and what to do."""


def _text(data: bytes | str) -> str:
    raw = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        raise ImportRefused(f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.", 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportRefused("The file is not UTF-8; save it as CSV UTF-8.", line) from None


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line where it begins; lines without any content are no records."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise ImportRefused("A quotation mark or a cell's end is missing here; correct the file.", line) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(cells: list[str], line: int) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        raise ImportRefused(f"The header has no column {', '.join(missing)}; separate columns by commas.", line)
    for number, name in enumerate(columns, 1):
        if not _known(name):
            raise ImportRefused(f"Column {number} of the header is not one we know; rename or remove it.", line)
    doubled = [name for name, times in Counter(columns).items() if times > 1]
    if doubled:
        raise ImportRefused(f"Column {doubled[0]} is there twice; remove one.", line)
    return columns


def _known(column: str) -> bool:
    scope = column.removeprefix(_CONSENT)
    return column in _REQUIRED + _OPTIONAL or (
        scope != column and scope.isascii() and scope.replace("-", "_").isidentifier()
    )


def _row(line: int, columns: list[str], cells: list[str], today: date) -> Row:
    if len(cells) != len(columns):
        raise _BadCell(f"The row has {len(cells)} cells and the header {len(columns)}; add or remove commas.")
    found = {column: _cell(column, cell) for column, cell in zip(columns, cells, strict=True)}
    draft = _draft(found, today)
    return Row(
        line=line,
        columns=frozenset(columns),
        draft=draft,
        do_not_publish=_yes_or_no(found, "do_not_publish"),
        wishes={_wish(name): _yes_or_no(found, name) for name in columns if _is_consent(name)},
        consent_expires=_date(found, "consent_expires"),
        evidence=found.get("evidence") or None,
    )


def _draft(found: Mapping[str, str], today: date) -> PersonDraft:
    for name in _REQUIRED:
        if not found[name]:
            raise _BadCell(f"{name} is blank; fill it in.")
    try:
        kind = Kind(found["kind"].casefold())
    except ValueError:
        raise _BadCell(f"kind has to be one of {', '.join(Kind)}.") from None
    born = _date(found, "date_of_birth")
    if born is not None and born > today:
        raise _BadCell("date_of_birth lies in the future; correct it.")
    draft = PersonDraft(
        kind=kind,
        first_name=found["first_name"],
        last_name=found["last_name"],
        known_as=found.get("known_as") or None,
        external_id=found["external_id"],
        date_of_birth=born,
        leaving_date=_date(found, "leaving_date"),
        groups=frozenset(group_name(name) for name in found.get("group", "").split(";") if name.strip()),
    )
    return Profile.of(draft).draft(kind, draft.leaving_date, draft.groups)  # in the register's own spelling


def _cell(column: str, cell: str) -> str:
    if len(cell) > _LONGEST_CELL:
        raise _BadCell(f"{column} is longer than {_LONGEST_CELL} letters; shorten it.")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in cell):
        raise _BadCell(f"{column} contains control characters or line breaks; remove them.")
    return cell.strip()


def _yes_or_no(found: Mapping[str, str], column: str) -> bool | None:
    word = found.get(column, "").casefold()
    if word not in {"yes", "no", ""}:
        raise _BadCell(f"{column} has to be yes, no or blank.")
    return {"yes": True, "no": False}.get(word)


def _date(found: Mapping[str, str], column: str) -> date | None:
    text = found.get(column, "")
    if not text:
        return None
    parts = text.split("/")
    iso = "-".join(reversed(parts)) if len(parts) == len("dmy") else text
    try:
        day = date.fromisoformat(iso) if len(iso) == len("yyyy-mm-dd") else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise _BadCell(f"{column} has to be a date such as 2026-09-01 or 01/09/2026.")
    return day


def _is_consent(column: str) -> bool:
    return column in {"biometric_consent", "name_consent"} or (
        column.startswith(_CONSENT) and column != "consent_expires"
    )


def _wish(column: str) -> Wish:
    if column == "biometric_consent":
        return Subject.BIOMETRICS, EVERYWHERE
    if column == "name_consent":
        return Subject.NAME, EVERYWHERE
    scope = column.removeprefix(_CONSENT)
    return Subject.PICTURE, EVERYWHERE if scope == _ALL else scope


def _without_doubles(rows: list[Row], bad: list[BadRow]) -> Roster:
    """Refuse every row whose external id comes more than once: nobody can tell which one is right."""
    times = Counter(row.draft.external_id for row in rows)
    double = [row for row in rows if times[row.draft.external_id] > 1]
    bad += [BadRow(row.line, "This external_id is in the file more than once; keep one row.") for row in double]
    single = [row for row in rows if times[row.draft.external_id] == 1]
    return Roster(tuple(single), tuple(sorted(bad, key=lambda row: row.line)))
