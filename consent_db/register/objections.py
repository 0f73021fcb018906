"""Objections to being photographed at an event: by description, or of a person on the register.

A visitor need not be known by name: "a man in a red cap with a guide dog". The
uploader of a picture of the event reads the descriptions, and confirms for each that
no person of it is in the picture. A person on the register is asked about in every
picture near the event's day (`gatekeeper.decision.objections`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from consent_db.approvals.revocation import revoke_for_event, revoke_near
from consent_db.core.context import Context, changed, new_id
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.people.current_statements import person_row
from consent_db.register.records import ObjectionRecord
from consent_db.schema import EventRow, ObjectionRow
from gatekeeper.policy.model import DEFAULTS
from gatekeeper.types import Objection, PersonId

_LONGEST: Final = 300
DAYS_AROUND: Final = int(DEFAULTS["objection_days"])
_WHY: Final = "objection_recorded"


class Objections:
    """The lists of events, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self, event: str, description: str, person: PersonId | None = None, days_around: int = DAYS_AROUND
    ) -> ObjectionRecord:
        """Write down an objection; approvals that it bears on end.

        These are the approvals of pictures of the event, those of its day for which no event
        was chosen, and those that rest on the person within `days_around` days of it.

        Args:
            event: its name; a class or club has no such list.
            description: what to look for in a picture; kept sealed.
            person: who it is, if they are on the register.
            days_around: how far from its day an event is asked about, as the policy has it.

        Raises:
            NotFound: there is no such event or person.
            NotPossible: the description is empty or too long.
        """
        context, words = self._context, " ".join(description.split())
        row = context.connection.execute(select(EventRow.date).where(EventRow.name == event)).first()
        if row is None:
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
        ended = {*revoke_for_event(context, event, _WHY), *revoke_near(context, row.date, 0, _WHY)}
        if person is not None:
            ended |= {*revoke_near(context, row.date, days_around, _WHY, person)}
        return replace(self._get(row_id), ended=frozenset(ended))

    def withdraw(self, objection: str) -> ObjectionRecord:
        """Take an objection off an event's list, at the wish of the person who made it; it stays in the history.

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
        return [record for record in self.in_force() if record.event == event]

    def in_force(self) -> list[ObjectionRecord]:
        """Return every objection that was not withdrawn, of all events, in the order in which they were written."""
        query = _QUERY.where(ObjectionRow.withdrawn_at.is_(None))
        rows = self._context.connection.execute(query.order_by(ObjectionRow.recorded_at, ObjectionRow.id))
        return [self._record(row) for row in rows]

    def restore(self, objection: str, days_around: int = DAYS_AROUND) -> ObjectionRecord:
        """Write a withdrawn objection down again, as `add` does, because its withdrawal was a mistake.

        Raises:
            NotFound: the event is gone, or the person.
        """
        was = self._get(objection)
        return self.add(was.event, was.objection.description, was.objection.person, days_around)

    def _get(self, objection: str) -> ObjectionRecord:
        return self._record(self._context.connection.execute(_QUERY.where(ObjectionRow.id == objection)).one())

    def _record(self, row: Row[*tuple[Any, ...]]) -> ObjectionRecord:
        person = PersonId(row.person_id) if row.person_id is not None else None
        words = self._context.open(row.description, _place(row.id))
        objection = Objection(row.id, words, person, event=row.title, day=row.date)
        return ObjectionRecord(row.event, objection, row.recorded_at, row.recorded_by, row.withdrawn_at)


_QUERY: Final = select(ObjectionRow.__table__, EventRow.title, EventRow.date).join(
    EventRow, EventRow.name == ObjectionRow.event
)


def _place(objection: str) -> Place:
    return Place("event_objections", objection, "description")
