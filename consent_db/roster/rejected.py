"""Rejected rows of an import, as a file with the reasons: corrected, it can be sent again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from consent_db.register.left_out import LeftOutRow
from consent_db.roster import oneroster
from consent_db.roster.fields.letters import without_invisible
from consent_db.roster.files.sheet import read_sheet, shielded
from consent_db.roster.layout import REASON
from consent_db.roster.plan import Choices, Plan
from consent_db.roster.rows import BadRow

Cells = tuple[tuple[str, str, str], ...]
"""Heading, meaning and content of each column that is read."""

_BUNDLE: Final = ("external_id", "first_name", "last_name", "known_as", "kind", "date_of_birth")
"""The columns of a file of refused users of OneRoster: our own, so that it needs no layout."""
_KINDS: Final = {"student": "pupil", "teacher": "staff", "aide": "staff", "administrator": "staff"}


def rejected_csv(data: bytes | str | Mapping[str, bytes], choices: Choices, plan: Plan) -> bytes:
    """Return the refused rows under the file's own headings, each with why, as CSV UTF-8 with a byte-order mark.

    A file with this column is a part of the school: an import of it takes no person for missing.
    No cell can be taken for a formula.

    Args:
        data: the file that the plan was made of.
        choices: what was decided about it.
        plan: what it does.

    Raises:
        ImportRefused: the file cannot be read, so no plan can have been made of it.
    """
    bundle = oneroster.bundle(data)
    if bundle is not None:
        return _csv((*_BUNDLE, REASON), _users(bundle, plan.bad, choices.one_roster_id))
    sheet = read_sheet(data if isinstance(data, bytes | str) else b"", choices.sheet, choices.layout.columns)
    kept = [place for place, name in enumerate(sheet.headings) if name.casefold() != REASON]
    cells = dict(sheet.rows)
    refused = [bad for bad in plan.bad if bad.line in cells]
    rows = [[*(_at(cells[bad.line], place) for place in kept), bad.reason] for bad in refused]
    headings = [sheet.headings[place] for place in kept]
    return _csv([*headings, REASON], rows)


def left_out_rows(data: bytes | str | Mapping[str, bytes], choices: Choices, plan: Plan) -> list[LeftOutRow]:
    """Return the rows that a plan leaves out: those that cannot be read, and those that wait for an answer.

    Columns that are not read are left away: nothing is kept of a person that the gate does not need.

    Args:
        data: the file that the plan was made of.
        choices: what was decided about it.
        plan: what it does.
    """
    if not plan.bad and not plan.questions:
        return []
    bundle = oneroster.bundle(data)
    if bundle is not None:
        cells = dict(_cells_of_users(bundle, choices.one_roster_id))
    else:
        cells = dict(_cells_of_sheet(data if isinstance(data, bytes | str) else b"", choices))
    bad = [LeftOutRow(b.line, b.reason, b.name, b.external_id or "", cells.get(b.line, ())) for b in plan.bad]
    asked = [
        LeftOutRow(q.line, q.sentence, q.name, q.external_id, cells.get(q.line, ()), q.people) for q in plan.questions
    ]
    return sorted((*bad, *asked), key=lambda row: row.line)


def csv_of_left_out(rows: Sequence[LeftOutRow]) -> bytes:
    """Return rows that were kept as a CSV file, each with why it was left out; see `rejected_csv`."""
    headings = list(dict.fromkeys(heading for row in rows for heading, _, _ in row.cells))
    filled = ({heading: cell for heading, _, cell in row.cells} for row in rows)
    lines = [[*(cells.get(heading, "") for heading in headings)] for cells in filled]
    return _csv([*headings, REASON], [[*line, row.reason] for line, row in zip(lines, rows, strict=True)])


def _cells_of_sheet(data: bytes | str, choices: Choices) -> Iterator[tuple[int, Cells]]:
    sheet = read_sheet(data, choices.sheet, choices.layout.columns)
    meanings = choices.layout.meanings([without_invisible(name) for name in sheet.headings], sheet.line)
    read = [(place, pair) for place, pair in enumerate(zip(sheet.headings, meanings, strict=True)) if pair[1]]
    for line, row in sheet.rows:
        yield line, tuple((heading, meaning, _at(row, place)) for place, (heading, meaning) in read)


def _cells_of_users(bundle: oneroster.Bundle, number: str) -> Iterator[tuple[int, Cells]]:
    lines = [int(user["line"]) for user in bundle.get("users.csv", [])]
    rows = _users(bundle, [BadRow(line, "") for line in lines], number)
    for line, row in zip(lines, rows, strict=True):
        yield line, tuple((heading, heading, cell) for heading, cell in zip(_BUNDLE, row, strict=False))


def _users(bundle: oneroster.Bundle, bad: Sequence[BadRow], number: str) -> list[list[str]]:
    users = {int(user["line"]): user for user in bundle.get("users.csv", [])}
    born = {one.get("sourcedid") or one.get("usersourcedid", ""): one for one in bundle.get("demographics.csv", [])}
    return [
        [
            users[row.line].get(number.casefold(), ""),
            users[row.line].get("givenname", ""),
            users[row.line].get("familyname", ""),
            users[row.line].get("preferredgivenname", ""),
            _KINDS.get(users[row.line].get("role", "").casefold(), ""),
            born.get(users[row.line]["sourcedid"], {}).get("birthdate", ""),
            row.reason,
        ]
        for row in bad
        if row.line in users
    ]


def _csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([shielded(heading) for heading in headings])
    writer.writerows([shielded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
