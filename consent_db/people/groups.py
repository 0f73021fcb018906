"""Who belongs together: classes and clubs (kept with each person) and events (lists of people)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, insert, select

from consent_db.core import former
from consent_db.core.chunked_queries import on_register
from consent_db.core.context import Context, no_such_person
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.people.current_statements import person_row
from consent_db.people.records import EventRecord, EventSize
from consent_db.schema import AttendanceRow, CheckRow, EventRow, MembershipRow, ObjectionRow
from gatekeeper.types import PersonId


class Groups:
    """Classes and events by name, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def groups(self, person: PersonId) -> frozenset[str]:
        """Return the names of the classes and clubs that a person is in."""
        query = select(MembershipRow.name).where(MembershipRow.person_id == person)
        return frozenset(self._context.connection.execute(query).scalars())

    def names(self) -> list[str]:
        """Return the names of all classes and clubs, sorted."""
        query = select(MembershipRow.name).distinct().order_by(MembershipRow.name)
        return list(self._context.connection.execute(query).scalars())

    def sizes(self) -> dict[str, int]:
        """Return how many people are in each class and club, by its name."""
        query = select(MembershipRow.name, func.count()).group_by(MembershipRow.name)
        return {row[0]: row[1] for row in self._context.connection.execute(query)}

    def members(self, name: str) -> frozenset[PersonId]:
        """Return who was at the event, or is in the class or club, of this name.

        Raises:
            NotFound: there is neither.
        """
        event = self.event(name)
        if event is not None:
            return event.people
        query = select(MembershipRow.person_id).where(MembershipRow.name == name)
        people = frozenset(map(PersonId, self._context.connection.execute(query).scalars()))
        if not people:
            message = "There is no event, class or club of this name; check the spelling."
            raise NotFound(message)
        return people

    def add_event(self, name: str, title: str, day: date, people: frozenset[PersonId]) -> EventRecord:
        """Keep an event with the list of who was there.

        Raises:
            AlreadyExists: an event, class or club has this name.
            NotFound: a person of the list is not on the register.
            NotPossible: the name is empty.
        """
        if not name.strip():
            message = "An event needs a name."
            raise NotPossible(message)
        if self.event(name) is not None or name in self.names():
            message = "There is an event, class or club of this name already; choose another."
            raise AlreadyExists(message)
        for person in people:
            person_row(self._context, person)
        self._context.connection.execute(insert(EventRow).values(name=name, title=title, date=day))
        if people:
            rows = [{"event": name, "person_id": person} for person in sorted(people)]
            self._context.connection.execute(insert(AttendanceRow), rows)
        self._context.log("event.added", name, {"people": len(people)})
        return EventRecord(name, title, day, people)

    def add_people(self, event: str, people: frozenset[PersonId]) -> EventRecord:
        """Put further people on the list of who was at an event; who is on it already stays.

        Raises:
            NotFound: there is no such event, or a person is not on the register.
        """
        new = sorted(people - self._event(event).people)
        if on_register(self._context, new) != set(new):
            raise no_such_person()
        if new:
            rows = [{"event": event, "person_id": person} for person in new]
            self._context.connection.execute(insert(AttendanceRow), rows)
            self._changed(event, added=new)
        return self._event(event)

    def remove_person(self, event: str, person: PersonId) -> EventRecord:
        """Take a person off the list of who was at an event; nothing changes for who is not on it.

        Raises:
            NotFound: there is no such event.
        """
        self._event(event)
        mine = (AttendanceRow.event == event) & (AttendanceRow.person_id == person)
        if self._context.connection.execute(delete(AttendanceRow).where(mine)).rowcount:
            self._changed(event, removed=[person])
        return self._event(event)

    def undo_change(self, event: str, entry: int) -> EventRecord:
        """Undo a change of who was at an event: who was added is taken off, who was taken off is added.

        Raises:
            NotFound: there is no such event.
            NotPossible: what was changed is not kept any more.
        """
        kept = former.read(self._context, entry)
        if kept is None:
            message = "Who was changed is not kept any more. Change the list itself."
            raise NotPossible(message)
        added, removed = kept
        for person in added:
            self.remove_person(event, PersonId(person))
        return self.add_people(event, frozenset(map(PersonId, on_register(self._context, removed))))

    def remove_event(self, name: str) -> None:
        """Remove an event that nothing refers to yet: no picture, and no objection.

        Raises:
            NotFound: there is no such event.
            NotPossible: a picture or an objection refers to it.
        """
        self._event(name)
        execute = self._context.connection.execute
        uses = (
            select(CheckRow.id).where(CheckRow.event == name),
            select(ObjectionRow.id).where(ObjectionRow.event == name),
        )
        if any(execute(use.limit(1)).first() is not None for use in uses):
            message = "A picture or an objection belongs to this event already, so it stays."
            raise NotPossible(message)
        execute(delete(AttendanceRow).where(AttendanceRow.event == name))
        execute(delete(EventRow).where(EventRow.name == name))
        self._context.log("event.removed", name)

    def _changed(self, event: str, added: Sequence[PersonId] = (), removed: Sequence[PersonId] = ()) -> None:
        entry = self._context.log("event.changed", event, {"added": len(added), "removed": len(removed)})
        former.keep(self._context, entry, [list(added), list(removed)])

    def _event(self, name: str) -> EventRecord:
        found = self.event(name)
        if found is None:
            message = "There is no event of this name; look at the list again."
            raise NotFound(message)
        return found

    def event(self, name: str) -> EventRecord | None:
        """Return an event, if there is one of this name."""
        row = self._context.connection.execute(select(EventRow.__table__).where(EventRow.name == name)).one_or_none()
        return None if row is None else EventRecord(row.name, row.title, row.date, self._present(name))

    def events(self) -> list[EventRecord]:
        """Return every event, the newest first."""
        query = select(EventRow.__table__).order_by(EventRow.date.desc(), EventRow.name)
        rows = self._context.connection.execute(query).all()
        return [EventRecord(row.name, row.title, row.date, self._present(row.name)) for row in rows]

    def event_sizes(self) -> list[EventSize]:
        """Return every event with how many people are on its list, in one query."""
        counts = select(AttendanceRow.event, func.count().label("people")).group_by(AttendanceRow.event).subquery()
        query = select(EventRow.name, EventRow.title, EventRow.date, func.coalesce(counts.c.people, 0))
        rows = self._context.connection.execute(query.outerjoin(counts, counts.c.event == EventRow.name))
        return [EventSize(*row) for row in rows]

    def _present(self, event: str) -> frozenset[PersonId]:
        query = select(AttendanceRow.person_id).where(AttendanceRow.event == event)
        return frozenset(map(PersonId, self._context.connection.execute(query).scalars()))
