"""The impact of an import besides changed rows: approvals that end, posts that come down, searches.

Worked out before it is made, by the same rules as when it is (`touching`), so that a preview says
what it sets off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consent_db.core.context import Context
from consent_db.people.records import Change
from consent_db.publishing.records import Touched
from consent_db.register import impact as touching
from consent_db.register.people import People
from consent_db.register.statements import Consent
from consent_db.roster.plan import Plan
from gatekeeper.consent.history import Restriction
from gatekeeper.types import PersonId


@dataclass(frozen=True, slots=True)
class Impact:
    """How much an import sets off, in numbers.

    Attributes:
        approvals: released pictures whose approval ends.
        takedowns: posts that have to come down, with a clock.
        lapsed: posts whose permission ends without an objection.
        templates: templates that are destroyed.
        searches: people for which the released pictures are searched again.
    """

    approvals: int = 0
    takedowns: int = 0
    lapsed: int = 0
    templates: int = 0
    searches: int = 0

    def __bool__(self) -> bool:
        return any((self.approvals, self.takedowns, self.lapsed, self.templates, self.searches))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it sets off, one short sentence for each kind."""
        down = ("take-down opens: a post that has to come down.", "take-downs open: posts that have to come down.")
        lapsed = ("post loses its permission and has to be looked at.", "posts lose their permission; look at them.")
        search = ("person is searched for in the released pictures.", "people are searched for in released pictures.")
        said = (
            (self.takedowns, *down),
            (self.approvals, "approval ends.", "approvals end."),
            (self.lapsed, *lapsed),
            (self.searches, *search),
            (self.templates, "template is destroyed.", "templates are destroyed."),
        )
        return tuple(f"{count} {one if count == 1 else more}" for count, one, more in said if count)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers that are not nought, for the list of imports."""
        named = {
            "approvals ended": self.approvals,
            "posts to take down": self.takedowns,
            "posts to look at": self.lapsed,
            "searches": self.searches,
            "templates destroyed": self.templates,
        }
        return {name: count for name, count in named.items() if count}

    @classmethod
    def of(cls, change: Change) -> Impact:
        """Return what a change that was made has set off."""
        return cls(
            approvals=len(change.revoked_checks),
            takedowns=len(change.takedowns),
            lapsed=len(change.lapsed),
            templates=change.destroyed_templates,
            searches=len(change.searches),
        )


def impact(context: Context, people: People, consent: Consent, plan: Plan) -> Impact:
    """Return what a plan would set off; nothing is changed."""
    approvals: set[str] = set()
    down: set[str] = set()
    lapsed: set[str] = set()
    templates: dict[PersonId, int] = {}
    searches: set[PersonId] = set()
    for person, touched in _touched(context, people, consent, plan):
        approvals |= touched.approvals.keys()
        down |= touched.down.keys()
        lapsed |= set(touched.lapsed)
        templates[person] = max(touched.templates, templates.get(person, 0))
        searches |= {person} if touched.searches else set()
    return Impact(len(approvals), len(down), len(lapsed - down), sum(templates.values()), len(searches))


def _touched(context: Context, people: People, consent: Consent, plan: Plan) -> Iterator[tuple[PersonId, Touched]]:
    rows = {row.person: row for row in plan.changes if row.person is not None}
    leavers = {one.person: one for one in plan.leavers}
    for person in touching.concerned(context, [*rows, *leavers]):
        if person in leavers:
            leaver = leavers[person]
            yield person, people.touches(person, replace(leaver.draft, leaving_date=leaver.leaves_on))
        if person in rows:
            row = rows[person]
            yield person, people.touches(person, row.draft)
            if row.statements:
                yield person, touching.by_statements(context, person, row.statements)
            if row.lists:
                yield person, consent.touches_restricting(person, Restriction.LISTING)
