"""When a listing or a hold is to be looked at again, so that none stays unreviewed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, insert, select

from consent_db.core.context import Context
from consent_db.errors import NotPossible
from consent_db.register.records import ReviewRecord
from consent_db.schema import PersonRow, RestrictionRow, ReviewRow
from gatekeeper.consent.history import Restriction
from gatekeeper.types import PersonId


def plan(context: Context, restriction_id: int, on: date) -> None:
    """Note when a restriction is to be looked at; it replaces the day that was noted before.

    Raises:
        NotPossible: the day has passed.
    """
    if on < context.today:
        message = "The day of the review has passed; choose a later one."
        raise NotPossible(message)
    values = {"restriction_id": restriction_id, "review_on": on, "at": context.now, "by": context.actor}
    context.connection.execute(insert(ReviewRow).values(values))
    context.log("review.planned", str(restriction_id), {"on": on.isoformat()})


def planned(context: Context, restriction_id: int) -> date | None:
    """Return the day on which a listing or a hold is to be looked at again, if one was set."""
    query = select(ReviewRow.review_on).where(ReviewRow.restriction_id == restriction_id)
    return context.connection.execute(query.order_by(ReviewRow.id.desc()).limit(1)).scalar_one_or_none()


class Reviews:
    """Review dates of listings and holds, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> list[ReviewRecord]:
        """Return every listing and hold in force, those first that are due first, those without a day last."""
        last = select(func.max(RestrictionRow.id).label("id"))
        last = last.join(PersonRow, PersonRow.id == RestrictionRow.person_id).where(PersonRow.erased_at.is_(None))
        newest = last.group_by(RestrictionRow.person_id, RestrictionRow.restriction).subquery()
        query = select(RestrictionRow.__table__).join(newest, newest.c.id == RestrictionRow.id)
        days = self._days()
        found = [
            ReviewRecord(PersonId(row.person_id), row.id, Restriction(row.restriction), row.at, days.get(row.id))
            for row in self._context.connection.execute(query.where(RestrictionRow.in_force.is_(True)))
        ]
        return sorted(found, key=lambda record: (record.review_on or date.max, record.since, record.restriction_id))

    def due(self) -> list[ReviewRecord]:
        """Return those whose day has come, the longest due first."""
        today = self._context.today
        return [record for record in self.all() if record.review_on is not None and record.review_on <= today]

    def done(self, person: PersonId, restriction: Restriction, next_on: date) -> ReviewRecord:
        """Note that it was reviewed, that it stays, and when to look again; lifting it is `Consent`'s to do.

        Raises:
            NotPossible: there is no such listing or hold, or the day has passed.
        """
        for record in self.all():
            if (record.person, record.restriction) == (person, restriction):
                plan(self._context, record.restriction_id, next_on)
                return ReviewRecord(person, record.restriction_id, restriction, record.since, next_on)
        message = f"There is no {restriction} for this person that could be reviewed."
        raise NotPossible(message)

    def _days(self) -> dict[int, date]:
        query = select(ReviewRow.restriction_id, ReviewRow.review_on).order_by(ReviewRow.id)
        return {row.restriction_id: row.review_on for row in self._context.connection.execute(query)}
