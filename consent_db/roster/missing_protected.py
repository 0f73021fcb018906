"""People on the do-not-publish list or under a hold who are missing from the school's file.

A file that does not have them says neither that they left nor that their record may be
erased: families in hiding change schools, names and numbers. The import leaves them as
they are and asks the safeguarding lead, whose answer is written down here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, or_, select, update

from consent_db.core.context import Context, changed
from consent_db.people.records import Change
from consent_db.register.people import People
from consent_db.schema import MissingProtectedRow
from gatekeeper.types import PersonId

ASKED_AGAIN: Final = timedelta(days=90)
"""How long the answer that a person stays holds, although further files do not have them either."""


class Outcome(StrEnum):
    """What the safeguarding lead says about a person who is missing from the file."""

    LEFT = "left"
    """They get yesterday as their last day; the listing or hold stays."""
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class MissingQuestion:
    """A question that the safeguarding lead has not answered yet."""

    person: PersonId
    asked_at: datetime


class MissingProtected:
    """The questions, through one transaction."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people

    def open(self) -> list[MissingQuestion]:
        """Return the questions without an answer, the oldest first."""
        row = MissingProtectedRow
        query = select(row.person_id, row.asked_at).where(row.answered_at.is_(None)).order_by(row.id)
        return [MissingQuestion(PersonId(person), at) for person, at in self._context.connection.execute(query)]

    def settled(self) -> frozenset[PersonId]:
        """Return the people who need no new question: one is open, or was answered lately."""
        row, lately = MissingProtectedRow, self._context.now - ASKED_AGAIN
        stays = (row.answer == Outcome.STAYS.value) & (row.answered_at > lately)
        query = select(row.person_id).where(or_(row.answered_at.is_(None), stays))
        return frozenset(map(PersonId, self._context.connection.execute(query).scalars()))

    def ask(self, people: Collection[PersonId], import_number: int) -> None:
        """Write down that an import did not have these people."""
        context = self._context
        asked = {"import_id": import_number, "asked_at": context.now}
        rows = [{"person_id": person, **asked} for person in sorted(people)]
        if rows:
            context.connection.execute(insert(MissingProtectedRow), rows)
        for person in sorted(people):
            context.log("protected.missing", person, {"import": import_number})

    def answer(self, person: PersonId, outcome: Outcome) -> Change:
        """Write the safeguarding lead's answer down; that it is their answer is the caller's to ensure.

        Raises:
            NotPossible: nothing is asked about this person.
        """
        context, row = self._context, MissingProtectedRow
        values = {"answer": outcome.value, "answered_at": context.now, "answered_by": context.actor}
        query = update(row).where(row.person_id == person, row.answered_at.is_(None)).values(values)
        changed(context.connection.execute(query).rowcount, "Nothing is asked about this person; look again.")
        context.log("protected.answered", person, {"answer": outcome.value})
        if outcome is Outcome.STAYS:
            return Change(context.register_version())
        profile = self._people.get(person).profile
        return self._people.change(person, replace(profile, leaving_date=context.today - timedelta(days=1)))

    def withdraw(self, import_number: int) -> None:
        """Take back what an import asked, because the import itself is taken back."""
        row = MissingProtectedRow
        mine = (row.import_id == import_number) & row.answered_at.is_(None)
        values = {"answer": "import_undone", "answered_at": self._context.now, "answered_by": self._context.actor}
        self._context.connection.execute(update(row).where(mine).values(values))

    def returned(self, people: Collection[PersonId]) -> None:
        """Close the questions about people that a later file has again."""
        row = MissingProtectedRow
        back = sorted({question.person for question in self.open()} & set(people))
        values = {"answer": "returned", "answered_at": self._context.now, "answered_by": self._context.actor}
        for person in back:
            mine = (row.person_id == person) & row.answered_at.is_(None)
            self._context.connection.execute(update(row).where(mine).values(values))
            self._context.log("protected.answered", person, {"answer": "returned"})
