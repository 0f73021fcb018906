"""Who asked not to be photographed at an event: by description, or somebody of the register.

A visitor need not be known by name: "a man in a red cap with a guide dog". Whoever
uploads a picture of the event reads the descriptions, and confirms for each that
nobody of it is in the picture.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from consent_db.context import Context, changed, new_id
from consent_db.crypto import Place
from consent_db.errors import NotFound, NotPossible
from consent_db.records import ObjectionRecord
from consent_db.revocation import revoke_for_event
from consent_db.schema import EventRow, ObjectionRow
from consent_db.standing import person_row
from gatekeeper.types import Objection, PersonId

_LONGEST: Final = 300


class Objections:
    """The lists of events, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, event: str, description: str, person: PersonId | None = None) -> ObjectionRecord:
        """Write down that somebody asked not to be photographed; approvals for the event end.

        Args:
            event: its name; a class or club has no such list.
            description: what to look for in a picture; kept sealed.
            person: who it is, if they are on the register.

        Raises:
            NotFound: there is no such event or person.
            NotPossible: the description is empty or too long.
        """
        context, words = self._context, " ".join(description.split())
        if context.connection.execute(select(EventRow.name).where(EventRow.name == event)).first() is None:
            message = "There is no event of this name; add it first, or check the spelling."
            raise NotFound(message)
        if not words or len(words) > _LONGEST:
            message = f"Say what to look for in a picture, in at most {_LONGEST} letters."
            raise NotPossible(message)
        if person is not None:
            person_row(context, person)
        row_id = new_id("obj")
        values: dict[str, Any] = {"id": row_id, "event": event, "person_id": person}
        values |= {"description": context.seal(words, _place(row_id))}
        values |= {"recorded_at": context.now, "recorded_by": context.actor}
        context.move_register()  # what a check under way does not know of yet may be in its picture
        context.connection.execute(insert(ObjectionRow).values(values))
        context.log("objection.recorded", event, {"objection": row_id, "on_register": person is not None})
        revoke_for_event(context, event, "objection_recorded")
        return self._get(row_id)

    def withdraw(self, objection: str) -> ObjectionRecord:
        """Take an objection off an event's list, because whoever made it says so; it stays in the history.

        Raises:
            NotPossible: there is none of this id, or it was withdrawn.
        """
        context, row = self._context, ObjectionRow
        query = update(row).where(row.id == objection, row.withdrawn_at.is_(None))
        done = context.connection.execute(query.values(withdrawn_at=context.now, withdrawn_by=context.actor))
        changed(done.rowcount, "There is no such entry on an event's list; look at the list again.")
        context.move_register()
        record = self._get(objection)
        context.log("objection.withdrawn", record.event, {"objection": objection})
        return record

    def of(self, event: str) -> list[ObjectionRecord]:
        """Return the list of an event, in the order in which it was written; empty if it has none."""
        query = _QUERY.where(ObjectionRow.event == event, ObjectionRow.withdrawn_at.is_(None))
        rows = self._context.connection.execute(query.order_by(ObjectionRow.recorded_at, ObjectionRow.id))
        return [self._record(row) for row in rows]

    def _get(self, objection: str) -> ObjectionRecord:
        return self._record(self._context.connection.execute(_QUERY.where(ObjectionRow.id == objection)).one())

    def _record(self, row: Row[*tuple[Any, ...]]) -> ObjectionRecord:
        person = PersonId(row.person_id) if row.person_id is not None else None
        objection = Objection(row.id, self._context.open(row.description, _place(row.id)), person)
        return ObjectionRecord(row.event, objection, row.recorded_at, row.recorded_by, row.withdrawn_at)


_QUERY: Final = select(ObjectionRow.__table__)


def _place(objection: str) -> Place:
    return Place("event_objections", objection, "description")
