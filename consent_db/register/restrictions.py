"""The do-not-publish list, and holds: append-only, the reasons sealed, each look at one audited."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select

from consent_db.core import notes
from consent_db.core.context import Context
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.people.current_statements import person_row, restrictions_in_force
from consent_db.people.records import Change
from consent_db.publishing.records import Touched
from consent_db.register import impact, reviews
from consent_db.register.records import RestrictionRecord
from consent_db.schema import RestrictionRow
from gatekeeper.consent.history import Restriction
from gatekeeper.types import PersonId, Role


class Restrictions:
    """Listings and holds, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list_person(self, person: PersonId, reason: str | None = None, review_on: date | None = None) -> Change:
        """Put a person on the do-not-publish list; neither template nor photograph is needed.

        If there is a template, a search of the released pictures is asked for.

        Args:
            person: who it is.
            reason: why; kept sealed.
            review_on: when to ask whether it is still needed.

        Raises:
            AlreadyExists: the person is on the list.
            NotPossible: the day of the review has passed.
        """
        return self._restrict(person, Restriction.LISTING, reason, review_on)

    def unlist(self, person: PersonId) -> Change:
        """Take a person off the do-not-publish list.

        Raises:
            NotPossible: the person is not on the list.
        """
        return self._lift(person, Restriction.LISTING)

    def hold(self, person: PersonId, reason: str | None = None, review_on: date | None = None) -> Change:
        """Lay a court's or the safeguarding lead's hold on a person, as `list_person` does with a listing.

        Raises:
            AlreadyExists: there is a hold.
            NotPossible: the day of the review has passed.
        """
        return self._restrict(person, Restriction.HOLD, reason, review_on)

    def lift(self, person: PersonId) -> Change:
        """Lift the hold on a person.

        Raises:
            NotPossible: there is none.
        """
        return self._lift(person, Restriction.HOLD)

    def undo_restriction(self, person: PersonId, number: int) -> Change:
        """Undo the newest entry of a listing or a hold by a further one: lift it, or impose it again with its reason.

        The sealed reason goes over without a look at it.

        Raises:
            NotFound: no entry about this person has this number.
            NotPossible: it is not the newest of its kind.
        """
        found = {record.id: record for record in self.restrictions(person)}
        if number not in found:
            raise NotFound("There is no listing and no hold of this number.")
        entry = found[number]
        same = [record for record in found.values() if record.restriction is entry.restriction]
        if same[-1].id != number:
            raise NotPossible("This was changed again since.")
        if entry.in_force:
            return self._lift(person, entry.restriction)
        before = same[-2]
        reason = notes.read(self._context, notes.REASON, before.id, person) if before.has_reason else None
        return self._restrict(person, entry.restriction, reason, self._planned(before.id))

    def _planned(self, number: int) -> date | None:
        """Return the day of the next look that an entry had, unless it has passed."""
        day = reviews.planned(self._context, number)
        return day if day is not None and day >= self._context.today else None

    def is_listed(self, person: PersonId) -> bool:
        """Say whether a person is on the do-not-publish list now."""
        return Restriction.LISTING in self._in_force(person)

    def is_held(self, person: PersonId) -> bool:
        """Say whether there is a hold on a person now."""
        return Restriction.HOLD in self._in_force(person)

    def restrictions(self, person: PersonId) -> list[RestrictionRecord]:
        """Return the history of a person's listings and holds, without the reasons."""
        reasons = notes.about(self._context, notes.REASON, person)
        query = select(RestrictionRow.__table__).where(RestrictionRow.person_id == person).order_by(RestrictionRow.id)
        return [
            RestrictionRecord(
                row.id, person, Restriction(row.restriction), row.in_force, row.at, row.by, row.id in reasons
            )
            for row in self._context.connection.execute(query)
        ]

    def reason(self, person: PersonId, restriction_id: int, reader: Role) -> str | None:
        """Return why a person was listed or held. The look is written to the audit.

        Args:
            person: who it is about.
            restriction_id: which entry of `restrictions`.
            reader: what the one who looks may do; only the safeguarding lead may look.

        Raises:
            NotPossible: another user wants to look, or the transaction is only for
                reading, so that the look could not be audited.
        """
        if reader is not Role.SAFEGUARDING_LEAD:
            message = "Only the safeguarding lead may see why; ask them."
            raise NotPossible(message)
        if not self._context.writable:
            message = "Every look at a reason is audited; look in a transaction that can write."
            raise NotPossible(message)
        self._context.log("reason.seen", person, {"restriction": restriction_id})
        return notes.read(self._context, notes.REASON, restriction_id, person)

    def touches_restricting(self, person: PersonId, restriction: Restriction) -> Touched:
        """Return what it would touch to lay a listing or a hold on a person; nothing is changed.

        Raises:
            NotFound: no person has this id.
        """
        return impact.by_restriction(self._context, person, restriction)

    def _in_force(self, person: PersonId) -> frozenset[Restriction]:
        return restrictions_in_force(self._context, person).get(person, frozenset())

    def _restrict(
        self, person: PersonId, restriction: Restriction, reason: str | None, review_on: date | None
    ) -> Change:
        context = self._context
        person_row(context, person)
        if restriction in self._in_force(person):
            message = f"There is a {restriction} for this person already; lift it first to give another reason."
            raise AlreadyExists(message)
        touched = impact.by_restriction(context, person, restriction)
        context.move_register()
        row_id = self._set(person, restriction, in_force=True)
        if reason:
            notes.write(context, notes.REASON, row_id, person, reason)
        if review_on is not None:
            reviews.plan(context, row_id, review_on)
        return impact.apply(context, person, touched)

    def _lift(self, person: PersonId, restriction: Restriction) -> Change:
        person_row(self._context, person)
        if restriction not in self._in_force(person):
            message = f"There is no {restriction} for this person that could be lifted."
            raise NotPossible(message)
        version = self._context.move_register()
        self._set(person, restriction, in_force=False)
        return Change(version)

    def _set(self, person: PersonId, restriction: Restriction, *, in_force: bool) -> int:
        context = self._context
        values: dict[str, Any] = {"person_id": person, "restriction": restriction.value, "in_force": in_force}
        values |= {"at": context.now, "by": context.actor}
        query = insert(RestrictionRow).values(values).returning(RestrictionRow.id)
        row_id = context.connection.execute(query).scalar_one()
        context.log(f"{restriction}.{'set' if in_force else 'lifted'}", person, {"restriction": row_id})
        return row_id
