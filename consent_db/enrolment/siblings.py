"""Who was confirmed to be siblings or twins, as families of two or more.

A person is in one family at most, so that an erasure takes them out by their own row and nothing about them is left
in another's. A family may hold people without a template: that is what makes a face ambiguous which resembles
the only one of two twins who is enrolled (`gatekeeper.identity.look_alikes`).
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import delete, func, insert, select, update

from consent_db.core.context import Context, new_id
from consent_db.errors import NotPossible
from consent_db.people.current_statements import person_row
from consent_db.schema import SiblingRow
from gatekeeper.types import PersonId


class Siblings:
    """Confirmed siblings and twins, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def confirm(self, one: PersonId, other: PersonId) -> None:
        """Make two people, and all who belong to either, one family; confirming again changes nothing.

        Raises:
            NotFound: there is no such person.
            NotPossible: they are the same person.
        """
        context = self._context
        if one == other:
            raise NotPossible("These are one and the same person. Choose another one.")
        for person in (one, other):
            person_row(context, person)
        families = {person: self._family(person) for person in (one, other)}
        if families[one] is not None and families[one] == families[other]:
            return
        family = families[one] or families[other] or new_id("fam")
        joined = [named for named in families.values() if named not in {None, family}]
        context.connection.execute(update(SiblingRow).where(SiblingRow.family.in_(joined)).values(family=family))
        for person in (person for person, named in families.items() if named is None):
            row = {"person_id": person, "family": family, "confirmed_at": context.now}
            context.connection.execute(insert(SiblingRow).values(row))
        context.move_register()
        for person in (one, other):
            context.log("siblings.confirmed", person, {"people": len(self.of(person)) + 1})

    def remove(self, person: PersonId) -> None:
        """Take a person out of their family; a family of one ends.

        Raises:
            NotFound: there is no such person.
        """
        context = self._context
        person_row(context, person)
        family = self._family(person)
        if family is None:
            return
        context.connection.execute(delete(SiblingRow).where(SiblingRow.person_id == person))
        left = select(func.count()).select_from(SiblingRow).where(SiblingRow.family == family)
        if context.connection.execute(left).scalar_one() < 2:  # noqa: PLR2004
            context.connection.execute(delete(SiblingRow).where(SiblingRow.family == family))
        context.move_register()
        context.log("siblings.removed", person)

    def of(self, person: PersonId) -> frozenset[PersonId]:
        """Return the confirmed siblings and twins of a person."""
        return siblings(self._context).get(person, frozenset())

    def _family(self, person: PersonId) -> str | None:
        query = select(SiblingRow.family).where(SiblingRow.person_id == person)
        return self._context.connection.execute(query).scalar_one_or_none()


def siblings(context: Context) -> dict[PersonId, frozenset[PersonId]]:
    """Return, by person, everyone confirmed to be a sibling or twin of theirs; people without one are left out."""
    families: dict[str, set[PersonId]] = defaultdict(set)
    for row in context.connection.execute(select(SiblingRow.family, SiblingRow.person_id)):
        families[row.family].add(PersonId(row.person_id))
    return {
        person: frozenset(family - {person}) for family in families.values() if len(family) > 1 for person in family
    }
