"""Reference photographs that were given for many people at once: what waits, and what became of each file.

A file of a person on the register is a row about them, sealed with their key: it goes with them. A
file of which it is not known whose it is hangs on no person: its name is sealed with the school's
key, and it goes when a person of that name or number is erased. All go after `LIFE`. The pictures
themselves are not here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update

from consent_db.core.context import SCHOOL, Context, new_id
from consent_db.errors import NotFound
from consent_db.keys.crypto import Place
from consent_db.people.profiles import Profile
from consent_db.schema import PersonRow, PhotoResultRow, PhotoUploadRow
from gatekeeper.naming import Likeness, same_name
from gatekeeper.types import PersonId

LIFE: Final = timedelta(days=30)
"""How long it is kept what became of the files."""

_COUNTER: Final = re.compile(r"(?:[\s_-]*\(\d{1,2}\)|[\s_-]+\d{1,2})?")
"""What may follow a number in the name of a file, to tell several of one person apart."""
_BETWEEN: Final = re.compile(r"[\s_().]+")
_PIECE: Final = 500


class FileState(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    WORKING = "working"
    """It is examined now; or was, when the service was cut off."""
    USED = "used"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One file that was given.

    Attributes:
        name: below the folder or in the zip file.
        person: whose it is; None if that is not known.
        reason: why it is not used; empty for one that is, or that waits.
        alike: the person it would be taken for, if that is the reason.
    """

    id: str
    name: str = field(repr=False)
    person: PersonId | None
    state: FileState
    reason: str = field(default="", repr=False)
    alike: PersonId | None = None


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """Photographs that were given together.

    Attributes:
        by: the account that gave them.
        files: how many there are in each state.
    """

    id: str
    at: datetime
    by: str
    files: Mapping[FileState, int]

    @property
    def total(self) -> int:
        """How many files there are."""
        return sum(self.files.values())

    @property
    def open(self) -> int:
        """How many files were not examined yet."""
        return self.files.get(FileState.WAITING, 0) + self.files.get(FileState.WORKING, 0)


