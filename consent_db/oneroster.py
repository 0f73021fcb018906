"""OneRoster 1.1 and 1.2 CSV bundles: manifest, users, roles, classes, enrollments, demographics and more.

Only what the register needs is read: names, numbers, kinds, classes and
birthdays. Addresses, telephone numbers, user names and passwords are never taken
over, and parents and guardians do not become people of the register.
Source: 1EdTech, OneRoster CSV binding, versions 1.1 and 1.2.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent_db.errors import ImportRefused, NotPossible
from consent_db.people import group_name
from consent_db.records import PersonDraft
from consent_db.roster_csv import MOST_ROWS, BadRow, Roster, Row, in_one_spelling, without_doubles
from consent_db.roster_dates import DateUnclear, read_date
from consent_db.roster_sheet import unshielded
from consent_db.zips import UNREADABLE
from gatekeeper.types import Kind

IDS: Final = ("sourcedId", "identifier")
"""Columns of `users.csv` that can be the school's number for a person."""

_MOST_BYTES: Final = 60_000_000
_MAGIC: Final = b"PK\x03\x04"
_USERS: Final = "users.csv"
_FILES: Final = frozenset(
    {"manifest.csv", _USERS, "roles.csv", "classes.csv", "enrollments.csv", "demographics.csv"}
    | {"academicsessions.csv", "orgs.csv"}
)
_GONE: Final = frozenset({"tobedeleted", "inactive"})
_PUPILS: Final = frozenset({"student"})
_STAFF: Final = frozenset(
    {"teacher", "aide", "administrator", "counselor", "proctor", "principal"}
    | {"siteadministrator", "districtadministrator", "systemadministrator"}
)
_FAMILY: Final = frozenset({"parent", "guardian", "relative"})

Record = Mapping[str, str]
"""One line of a file by its column's name in small letters, with `line` added."""


def bundle(data: bytes | str | Mapping[str, bytes]) -> dict[str, bytes] | None:
    """Return the files of a OneRoster bundle by their names in small letters; None if this is none.

    Raises:
        ImportRefused: it is a bundle that cannot be opened, or is far too large.
    """
    if isinstance(data, Mapping):
        return {name.casefold(): content for name, content in data.items() if name.casefold() in _FILES}
    if isinstance(data, str) or not data.startswith(_MAGIC):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = {_bare(member.filename): member for member in archive.infolist()}
            wanted = {name: member for name, member in wanted.items() if name in _FILES}
            if sum(member.file_size for member in wanted.values()) > _MOST_BYTES:
                raise ImportRefused("The bundle is too large; export one school at a time.", 1)
            return {name: archive.read(member) for name, member in wanted.items()} if _USERS in wanted else None
    except UNREADABLE:
        raise ImportRefused("The zip file cannot be opened; export it again, without a password.", 1) from None


def read_bundle(files: Mapping[str, bytes], today: date, number: str = IDS[0]) -> Roster:
    """Read a bundle as a roster; lines are those of `users.csv`.

    Args:
        files: by name in small letters, as `bundle` returns them.
        today: the day on which classes and terms have to be going on.
        number: which of `IDS` becomes the external id.

    Raises:
        ImportRefused: there is no `users.csv`, or a file cannot be read.
    """
    if _USERS not in files or number not in IDS:
        raise ImportRefused(f"OneRoster needs {_USERS}; the number is its {' or '.join(IDS)}.", 1)
    read = {name: _records(name, content) for name, content in files.items()}
    school = _School(read, today, number.casefold())
    rows: list[Row] = []
    bad: list[BadRow] = []
    for user in read[_USERS]:
        try:
            rows += school.row(user)
        except (DateUnclear, NotPossible, _BadUser) as error:
            bad.append(BadRow(int(user["line"]), str(error), user.get(number.casefold())))
        if len(rows) + len(bad) > MOST_ROWS:
            raise ImportRefused(f"There are more than {MOST_ROWS} people; split the file.", int(user["line"]))
    bare = Roster((), (), whole=school.whole, gone=frozenset(school.gone), notes=school.notes())
    return without_doubles(rows, bad, bare)


class _BadUser(Exception):
    """A user cannot be read; the message says what to do."""


