"""Rejected rows of an import, as a file with the reasons: corrected, it can be sent again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

from consent_db.roster import oneroster
from consent_db.roster.files.sheet import read_sheet, shielded
from consent_db.roster.layout import REASON
from consent_db.roster.plan import Choices, Plan
from consent_db.roster.rows import BadRow

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