class PhotoUploads:
    """What was given for many people at once, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def begin(self, files: Sequence[GivenFile]) -> str:
        """Write down what was given, each with an id of `new_file`; return the id of the upload."""
        context, upload = self._context, new_id("pup")
        context.connection.execute(insert(PhotoUploadRow).values(id=upload, at=context.now, by=context.actor))
        rows = [
            {"id": one.id, "upload_id": upload, "person_id": one.person, "state": one.state, "sealed": self._seal(one)}
            for one in files
        ]
        for start in range(0, len(rows), _PIECE):
            context.connection.execute(insert(PhotoResultRow), rows[start : start + _PIECE])
        waiting = sum(one.state is FileState.WAITING for one in files)
        context.log("photographs.given", SCHOOL, {"upload": upload, "files": len(files), "waiting": waiting})
        return upload

    def all(self) -> list[UploadRecord]:
        """Return every upload that is still remembered, the newest first."""
        rows = self._context.connection.execute(
            select(PhotoUploadRow.__table__).order_by(PhotoUploadRow.at.desc(), PhotoUploadRow.id)
        ).all()
        counted = select(PhotoResultRow.upload_id, PhotoResultRow.state, func.count()).group_by(
            PhotoResultRow.upload_id, PhotoResultRow.state
        )
        counts: dict[str, Counter[FileState]] = {row.id: Counter() for row in rows}
        for upload, state, times in self._context.connection.execute(counted):
            counts[upload][FileState(state)] = times
        return [UploadRecord(row.id, row.at, row.by, counts[row.id]) for row in rows]

    def get(self, upload: str) -> UploadRecord:
        """Return an upload.

        Raises:
            NotFound: there is none of this id.
        """
        for record in self.all():
            if record.id == upload:
                return record
        raise NotFound("What became of these photographs is not kept any more; look at the person's own page.")

    def files(self, upload: str) -> list[GivenFile]:
        """Return the files of an upload by name; those of people who were erased are gone."""
        query = select(PhotoResultRow.__table__).where(PhotoResultRow.upload_id == upload)
        found = [self._opened(row) for row in self._context.connection.execute(query).all()]
        return sorted(found, key=lambda one: one.name)

    def of_person(self, upload: str, person: PersonId) -> list[GivenFile]:
        """Return the files of an upload that are a person's, by name."""
        row = PhotoResultRow
        query = select(row.__table__).where(row.upload_id == upload, row.person_id == person)
        found = [self._opened(one) for one in self._context.connection.execute(query).all()]
        return sorted(found, key=lambda one: one.name)

    def ids_of(self, person: PersonId) -> frozenset[str]:
        """Return the ids of all files that are a person's, whichever upload they came with."""
        query = select(PhotoResultRow.id).where(PhotoResultRow.person_id == person)
        return frozenset(self._context.connection.execute(query).scalars())

    def settle(self, files: Sequence[GivenFile]) -> None:
        """Write down what became of files; of those that are gone since, nothing."""
        for one in files:
            query = update(PhotoResultRow).where(PhotoResultRow.id == one.id)
            there = select(PersonRow.wrapped_key).where(PersonRow.id == one.person)
            if one.person is None or self._context.connection.execute(there).scalar_one_or_none() is not None:
                self._context.connection.execute(query.values(state=one.state, sealed=self._seal(one)))

    def forget_old(self) -> int:
        """Delete what is older than `LIFE`; return how many files."""
        old = select(PhotoUploadRow.id).where(PhotoUploadRow.at < self._context.now - LIFE)
        connection = self._context.connection
        gone = connection.execute(delete(PhotoResultRow).where(PhotoResultRow.upload_id.in_(old))).rowcount
        connection.execute(delete(PhotoUploadRow).where(PhotoUploadRow.at < self._context.now - LIFE))
        return gone

    def about(self, profile: Profile) -> Iterator[dict[str, Any]]:
        """Yield the files of no known person whose names are a person's, for subject access.

        A number somewhere in it is not enough: `Tom Jones (2)` is not about the pupil of the number 2.
        """
        for _, one in self._of_no_person():
            if _is_named(one.name, profile):
                yield {"photograph_that_was_not_used": one.name}

    def forget_person(self, profile: Profile) -> tuple[bytes, ...]:
        """Delete the files of no known person whose names may be a person's; return the sealed bytes."""
        gone = [(row.id, row.sealed) for row, one in self._of_no_person() if _may_be_about(one.name, profile)]
        for start in range(0, len(gone), _PIECE):
            ids = [row_id for row_id, _ in gone[start : start + _PIECE]]
            self._context.connection.execute(delete(PhotoResultRow).where(PhotoResultRow.id.in_(ids)))
        return tuple(sealed for _, sealed in gone)

    def _of_no_person(self) -> list[tuple[Row[Any], GivenFile]]:
        query = select(PhotoResultRow.__table__).where(PhotoResultRow.person_id.is_(None))
        return [(row, self._opened(row)) for row in self._context.connection.execute(query).all()]

    def _seal(self, one: GivenFile) -> bytes:
        plain = json.dumps([one.name, one.reason, one.alike], ensure_ascii=False).encode()
        key = self._context.school_key if one.person is None else self._context.person_key(one.person)
        return key.seal(plain, _place(one.id, one.person))

    def _opened(self, row: Row[Any]) -> GivenFile:
        person = None if row.person_id is None else PersonId(row.person_id)
        key = self._context.school_key if person is None else self._context.person_key(person)
        name, reason, alike = json.loads(key.open(row.sealed, _place(row.id, person)))
        other = None if alike is None else PersonId(alike)
        return GivenFile(row.id, name, person, FileState(row.state), reason, other)


def new_file() -> str:
    """Return the id of a file that was given."""
    return new_id("pho")


def open_result(context: Context, row: Row[Any], person: PersonId) -> list[Any]:
    """Return what is kept of a person's file: its name, and why it was not used; without whom it looks like."""
    name, reason, _ = json.loads(context.person_key(person).open(row.sealed, _place(row.id, person)))
    return [name, reason]


def _is_named(name: str, profile: Profile) -> bool:
    """Say whether a part of a file's name is, or may be, a person's name, or the file's own is their number."""
    stem, number = PurePosixPath(name).stem.casefold(), (profile.external_id or "").casefold()
    if number and stem.startswith(number) and _COUNTER.fullmatch(stem.removeprefix(number)):
        return True
    return _has_name(name, profile)


def _may_be_about(name: str, profile: Profile) -> bool:
    """Say whether a part of a file's name holds a person's number, or may be their name."""
    path, number = PurePosixPath(name), (profile.external_id or "").casefold()
    parts = (path.stem.casefold(), *(part.casefold() for part in path.parts))
    has_number = bool(number) and any(number in {part, *_BETWEEN.split(part)} for part in parts)
    return has_number or _has_name(name, profile)


def _has_name(name: str, profile: Profile) -> bool:
    path = PurePosixPath(name)
    parts = [part.strip("0123456789 _-()") for part in {path.stem, *path.parts}]
    return any(same_name(part, one) >= Likeness.PARTIAL for part in parts for one in profile.whole_names)


def _place(row_id: str, person: PersonId | None) -> Place:
    return Place("photo_results", row_id, "sealed", person) if person else Place("photo_results", row_id, "sealed")
