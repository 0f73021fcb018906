"""Everything that was written down about one person, put together for the gate's rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from consent_db.core import policy_terms
from consent_db.core.context import Context, no_such_person
from consent_db.people import fact_history
from consent_db.people.profiles import Profile
from consent_db.schema import PersonRow, RestrictionRow, StatementRow
from gatekeeper.consent.history import History, Laid, PersonFacts, Recorded, Restriction
from gatekeeper.consent.permission import (
    EVERYWHERE,
    Party,
    Permission,
    Reason,
    Stance,
    Standing,
    Statement,
    Subject,
    not_permitted,
    permission,
)
from gatekeeper.types import Kind, PersonId

STATEMENT_COLUMNS = (
    StatementRow.party,
    StatementRow.subject,
    StatementRow.scope,
    StatementRow.stance,
    StatementRow.said_at,
    StatementRow.since,
    StatementRow.until,
    StatementRow.first_said_at,
)
"""The columns that `read_statement` takes, in this order."""

# Looking a member up in a dict is several times faster than calling the enum,
# which counts with tens of thousands of statements.
_PARTIES = {party.value: party for party in Party}
_SUBJECTS = {subject.value: subject for subject in Subject}
_STANCES = {stance.value: stance for stance in Stance}


def read_statement(row: Row[*tuple[Any, ...]]) -> Statement:
    """Return a statement from the first eight columns of a row (`STATEMENT_COLUMNS`)."""
    party, subject, scope, stance, said_at, since, until, first = row[:8]
    return Statement(_PARTIES[party], _SUBJECTS[subject], scope, _STANCES[stance], said_at, since, until, first)


def standing_of(context: Context, person: PersonId) -> Standing:
    """Return what the register remembers of one person.

    Raises:
        NotFound: no person has this id.
    """
    return history_of(context, person).standing(context.now)


def history_of(context: Context, person: PersonId) -> History:
    """Return everything that was ever written down about one person.

    Raises:
        NotFound: no person has this id.
    """
    row = person_row(context, person)
    said = select(*STATEMENT_COLUMNS, StatementRow.recorded_at).where(StatementRow.person_id == person)
    laid = select(RestrictionRow.restriction, RestrictionRow.in_force, RestrictionRow.at)
    laid = laid.where(RestrictionRow.person_id == person).order_by(RestrictionRow.id)
    profile = Profile.open(row.profile, person, context.person_key(person))
    return History(
        statements=tuple(
            Recorded(read_statement(row), row.recorded_at)
            for row in context.connection.execute(said.order_by(StatementRow.id))
        ),
        restrictions=tuple(Laid(Restriction(row[0]), row[1], row[2]) for row in context.connection.execute(laid)),
        facts=PersonFacts(row.leaving_date, profile.date_of_birth, row.kind != Kind.PUPIL),
        former=fact_history.read(context, person),
    )


def person_row(context: Context, person: PersonId) -> Row[*tuple[Any, ...]]:
    """Return a person's row (kind, leaving_date, profile).

    Raises:
        NotFound: no person has this id, or they were erased.
    """
    query = select(PersonRow.kind, PersonRow.leaving_date, PersonRow.profile)
    query = query.where(PersonRow.id == person, PersonRow.erased_at.is_(None))
    row = context.connection.execute(query).one_or_none()
    if row is None:
        raise no_such_person()
    return row


def restrictions_in_force(context: Context, person: PersonId | None = None) -> dict[PersonId, frozenset[Restriction]]:
    """Return who is listed or held now: of all people, or of one."""
    return restrictions_among(context, *([] if person is None else [RestrictionRow.person_id == person]))


def restrictions_among(context: Context, *conditions: ColumnElement[bool]) -> dict[PersonId, frozenset[Restriction]]:
    """Return who is listed or held now by the rows of `restrictions` that meet all conditions."""
    query = select(RestrictionRow.person_id, RestrictionRow.restriction, RestrictionRow.in_force).where(*conditions)
    found: dict[PersonId, frozenset[Restriction]] = {}
    for person_id, name, in_force in context.connection.execute(query.order_by(RestrictionRow.id)):
        before, one = found.get(PersonId(person_id), frozenset()), {Restriction(name)}
        found[PersonId(person_id)] = before | one if in_force else before - one
    return found


def biometric_permission(context: Context, person: PersonId) -> Permission:
    """Say whether a template of this person may exist today."""
    return biometric_permissions(context, standing_of(context, person), [context.today])[0]


def biometric_permissions(context: Context, standing: Standing, days: Iterable[date]) -> list[Permission]:
    """Say whether a template of a person of this standing may exist, day by day."""
    held = policy_terms.current(context)
    return [_biometric_permission(held, standing, day) for day in days]


def with_biometric_permission(context: Context, standings: Mapping[PersonId, Standing]) -> frozenset[PersonId]:
    """Return those of these people of whom a template may exist today."""
    held, today = policy_terms.current(context), context.today
    return frozenset(one for one, its in standings.items() if _biometric_permission(held, its, today).allowed)


def _biometric_permission(held: policy_terms.Terms, standing: Standing, day: date) -> Permission:
    if not held.biometrics:
        return not_permitted(Reason.NO_BIOMETRICS)
    return permission(standing, Subject.BIOMETRICS, (EVERYWHERE,), day, held.own_consent_age)
