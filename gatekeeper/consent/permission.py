"""Effective permission: statements in, one answer with its chain of reasons out.

The rule is `docs/decisions/0004`: default deny, and the most restrictive
statement in force wins. Everything that bears on the answer becomes a `Step`,
and the answer is derived from the steps: it is yes if none of them forbids. No
order of entry changes it, and adding a restriction never permits more
(property-tested; `docs/reference/permission.md` is a table of cases that is run).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final

from gatekeeper.consent.ages import MAJORITY as MAJORITY
from gatekeeper.consent.ages import age_on as age_on
from gatekeeper.consent.ages import birthday
from gatekeeper.consent.statements import EVERYWHERE as EVERYWHERE
from gatekeeper.consent.statements import Party as Party
from gatekeeper.consent.statements import Stance as Stance
from gatekeeper.consent.statements import Statement as Statement
from gatekeeper.consent.statements import Subject as Subject

_PARENTS: Final = frozenset({Party.PARENT, Party.SECOND_PARENT, Party.CARER, Party.LOCAL_AUTHORITY})


class Reason(StrEnum):
    """Why a permission is what it is; stable, for messages and tests."""

    GRANTED = "granted"
    LISTED = "listed"
    HELD = "held"
    LEFT = "left"
    REFUSED = "refused"
    EXPIRED = "expired"
    NOT_GIVEN = "not_given"
    PUPIL_NOT_ASKED = "pupil_not_asked"
    NOT_ON_REGISTER = "not_on_register"
    NO_BIOMETRICS = "no_biometrics"
    """The school's policy is to work without biometrics."""
    REFUSAL_ENDED = "refusal_ended"
    """Only ever a step: a refusal whose last day has passed, which is not a yes either."""
    NOT_YET = "not_yet"
    """Only ever a step: it begins on a later day."""
    DOES_NOT_COUNT = "does_not_count"
    """Only ever a step: a yes by a party whose consent is not asked for."""


class Effect(StrEnum):
    """What a step does to the answer."""

    PERMITS = "permits"
    FORBIDS = "forbids"
    NOTHING = "nothing"


_WEIGHT: Final = (Effect.FORBIDS, Effect.PERMITS, Effect.NOTHING)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that bears on an answer; `gatekeeper.consent.reasons` says it in a sentence."""

    code: Reason
    effect: Effect
    statement: Statement | None = None
    """The statement, if that is what it is about."""
    day: date | None = None
    """The last day at the school."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether something may be done, why, and until which day that answer holds."""

    allowed: bool
    reason: Reason
    until: date | None = None
    """The last day of a grant; None when refused or without an end."""
    chain: tuple[Step, ...] = field(default=(), compare=False)
    """Everything that bears on it, what decides it first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register remembers of one person besides their names, as of one moment."""

    statements: tuple[Statement, ...] = ()
    listed: bool = False
    """On the do-not-publish list."""
    held: bool = False
    """Under a hold by a court or the safeguarding lead."""
    leaving_date: date | None = None
    date_of_birth: date | None = None
    speaks_for_self: bool = False
    """Staff, governors, volunteers, visitors: their own word counts, unless they are known to be minors."""


def permission(
    standing: Standing, subject: Subject, scopes: Sequence[str], on: date, own_consent_age: int = 13
) -> Permission:
    """Say whether `subject` is permitted for all of `scopes` on the day `on`, and why.

    Args:
        standing: everything said about the person, in any order.
        subject: picture, name or biometrics.
        scopes: the names a grant may go by, such as a channel and its purposes.
            A grant for any one of them (or `EVERYWHERE`) is enough; a refusal
            of any one of them (or `EVERYWHERE`) forbids.
        on: a day in the school's own time zone.
        own_consent_age: from this age, in years, a minor's own grant is needed too;
            18 means that no minor is asked.

    Returns:
        The permission. Unknown always means no.
    """
    wanted = {*scopes, EVERYWHERE}
    about = [said for said in standing.statements if said.subject is subject and said.scope in wanted]
    who = _Who(standing, on, own_consent_age)
    words = sorted(_words(about, who), key=_reading_order)
    steps = (*_restrictions(standing, subject, on), *words, *_missing(words, who))
    chain = tuple(sorted(steps, key=lambda step: _WEIGHT.index(step.effect)))
    if chain[0].effect is Effect.FORBIDS:
        return Permission(allowed=False, reason=chain[0].code, chain=chain)
    return Permission(allowed=True, reason=Reason.GRANTED, until=_last_day(chain, who), chain=chain)


def not_permitted(reason: Reason) -> Permission:
    """Return a no for one reason, whatever the statements say."""
    return Permission(allowed=False, reason=reason, chain=(Step(reason, Effect.FORBIDS),))


def most_restrictive(answers: Sequence[Permission]) -> Permission:
    """Return the first refusal, or else the grant that ends first."""
    refused = [answer for answer in answers if not answer.allowed]
    return refused[0] if refused else min(answers, key=lambda answer: answer.until or date.max)


# --- what bears on it ------------------------------------------------------------


def _restrictions(standing: Standing, subject: Subject, on: date) -> Iterable[Step]:
    """Yield what forbids regardless of statements; the law leaves biometrics to the parents and the child."""
    if standing.listed and subject is not Subject.BIOMETRICS:
        yield Step(Reason.LISTED, Effect.FORBIDS)
    if standing.held and subject is not Subject.BIOMETRICS:
        yield Step(Reason.HELD, Effect.FORBIDS)
    if standing.leaving_date is not None and on > standing.leaving_date:
        yield Step(Reason.LEFT, Effect.FORBIDS, day=standing.leaving_date)


