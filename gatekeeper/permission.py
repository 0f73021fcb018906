"""Effective permission: statements in, one answer with its reason out.

The rule is `docs/decisions/0004`: default deny, and the most restrictive
statement in force wins. A permission needs somebody who granted and nobody who
objects; no order of entry changes the answer, and adding a restriction never
permits more (property-tested).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final

EVERYWHERE: Final = "*"
"""The scope of a statement about every channel and purpose."""

MAJORITY: Final = 18
"""From this birthday on only one's own word counts (Family Law Reform Act 1969, section 1)."""


class Party(StrEnum):
    """Who makes a statement."""

    PARENT = "parent"
    SECOND_PARENT = "second_parent"
    PUPIL = "pupil"
    SELF = "self"
    """An adult speaking for themselves: staff, governor, volunteer, visitor."""
    SCHOOL = "school"
    COURT = "court"


_ADULTS: Final = frozenset({Party.SELF, Party.PUPIL})
_PARENTS: Final = frozenset({Party.PARENT, Party.SECOND_PARENT})


class Subject(StrEnum):
    """What a statement is about; each is its own consent."""

    PICTURE = "picture"
    NAME = "name"
    BIOMETRICS = "biometrics"


class Stance(StrEnum):
    """What a party says: yes, no, or no longer."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """A grant taken back. It forbids as a refusal does, until the same party grants again."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that one party said once. Statements are never changed, only followed."""

    party: Party
    subject: Subject
    scope: str
    """`EVERYWHERE`, or the name of one channel or one purpose."""
    stance: Stance
    said_at: datetime
    """When it was said (aware). A party's later grant replaces its earlier refusal and
    the other way round; at the same instant the refusal wins."""
    since: date
    until: date | None = None
    """The last day in force, in the school's time zone; None means until taken back."""


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


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether something may be done, why, and until which day that answer holds."""

    allowed: bool
    reason: Reason
    until: date | None = None
    """The last day of a grant; None when refused or without an end."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register remembers of one person besides their names."""

    statements: tuple[Statement, ...] = ()
    listed: bool = False
    """On the do-not-publish list now."""
    held: bool = False
    """Under a hold by a court or the safeguarding lead now."""
    leaving_date: date | None = None
    date_of_birth: date | None = None
    speaks_for_self: bool = False
    """Adults whose own word counts: staff, governors, volunteers, visitors."""


def permission(
    standing: Standing, subject: Subject, scopes: Sequence[str], on: date, own_consent_age: int = 13
) -> Permission:
    """Say whether `subject` is permitted for all of `scopes` on the day `on`.

    Args:
        standing: everything said about the person, in any order.
        subject: picture, name or biometrics.
        scopes: the names a grant may go by, such as a channel and its purposes.
            A grant for any one of them (or `EVERYWHERE`) is enough; a refusal
            of any one of them (or `EVERYWHERE`) forbids.
        on: a day in the school's own time zone.
        own_consent_age: from this age, in years, a pupil's own grant is needed too;
            18 means that no pupil is asked before being of age.

    Returns:
        The permission. Unknown always means no.
    """
    if standing.listed and subject is not Subject.BIOMETRICS:
        return Permission(allowed=False, reason=Reason.LISTED)
    if standing.held and subject is not Subject.BIOMETRICS:
        return Permission(allowed=False, reason=Reason.HELD)
    if standing.leaving_date is not None and on > standing.leaving_date:
        return Permission(allowed=False, reason=Reason.LEFT)
    return _from_statements(standing, subject, frozenset(scopes), on, own_consent_age)


def most_restrictive(answers: Sequence[Permission]) -> Permission:
    """Return the first refusal, or else the grant that ends first."""
    refused = [answer for answer in answers if not answer.allowed]
    return refused[0] if refused else min(answers, key=lambda answer: answer.until or date.max)


