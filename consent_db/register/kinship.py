"""Confirmed siblings and twins, with what a confirmation ends: approvals in which the engine alone told them apart."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.approvals.revocation import end, resting_on
from consent_db.checks.overview import Overview
from consent_db.checks.reading import StoredChecks
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.enrolment.siblings import Siblings
from consent_db.people.records import Change
from consent_db.publishing.publications import find_publications
from consent_db.publishing.records import Touched, Why
from consent_db.publishing.takedowns import open_takedowns
from consent_db.register.impact import showing
from consent_db.schema import PublicationRow
from gatekeeper.types import BoundBy, PersonId

_WHY: Final = "siblings_confirmed"


class Kinship:
    """Who is a sibling or twin of whom, and the impact of confirming it, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._siblings = Siblings(context)

    def touches(self, one: PersonId, other: PersonId) -> Touched:
        """Return what `confirm` touches: nothing if the two are confirmed already.

        An approval ends if the engine alone decided that a face is one of the family that they
        become; a face that a person named stays named. A post of such a picture that is up comes
        down, whether its approval still holds or is over: a post outlasts its approval.
        """
        family = {one, *self.of(one)}
        if other in family:
            return Touched()
        family |= {other, *self.of(other)}
        resting = sorted({check for person in family for check in resting_on(self._context, person)})
        records = StoredChecks(self._context).several(resting)
        ended = [record.id for record in records if _decided_by_engine(record, family)]
        return Touched(dict.fromkeys(ended, _WHY), dict.fromkeys(self._up(ended, family), Why.IN_DOUBT))

    def confirm(self, one: PersonId, other: PersonId) -> Change:
        """Make two people, and all who belong to either, one family; confirming again changes nothing.

        Raises:
            NotFound: there is no such person.
            NotPossible: they are the same person.
        """
        context, touched = self._context, self.touches(one, other)
        self._siblings.confirm(one, other)  # moves the register on, before any approval ends
        end(context, list(touched.approvals), CheckState.REVOKED, _WHY)
        return Change(
            register_version=context.register_version(),
            revoked_checks=tuple(sorted(touched.approvals)),
            takedowns=open_takedowns(context, touched.down),
        )

    def remove(self, person: PersonId) -> None:
        """Take a person out of their family; a family of one ends.

        Raises:
            NotFound: there is no such person.
        """
        self._siblings.remove(person)

    def of(self, person: PersonId) -> frozenset[PersonId]:
        """Return the confirmed siblings and twins of a person."""
        return self._siblings.of(person)

    def _up(self, ended: list[str], family: AbstractSet[PersonId]) -> list[str]:
        """Return the posts that are up of these pictures, of the checks too that these ones replaced; ids.

        And those of other checks in which the engine alone decided that a face is one of the family.
        """
        context = self._context
        posts = {post.id: post.check_id for person in sorted(family) for post in showing(context, person)}
        records = StoredChecks(context).several(sorted(set(posts.values())))
        doubted = {record.id for record in records if _decided_by_engine(record, family)}
        chains = Overview(context).chains(ended)
        each = sorted({check for chain in chains.values() for check in chain} | doubted)
        up = PublicationRow.taken_down_at.is_(None)
        return [
            post.id
            for some in portions(each)
            for post in find_publications(context, PublicationRow.check_id.in_(some), up)
        ]


def _decided_by_engine(record: CheckRecord, family: AbstractSet[PersonId]) -> bool:
    return any(face.by is BoundBy.ENGINE and face.person in family for face in record.faces)