def _words(about: Sequence[Statement], who: _Who) -> Iterable[Step]:
    """Yield what each party holds about each scope, and what it has said of later days."""
    said: dict[tuple[Party, str], list[Statement]] = defaultdict(list)
    for statement in about:
        if statement.since <= who.on:
            said[statement.party, statement.scope].append(statement)
        else:
            yield Step(Reason.NOT_YET, Effect.NOTHING, statement)
    for statements in said.values():
        yield _last_word(sorted(statements, key=order_of), who)


def _last_word(said: list[Statement], who: _Who) -> Step:
    """Return what one party holds about one scope, from what it said in order."""
    refusals = _since_grant(said)
    in_force = [refusal for refusal in refusals if _in_force(refusal, who.on)]
    if in_force:
        return Step(Reason.REFUSED, Effect.FORBIDS, in_force[0])
    if refusals:
        return Step(Reason.REFUSAL_ENDED, Effect.NOTHING, refusals[0])
    grant = said[-1]
    if not _in_force(grant, who.on):
        return Step(Reason.EXPIRED, Effect.NOTHING, grant)
    if grant.party in who.deciding | who.own:
        return Step(Reason.GRANTED, Effect.PERMITS, grant)
    return Step(Reason.DOES_NOT_COUNT, Effect.NOTHING, grant)


def refusals_in_force(said: Iterable[Statement], on: date) -> list[Statement]:
    """Return what forbids on a day, the last first, of all that one party said about one subject and scope."""
    in_order = sorted((one for one in said if one.since <= on), key=order_of)
    return [refusal for refusal in _since_grant(in_order) if _in_force(refusal, on)]


def _since_grant(said: Sequence[Statement]) -> list[Statement]:
    """Return the refusals back to the last grant: one with an end cannot hide an earlier one without."""
    return list(takewhile(lambda one: one.stance is not Stance.GRANTED, reversed(said)))


def _missing(words: Sequence[Step], who: _Who) -> Iterable[Step]:
    """Yield whose yes is needed and not there."""
    granted = {step.statement.party for step in words if step.effect is Effect.PERMITS and step.statement}
    if not granted & who.deciding:
        expired = any(step.code is Reason.EXPIRED for step in words)
        yield Step(Reason.EXPIRED if expired else Reason.NOT_GIVEN, Effect.FORBIDS)
    if who.is_asked_too and not granted & who.own:
        yield Step(Reason.PUPIL_NOT_ASKED, Effect.FORBIDS)


# --- who decides -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Who:
    """Whose word counts for a person on a day."""

    standing: Standing
    on: date
    own_consent_age: int

    @property
    def own(self) -> frozenset[Party]:
        """The parties that are the person."""
        return frozenset({Party.PUPIL, Party.SELF} if self.standing.speaks_for_self or self.is_adult else {Party.PUPIL})

    @property
    def deciding(self) -> frozenset[Party]:
        """The parties of which one has to say yes: adults speak for themselves, others do not."""
        return self.own if self.is_adult else _PARENTS

    @property
    def age(self) -> int | None:
        born = self.standing.date_of_birth
        return None if born is None else age_on(born, self.on)

    @property
    def is_adult(self) -> bool:
        """Whether the person is of age; of unknown age are adults only who are no pupils."""
        return self.standing.speaks_for_self if self.age is None else self.age >= MAJORITY

    @property
    def is_asked_too(self) -> bool:
        """Whether this is a minor old enough to be asked besides the parents.

        A person whose age is not known may be, unless the policy asks no person before
        they are of age.
        """
        if self.is_adult:
            return False
        return self.own_consent_age < MAJORITY if self.age is None else self.own_consent_age <= self.age


# --- days ------------------------------------------------------------------------


def _in_force(statement: Statement, on: date) -> bool:
    return statement.since <= on and (statement.until is None or on <= statement.until)


def _last_day(chain: Iterable[Step], who: _Who) -> date | None:
    """Return the last day on which all of this certainly still holds, never before the day asked about."""
    days = [who.standing.leaving_date]
    for step in chain:
        if step.statement is not None and step.effect is Effect.PERMITS:
            days.append(step.statement.until)
        elif step.statement is not None and step.code is Reason.NOT_YET:
            days.append(step.statement.since - timedelta(days=1))  # what holds then is not known
    if who.standing.date_of_birth is not None:
        turning = [birthday(who.standing.date_of_birth, age) for age in (who.own_consent_age, MAJORITY)]
        days += [day - timedelta(days=1) for day in turning if day > who.on]
    return min((day for day in days if day is not None), default=None)


# --- orders ----------------------------------------------------------------------


def order_of(said: Statement) -> tuple[datetime, bool, int]:
    """Return what puts statements in the order in which they replace each other.

    At one instant a no comes after a yes, and of two the one that ends first is the later.
    """
    last_day = said.until or date.max
    return said.said_at, said.stance is not Stance.GRANTED, -last_day.toordinal()


def _reading_order(step: Step) -> tuple[object, ...]:
    """Put steps in an order that does not depend on the order of entry."""
    said = step.statement
    if said is None:
        return ()
    return said.party, said.scope, said.said_at, said.since, said.stance, said.until or date.max
