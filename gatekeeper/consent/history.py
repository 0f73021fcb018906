"""What was known of one person, and when: the answer as of any moment, past or future.

Two times are kept apart. A statement holds *from* and *until* days in the school's
time zone, and it was *written down* at a moment. Asking about a moment with what was
known at a moment gives the same answer for ever, whatever is written down later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gatekeeper.consent.permission import Stance, Standing, Statement


class Restriction(StrEnum):
    """What can be laid on a person besides statements."""

    LISTING = "listing"
    """An entry of the do-not-publish list."""
    HOLD = "hold"
    """A court's or the safeguarding lead's hold."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A statement and the moment at which it was written down."""

    statement: Statement
    at: datetime


@dataclass(frozen=True, slots=True)
class Laid:
    """A restriction set (`in_force`) or lifted at a moment, which is also when it was written down."""

    restriction: Restriction
    in_force: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the rule asks about a person besides what was said."""

    leaving_date: date | None = None
    date_of_birth: date | None = None
    speaks_for_self: bool = False


@dataclass(frozen=True, slots=True)
class Former:
    """Facts that were replaced by others at a moment."""

    facts: PersonFacts
    until: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was ever written down about one person.

    Statements may be in any order; restrictions are a log, the oldest first.
    """

    statements: tuple[Recorded, ...] = ()
    restrictions: tuple[Laid, ...] = ()
    facts: PersonFacts = PersonFacts()
    former: tuple[Former, ...] = ()

    def standing(self, moment: datetime, known_at: datetime | None = None) -> Standing:
        """Return what bears on an answer about `moment`, with what was known at `known_at`.

        Args:
            moment: what is asked about (aware), past or future.
            known_at: only what was written down by then counts; None for all of it.
        """
        known = known_at or datetime.max.replace(tzinfo=moment.tzinfo)
        replaced_since = [former for former in self.former if former.until > known]
        facts = min(replaced_since, key=lambda former: former.until).facts if replaced_since else self.facts
        laid = in_force(self.restrictions, min(moment, known))
        return Standing(
            statements=tuple(r.statement for r in self.statements if r.at <= known and _was_said(r, moment)),
            listed=Restriction.LISTING in laid,
            held=Restriction.HOLD in laid,
            leaving_date=facts.leaving_date,
            date_of_birth=facts.date_of_birth,
            speaks_for_self=facts.speaks_for_self,
        )


def in_force(restrictions: Iterable[Laid], moment: datetime) -> frozenset[Restriction]:
    """Return what lies on a person at a moment, from a log in the order in which it was written."""
    last = {laid.restriction: laid.in_force for laid in restrictions if laid.at <= moment}
    return frozenset(restriction for restriction, lies in last.items() if lies)


def _was_said(recorded: Recorded, moment: datetime) -> bool:
    """Say whether a statement bears on a moment: consent does not reach back before it was given."""
    return recorded.statement.stance is not Stance.GRANTED or recorded.statement.said_at <= moment
