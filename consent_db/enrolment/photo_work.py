"""The job queue of reference photographs that wait to be examined: who has leased whose, and until when.

As with checks (`consent_db.checks.work`) the rows are the queue: a person's files are taken up for a time, which a
process that lives prolongs. Those of one that was killed come back by themselves, on any machine, and are then
refused, because they may be what killed it. Two processes are never at one person's photographs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, update

from consent_db.core.context import Context
from consent_db.enrolment.photo_uploads import FileState, GivenFile, PhotoUploads
from consent_db.schema import PhotoResultRow, PhotoUploadRow
from gatekeeper.types import PersonId

FURTHEST: Final = timedelta(minutes=10)
"""No lease is longer; one that seems to be was made before the clock was set back."""


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """A person whose photographs wait, in one upload.

    Attributes:
        by: the account that gave them.
    """

    upload: str
    by: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class TakenFiles:
    """Files of one person that were taken up.

    Attributes:
        waiting: those to be examined.
        cut_off: those that were examined when a process was killed.
    """

    waiting: tuple[GivenFile, ...] = ()
    cut_off: tuple[GivenFile, ...] = ()


class PhotoWork:
    """The queue, through one transaction. Moments are the machine's, as with checks."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._uploads = PhotoUploads(context)

    def next_person(self, moment: datetime) -> WaitingPerson | None:
        """Return whose photographs are next, if no process is at that person's; looking takes no lock."""
        row = PhotoResultRow
        query = (
            select(row.upload_id, PhotoUploadRow.by, row.person_id)
            .join(PhotoUploadRow, PhotoUploadRow.id == row.upload_id)
            .where(_open(moment), row.person_id.is_not(None), row.person_id.not_in(_held(moment)))
            .order_by(PhotoUploadRow.at, row.upload_id, row.person_id)
            .limit(1)
        )
        found = self._context.connection.execute(query).first()
        return None if found is None else WaitingPerson(found.upload_id, found.by, PersonId(found.person_id))

    def take_up(self, waiting: WaitingPerson, moment: datetime, until: datetime) -> TakenFiles:
        """Lease a person's files until a moment; none if another process has them, or was faster.

        Args:
            waiting: what `next_person` gave.
            moment: now, by the clock of the machine.
            until: when others may take them up.
        """
        person = waiting.person
        if self._context.connection.execute(_held(moment).where(PhotoResultRow.person_id == person)).first():
            return TakenFiles()
        files = self._uploads.of_person(waiting.upload, person)
        fresh = tuple(one for one in files if one.state is FileState.WAITING)
        self._set([one.id for one in fresh], FileState.WORKING, until)
        return TakenFiles(fresh, tuple(one for one in files if one.state is FileState.WORKING))

    def renew(self, files: Collection[str], until: datetime) -> None:
        """Keep files from others for longer."""
        query = update(PhotoResultRow).where(PhotoResultRow.id.in_(files), PhotoResultRow.state == FileState.WORKING)
        self._context.connection.execute(query.values(due_at=until))

    def give_back(self, files: Sequence[GivenFile]) -> None:
        """Let files wait again that could not be examined for a reason that passes."""
        self._set([one.id for one in files], FileState.WAITING, None)

    def _set(self, ids: Collection[str], state: FileState, until: datetime | None) -> None:
        query = update(PhotoResultRow).where(PhotoResultRow.id.in_(ids))
        self._context.connection.execute(query.values(state=state, due_at=until))


def _over(moment: datetime) -> ColumnElement[bool]:
    due = PhotoResultRow.due_at
    return or_(due.is_(None), due <= moment, due > moment + FURTHEST)


def _open(moment: datetime) -> ColumnElement[bool]:
    state = PhotoResultRow.state
    return or_(state == FileState.WAITING, and_(state == FileState.WORKING, _over(moment)))


def _held(moment: datetime) -> Select[str | None]:
    return select(PhotoResultRow.person_id).where(
        PhotoResultRow.state == FileState.WORKING, PhotoResultRow.person_id.is_not(None), not_(_over(moment))
    )