@dataclass(slots=True)
class _School:
    """The bundle, looked up by the ids that its files refer to each other with."""

    files: Mapping[str, list[Record]]
    today: date
    number: str
    gone: set[str] = field(default_factory=set)
    families: int = 0
    _roles: dict[str, list[Record]] = field(default_factory=dict)
    _groups: dict[str, set[str]] = field(default_factory=dict)
    _born: dict[str, str] = field(default_factory=dict)
    _schools: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._roles = _by(self._active("roles.csv"), "usersourcedid")
        self._schools = {r["sourcedid"]: r.get("name", "") for r in self._active("orgs.csv") if _is_school(r)}
        self._born = {record["sourcedid"]: record.get("birthdate", "") for record in self._active("demographics.csv")}
        self._groups = self._classes()

    @property
    def whole(self) -> bool:
        """Whether the manifest says that everybody is in the file, and not only what changed."""
        return self._is_bulk("users")

    @property
    def has_classes(self) -> bool:
        """Whether it says of everybody in which classes they are."""
        return "enrollments.csv" in self.files and self._is_bulk("classes") and self._is_bulk("enrollments")

    def notes(self) -> tuple[str, ...]:
        """Return what people should know about what was not taken over."""
        notes = [f"{self.families} parents and guardians were left out."] if self.families else []
        if "enrollments.csv" in self.files and not self.has_classes:
            notes.append("The bundle tells only changes of classes, so classes stay as they are.")
        return tuple(notes)

    def _is_bulk(self, name: str) -> bool:
        said = {r.get("propertyname", "").casefold(): r.get("value", "") for r in self.files.get("manifest.csv", [])}
        return said.get(f"file.{name}", "bulk").casefold() != "delta"

    def row(self, user: Record) -> list[Row]:
        """Return the row of a user: none for families and for those who are to be deleted.

        Raises:
            _BadUser, DateUnclear, NotPossible: what is wrong with it.
        """
        kind = self._kind(user)
        if kind is None:
            self.families += 1
            return []
        number = user.get(self.number, "")
        if not number:
            raise _BadUser(f"{'sourcedId' if self.number == 'sourcedid' else 'identifier'} is blank; fill it in.")
        roles = self._roles.get(user["sourcedid"], [])
        if user.get("status", "").casefold() in _GONE or (roles and not any(map(self._lasts, roles))):
            self.gone.add(number)
            return []
        born = self._born.get(user["sourcedid"], "")
        draft = in_one_spelling(self._draft(user, number, kind, read_date(born) if born else None))
        return [Row(int(user["line"]), self._columns(user, born), draft)]

    def _columns(self, user: Record, born: str) -> frozenset[str]:
        told = {"known_as": "preferredgivenname" in user, "group": self.has_classes, "date_of_birth": bool(born)}
        needed = {"external_id", "first_name", "last_name", "kind"}
        return frozenset(needed | {column for column, there in told.items() if there})

    def _draft(self, user: Record, number: str, kind: Kind, born: date | None) -> PersonDraft:
        if born is not None and born > self.today:
            raise _BadUser("birthDate lies in the future; correct it.")
        grades = {f"Grade {grade.strip()}" for grade in user.get("grades", "").split(",") if grade.strip()}
        groups = self._groups.get(user["sourcedid"], set()) | grades
        preferred = user.get("preferredgivenname") or None
        return PersonDraft(
            kind=kind,
            first_name=user.get("givenname", ""),
            last_name=user.get("familyname", ""),
            known_as=preferred,
            external_id=number,
            date_of_birth=born,
            groups=frozenset(map(group_name, groups)),
        )

    def _kind(self, user: Record) -> Kind | None:
        """Return what somebody is; None for families. Version 1.2 has roles in a file of their own."""
        given = self._roles.get(user["sourcedid"], [])
        given = [role for role in given if self._lasts(role)] or given
        primary = [record for record in given if record.get("roletype", "").casefold() == "primary"] or given
        roles = {record.get("role", "").casefold() for record in primary} or {user.get("role", "").casefold()}
        if roles & _PUPILS:
            return Kind.PUPIL
        if roles & _STAFF:
            return Kind.STAFF
        if roles & _FAMILY:
            return None
        raise _BadUser("role is not one that OneRoster knows; correct it.")

    def _classes(self) -> dict[str, set[str]]:
        """Return the titles of the classes that are going on, by user; a title of two schools has the school's too."""
        ended = {r["sourcedid"] for r in self._active("academicsessions.csv") if not self._lasts(r)}
        titles = {}
        for record in self._active("classes.csv"):
            terms = {term.strip() for term in record.get("termsourcedids", "").split(",") if term.strip()}
            if not terms or terms - ended:
                titles[record["sourcedid"]] = self._title(record)
        found: dict[str, set[str]] = defaultdict(set)
        for record in self._current("enrollments.csv"):
            title = titles.get(record.get("classsourcedid", ""))
            if title:
                found[record.get("usersourcedid", "")].add(title)
        return found

    def _title(self, record: Record) -> str:
        title, school = record.get("title", ""), self._schools.get(record.get("schoolsourcedid", ""), "")
        return f"{title} ({school})" if title and school and len(self._schools) > 1 else title

    def _active(self, name: str) -> list[Record]:
        return [r for r in self.files.get(name, []) if r.get("status", "").casefold() not in _GONE]

    def _current(self, name: str) -> list[Record]:
        return [record for record in self._active(name) if self._lasts(record)]

    def _lasts(self, record: Record) -> bool:
        """Say whether something has not ended yet; an end that cannot be read is none."""
        try:
            end = read_date(record.get("enddate", ""))
        except DateUnclear:
            return True
        return self.today <= end


def _is_school(record: Record) -> bool:
    return record.get("type", "").casefold() == "school"


def _bare(name: str) -> str:
    """Return the name of a file of a zip without its folders."""
    return "" if "__MACOSX" in name else name.replace("\\", "/").rpartition("/")[2].casefold()


def _by(records: Iterable[Record], column: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.get(column, "")].append(record)
    return found


def _records(name: str, content: bytes) -> list[Record]:
    """Read one file; version 1 of the format asks for UTF-8 and commas.

    Raises:
        ImportRefused: it is something else, or has no `sourcedId`.
    """
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = [cell.strip().casefold() for cell in next(reader, [])]
        rows = [(reader.line_num, cells) for cells in reader if any(cells)]
    except (UnicodeDecodeError, csv.Error):
        raise ImportRefused(f"{name} is not CSV in UTF-8, as OneRoster asks for; export it again.", 1) from None
    if name != "manifest.csv" and "sourcedid" not in header:
        raise ImportRefused(f"{name} has no column sourcedId; export it again as OneRoster 1.1 or 1.2.", 1)
    return [_record(header, line, cells) for line, cells in rows]


def _record(header: list[str], line: int, cells: list[str]) -> Record:
    cells += [""] * (len(header) - len(cells))
    pairs = zip(header, cells, strict=False)
    return {**{name: unshielded(cell.strip()) for name, cell in pairs}, "line": str(line)}
