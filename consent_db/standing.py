"""Everything that was said about one person, put together for the gate's rule."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from consent_db.context import Context, no_such_person
from consent_db.profiles import Profile
from consent_db.records import Restriction
from consent_db.schema import PersonRow, RestrictionRow, SchoolRow, StatementRow
from gatekeeper.permission import EVERYWHERE, Party, Permission, Stance, Standing, Statement, Subject, permission
from gatekeeper.types import Kind, PersonId

STATEMENT_COLUMNS = (
    StatementRow.party,
    StatementRow.subject,
    StatementRow.scope,
    StatementRow.stance,
    StatementRow.said_at,
    StatementRow.since,
    StatementRow.until,
)
"""The columns that `read_statement` takes, in this order."""

# Looking a member up in a dict is several times faster than calling the enum,
# which counts with tens of thousands of statements.
_PARTIES = {party.value: party for party in Party}
_SUBJECTS = {subject.value: subject for subject in Subject}
_STANCES = {stance.value: stance for stance in Stance}


def read_statement(row: Row[*tuple[Any, ...]]) -> Statement:
    """Return a statement from the first seven columns of a row (`STATEMENT_COLUMNS`)."""
    party, subject, scope, stance, said_at, since, until = row[:7]
    return Statement(_PARTIES[party], _SUBJECTS[subject], scope, _STANCES[stance], said_at, since, until)


def standing_of(context: Context, person: PersonId) -> Standing:
    """Return what the register remembers of one person.

    Raises:
        NotFound: there is nobody of this id.
    """
    row = person_row(context, person)
    said = select(*STATEMENT_COLUMNS).where(StatementRow.person_id == person).order_by(StatementRow.id)
    in_force = restrictions_in_force(context, person).get(person, frozenset())
    return Standing(
        statements=tuple(read_statement(row) for row in context.connection.execute(said)),
        listed=Restriction.LISTING in in_force,
        held=Restriction.HOLD in in_force,
        leaving_date=row.leaving_date,
        date_of_birth=Profile.open(row.profile, person, context.person_key(person)).date_of_birth,
        speaks_for_self=row.kind != Kind.PUPIL,
    )


def person_row(context: Context, person: PersonId) -> Row[*tuple[Any, ...]]:
    """Return a person's row (kind, leaving_date, profile).

    Raises:
        NotFound: there is nobody of this id, or they were erased.
    """
    query = select(PersonRow.kind, PersonRow.leaving_date, PersonRow.profile)
    query = query.where(PersonRow.id == person, PersonRow.erased_at.is_(None))
    row = context.connection.execute(query).one_or_none()
    if row is None:
        raise no_such_person()
    return row


def restrictions_in_force(context: Context, person: PersonId | None = None) -> dict[PersonId, frozenset[Restriction]]:
    """Return who is listed or held now: everybody's, or one person's."""
    query = select(RestrictionRow.person_id, RestrictionRow.restriction, RestrictionRow.in_force)
    if person is not None:
        query = query.where(RestrictionRow.person_id == person)
    found: dict[PersonId, frozenset[Restriction]] = {}
    for person_id, name, in_force in context.connection.execute(query.order_by(RestrictionRow.id)):
        before, one = found.get(PersonId(person_id), frozenset()), {Restriction(name)}
        found[PersonId(person_id)] = before | one if in_force else before - one
    return found


def own_consent_age(context: Context) -> int:
    """Return from which age on a pupil's own consent is needed, in years."""
    return context.connection.execute(select(SchoolRow.own_consent_age)).scalar_one()


def biometric_permission(context: Context, person: PersonId) -> Permission:
    """Say whether a template of this person may exist today."""
    standing = standing_of(context, person)
    return permission(standing, Subject.BIOMETRICS, (EVERYWHERE,), context.today, own_consent_age(context))
