"""The files of a OneRoster bundle: the columns that the register needs, of each record. Runs in the limited process.

Addresses, telephone numbers, user names and passwords are left where they are.
Source: 1EdTech, OneRoster CSV binding, versions 1.0 to 1.2.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Final

from consent_db.errors import ImportRefused
from consent_db.roster.files.archive import Archive

USERS: Final = "users.csv"
MOST_RECORDS: Final = 250_000

_ROLES: Final = ("sourcedid", "status", "usersourcedid", "roletype", "role", "begindate", "enddate")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "manifest.csv": ("propertyname", "value"),
    USERS: ("sourcedid", "status", "identifier", "role", "givenname", "familyname", "preferredgivenname", "grades"),
    "roles.csv": _ROLES,
    "classes.csv": ("sourcedid", "status", "title", "termsourcedids", "schoolsourcedid"),
    "enrollments.csv": ("sourcedid", "status", "classsourcedid", "usersourcedid", "role", "begindate", "enddate"),
    "demographics.csv": ("sourcedid", "usersourcedid", "status", "birthdate"),
    "orgs.csv": ("sourcedid", "status", "name", "type"),
    "academicsessions.csv": ("sourcedid", "status", "enddate"),
}
NAMES: Final = frozenset(_COLUMNS)
"""The files that are read, in small letters."""
_WITHOUT_ID: Final = frozenset({"manifest.csv", "demographics.csv"})

Table = tuple[list[str], list[list[str]]]
"""The columns that a file has of those that are read, and for each record its line and their cells."""


def members(archive: Archive) -> dict[str, str]:
    """Return the part of each file of a bundle, by the file's own name without folders."""
    found = {_bare(part): part for part in sorted(archive.names, reverse=True)}
    return {name: part for name, part in found.items() if name in NAMES}


def read(archive: Archive) -> dict[str, Table]:
    """Read every file of a bundle.

    Raises:
        ImportRefused: one is no CSV in UTF-8, or has no `sourcedId`; or there are too many records.
    """
    left = MOST_RECORDS
    tables: dict[str, Table] = {}
    for name, part in members(archive).items():
        tables[name] = _table(name, archive.read(part), left)
        left -= len(tables[name][1])
    return tables


def _bare(part: str) -> str:
    """Return the name of a file of a zip without its folders."""
    return "" if "__macosx" in part else part.rpartition("/")[2]


def _table(name: str, content: bytes, most: int) -> Table:
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = [cell.strip().casefold() for cell in next(reader, [])]
        wanted = [column for column in _COLUMNS[name] if column in header]
        places = [header.index(column) for column in wanted]
        rows = []
        for cells in reader:
            if any(cells):
                rows.append([str(reader.line_num), *(cells[at].strip() if at < len(cells) else "" for at in places)])
            if len(rows) > most:
                raise ImportRefused("The bundle is too large; export one school at a time.", 1)
    except (UnicodeDecodeError, csv.Error):
        raise ImportRefused(f"{name} is not CSV in UTF-8, as OneRoster asks for; export it again.", 1) from None
    if name not in _WITHOUT_ID and "sourcedid" not in header:
        raise ImportRefused(f"{name} has no column sourcedId; export it again as OneRoster 1.1 or 1.2.", 1)
    return wanted, rows
