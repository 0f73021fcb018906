"""OneRoster 1.0 to 1.2 CSV bundles: manifest, users, roles, classes, enrollments, demographics and more.

Only what the register needs is read: names, numbers, kinds, classes and
birthdays. Addresses, telephone numbers, user names and passwords are never taken
over, and parents and guardians do not become people of the register.
Source: 1EdTech, OneRoster CSV binding, versions 1.0 to 1.2.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent_db.errors import ImportRefused, NotPossible
from consent_db.people.records import PersonDraft
from consent_db.register.people import group_name
from consent_db.roster.fields.dates import DateUnclear, Evidence, evidence, read_date
from consent_db.roster.fields.values import BadCell, Cell, checked
from consent_db.roster.files.bundle_csv import NAMES, USERS
from consent_db.roster.files.kinds import ZIP
from consent_db.roster.files.sandbox import Answer, read_zip
from consent_db.roster.files.sheet import unshielded
from consent_db.roster.layout import DateOrder
from consent_db.roster.rows import MOST_ROWS, BadRow, Roster, Row, in_one_spelling, without_doubles
from gatekeeper.types import Kind

IDS: Final = ("sourcedId", "identifier")
"""Columns of `users.csv` that can be the school's number for a person."""

_MOST_BYTES: Final = 60_000_000
_NAMED: Final = 20
"""So many of those who were left out a note names."""
_GONE: Final = frozenset({"tobedeleted", "inactive"})
_PUPILS: Final = frozenset({"student"})
_STAFF: Final = frozenset(
    {"teacher", "aide", "administrator", "counselor", "proctor", "principal"}
    | {"siteadministrator", "districtadministrator", "systemadministrator"}
)
_FAMILY: Final = frozenset({"parent", "guardian", "relative"})

Record = Mapping[str, str]
"""One line of a file by its column's name in small letters, with `line` added."""

Bundle = dict[str, list[Record]]
"""The records of each file, by its name in small letters."""


def bundle(data: bytes | str | Mapping[str, bytes]) -> Bundle | None:
    """Return the files of a OneRoster bundle by their names in small letters; None if this is none.

    A zip is opened in a limited process (`roster_files.sandbox`).

    Raises:
        ImportRefused: it is a zip that cannot be opened, or is far too large.
    """
    if isinstance(data, Mapping):
        files = {name.casefold(): content for name, content in data.items() if name.casefold() in NAMES}
        return _bundle(read_zip(_zipped(files))) if USERS in files else {}
    if isinstance(data, str) or not data.startswith(ZIP):
        return None
    if len(data) > _MOST_BYTES:
        raise ImportRefused("The bundle is too large; export one school at a time.", 1)
    return _bundle(read_zip(data, "")) if _may_be_bundle(data) else None


def read_bundle(files: Bundle, today: date, number: str = IDS[0]) -> Roster:
    """Read a bundle as a roster; lines are those of `users.csv`.

    Args:
        files: as `bundle` returns them.
        today: the day on which classes and terms have to be going on.
        number: which of `IDS` becomes the external id.

    Raises:
        ImportRefused: there is no `users.csv`, or its birthdays can be read in two ways.
    """
    if USERS not in files or number not in IDS:
        raise ImportRefused(f"OneRoster needs {USERS}; the number is its {' or '.join(IDS)}.", 1)
    school = _School(files, today, number.casefold(), _order(files))
    rows: list[Row] = []
    bad: list[BadRow] = []
    for user in files[USERS]:
        try:
            rows += school.row(user)
        except (NotPossible, BadCell, _BadUser) as error:
            name = f"{user.get('givenname', '')} {user.get('familyname', '')}".strip()
            bad.append(BadRow(int(user["line"]), str(error), user.get(number.casefold()), name))
        if len(rows) + len(bad) > MOST_ROWS:
            raise ImportRefused(f"There are more than {MOST_ROWS} people; split the file.", int(user["line"]))
    bare = Roster((), (), whole=school.whole, gone=frozenset(school.gone), notes=school.notes())
    return without_doubles(rows, bad, bare)


def _may_be_bundle(data: bytes) -> bool:
    """Say whether a zip's directory, which is not packed, names the one file that every bundle has."""
    return USERS.encode() in data.lower()


def _bundle(answer: Answer) -> Bundle | None:
    if answer.bundle is None:
        return None
    return {name: [_record(table[0], cells) for cells in table[1]] for name, table in answer.bundle.items()}


def _record(columns: Sequence[str], cells: Sequence[str]) -> Record:
    line, *values = cells
    return {**{name: unshielded(text) for name, text in zip(columns, values, strict=True)}, "line": line}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a folder as a zip, so that they are read where zips are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _order(files: Bundle) -> DateOrder:
    """Return the order of birthdays that are not written as the standard asks for.

    Raises:
        ImportRefused: they can be read in two ways.
    """
    shown = evidence(record.get("birthdate", "") for record in files.get("demographics.csv", []))
    if shown in {Evidence.BOTH, Evidence.NEITHER}:
        said = "birthDate in demographics.csv can be read day first or month first; OneRoster asks for 2015-03-31."
        raise ImportRefused(f"{said} Export it again.", 1)
    return DateOrder.MONTH_FIRST if shown is Evidence.MONTH_FIRST else DateOrder.DAY_FIRST