def _from_statements(
    standing: Standing, subject: Subject, scopes: frozenset[str], on: date, own_consent_age: int
) -> Permission:
    wanted = scopes | {EVERYWHERE}
    about = [said for said in standing.statements if said.subject is subject and said.scope in wanted]
    words: dict[tuple[Party, str], list[Statement]] = defaultdict(list)
    for said in about:
        if said.since <= on:
            words[said.party, said.scope].append(said)
    verdicts = [_last_word(said, on) for said in words.values()]
    if any(verdict is Reason.REFUSED for verdict in verdicts):
        return Permission(allowed=False, reason=Reason.REFUSED)
    grants = [v for v in verdicts if isinstance(v, Statement) and _may_grant(v.party, standing, on)]
    parties = {grant.party for grant in grants}
    if not parties & _deciding(standing, on):
        expired = any(verdict is Reason.EXPIRED for verdict in verdicts)
        return Permission(allowed=False, reason=Reason.EXPIRED if expired else Reason.NOT_GIVEN)
    if Party.PUPIL not in parties and _has_own_say(standing, own_consent_age, on):
        return Permission(allowed=False, reason=Reason.PUPIL_NOT_ASKED)
    days = [grant.until for grant in grants]
    days += [said.since - timedelta(days=1) for said in about if said.since > on]  # nobody knows what holds then
    return Permission(allowed=True, reason=Reason.GRANTED, until=_last_day(days, standing, on, own_consent_age))


def _last_word(said: list[Statement], on: date) -> Statement | Reason:
    """Return what one party holds about one scope: its grant, or why there is none.

    Refusals count back to the last grant, so that a refusal with an end cannot
    hide an earlier one without.
    """
    said = sorted(said, key=_order)
    refusals = list(takewhile(lambda s: s.stance is not Stance.GRANTED, reversed(said)))
    if any(_in_force(refusal, on) for refusal in refusals):
        return Reason.REFUSED
    if refusals:
        return Reason.NOT_GIVEN
    return said[-1] if _in_force(said[-1], on) else Reason.EXPIRED


def _order(said: Statement) -> tuple[datetime, bool, int]:
    """Put statements in the order in which they replace each other; at one instant the narrower is the later."""
    last_day = said.until or date.max
    return said.said_at, said.stance is not Stance.GRANTED, -last_day.toordinal()


def _in_force(statement: Statement, on: date) -> bool:
    return statement.since <= on and (statement.until is None or on <= statement.until)


def _may_grant(party: Party, standing: Standing, on: date) -> bool:
    """Say whether this party's yes counts at all: for minors a parent's and their own."""
    return party in _deciding(standing, on) | {Party.PUPIL}


def _deciding(standing: Standing, on: date) -> frozenset[Party]:
    """Return the parties one of whom has to say yes: adults speak for themselves, others do not."""
    return _ADULTS if standing.speaks_for_self or _age(standing, on) >= MAJORITY else _PARENTS


def _has_own_say(standing: Standing, own_consent_age: int, on: date) -> bool:
    """Say whether this is a minor old enough to be asked besides the parents.

    Somebody whose age is not known may be, unless the policy asks nobody before
    they are of age.
    """
    if standing.speaks_for_self:
        return False
    if standing.date_of_birth is None:
        return own_consent_age < MAJORITY
    return own_consent_age <= _age(standing, on) < MAJORITY


def _last_day(days: list[date | None], standing: Standing, on: date, own_consent_age: int) -> date | None:
    """Return the last day on which all of this certainly still holds, never before `on`."""
    days = [*days, standing.leaving_date]
    if standing.date_of_birth is not None and not standing.speaks_for_self:
        turning = [_birthday(standing.date_of_birth, age) for age in (own_consent_age, MAJORITY)]
        days += [day - timedelta(days=1) for day in turning if day > on]
    return min((day for day in days if day is not None), default=None)


def age_on(born: date, on: date) -> int:
    """Return the age in full years on a day."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (not had_birthday)


def _age(standing: Standing, on: date) -> int:
    """Return the age in full years; 0 when the date of birth is not known."""
    return 0 if standing.date_of_birth is None else age_on(standing.date_of_birth, on)


def _birthday(born: date, age: int) -> date:
    """Return the day on which somebody reaches `age`; 1 March for 29 February."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