class _BadUser(Exception):
    """A user cannot be read; the message says what to do."""


@dataclass(slots=True)
class _School:
    """The bundle, looked up by the ids that its files refer to each other with."""

    files: Bundle
    today: date
    number: str
    order: DateOrder
    gone: set[str] = field(default_factory=set)
    families: int = 0
    ended: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    _roles: dict[str, list[Record]] = field(default_factory=dict)
    _groups: dict[str, set[str]] = field(default_factory=dict)
    _born: dict[str, str] = field(default_factory=dict)
    _schools: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._roles = _by(self._active("roles.csv"), "usersourcedid")
        self._schools = {r["sourcedid"]: r.get("name", "") for r in self._active("orgs.csv") if _is_school(r)}
        self._born = {_whose(record): record.get("birthdate", "") for record in self._active("demographics.csv")}
        self._groups = self._classes()

    @property
    def whole(self) -> bool:
        """Whether the manifest says that all people are in the file, and not only what changed."""
        return self._is_bulk("users")

    @property
    def has_classes(self) -> bool:
        """Whether it says in which classes all people are."""
        return "enrollments.csv" in self.files and self._is_bulk("classes") and self._is_bulk("enrollments")

    def notes(self) -> tuple[str, ...]:
        """Return what people should know about what was not taken over."""
        notes = [f"{self.families} parents and guardians were left out."] if self.families else []
        notes += _left_out(self.ended, "their role has ended")
        notes += _left_out(self.deleted, "the file says that they are to be deleted or are inactive")
        if self.files.get("demographics.csv") and not any(map(_whose, self.files["demographics.csv"])):
            notes.append("Birthdays were not read: demographics.csv has no column sourcedId or userSourcedId.")
        if unread := sum(
            bool(r.get("enddate")) and _day(r["enddate"]) is None for r in self.files.get("roles.csv", [])
        ):
            notes.append(f"{unread} roles have an end that is no date, and are read as going on.")
        if "enrollments.csv" in self.files and not self.has_classes:
            notes.append("The bundle tells only changes of classes, so classes stay as they are.")
        return tuple(notes)

    def _is_bulk(self, name: str) -> bool:
        said = {r.get("propertyname", "").casefold(): r.get("value", "") for r in self.files.get("manifest.csv", [])}
        return said.get(f"file.{name}", "bulk").casefold() != "delta"

    def row(self, user: Record) -> list[Row]:
        """Return the row of a user: none for families and for those who are to be deleted.

        Raises:
            _BadUser, BadCell, NotPossible: what is wrong with it.
        """
        kind = self._kind(user)
        if kind is None:
            self.families += 1
            return []
        number = user.get(self.number, "")
        if not number:
            raise _BadUser(f"{'sourcedId' if self.number == 'sourcedid' else 'identifier'} is blank; fill it in.")
        if (why := self._why_gone(user)) is not None:
            self.gone.add(number)
            why.append(f"{number} (line {user['line']})")
            return []
        user, notes = _checked(user)
        born = self._born.get(user["sourcedid"], "")
        draft = in_one_spelling(self._draft(user, number, kind, self._birthday(born)))
        return [Row(int(user["line"]), self._columns(user, born), draft, notes=notes)]

    def _why_gone(self, user: Record) -> list[str] | None:
        """Return the list of those who are left out for the same reason; None for a user who is at the school."""
        if user.get("status", "").casefold() in _GONE:
            return self.deleted
        roles = self._roles.get(user["sourcedid"], [])
        return self.ended if roles and not any(map(self._lasts, roles)) else None

    def _birthday(self, born: str) -> date | None:
        try:
            return read_date(born, self.order) if born else None
        except DateUnclear as error:
            raise _BadUser(f"birthDate {error}") from None

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
        """Return what a person is; None for families. Version 1.2 has roles in a file of their own."""
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
        end = _day(record.get("enddate", ""))
        return end is None or self.today <= end


def _day(text: str) -> date | None:
    try:
        return read_date(text)
    except DateUnclear:
        return None


def _checked(user: Record) -> tuple[Record, tuple[str, ...]]:
    """Return a user whose names and number hold letters that can be compared, and what was left out of them."""
    found, notes = dict(user), []
    for column, ours in (
        ("givenname", "first_name"), ("familyname", "last_name"), ("preferredgivenname", "known_as"),
        ("sourcedid", "external_id"), ("identifier", "external_id"),
    ):  # fmt: skip
        if column in user:
            found[column], note = checked(ours, Cell(f"{column} of line {user['line']}", user[column]))
            notes += [note] if note else []
    return found, tuple(notes)


def _left_out(who: Sequence[str], why: str) -> list[str]:
    """Return a note about people who got no row, by the school's numbers."""
    if not who:
        return []
    more = f" and {len(who) - _NAMED} more" if len(who) > _NAMED else ""
    return [f"Left out, because {why}: {', '.join(who[:_NAMED])}{more}."]


def _whose(record: Record) -> str:
    """Return whose demographics a record has; version 1.0 calls the column `userSourcedId`."""
    return record.get("sourcedid") or record.get("usersourcedid", "")


def _is_school(record: Record) -> bool:
    return record.get("type", "").casefold() == "school"


def _by(records: Iterable[Record], column: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.get(column, "")].append(record)
    return found
