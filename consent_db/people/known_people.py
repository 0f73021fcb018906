"""Bulk reads of what the permission rule needs, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context
from consent_db.keys.crypto import DataKey
from consent_db.people.current_statements import STATEMENT_COLUMNS, read_statement, restrictions_among
from consent_db.people.profiles import Profile
from consent_db.schema import PersonRow, RestrictionRow, StatementRow
from gatekeeper.consent.history import Restriction
from gatekeeper.consent.permission import Standing, Statement
from gatekeeper.types import Kind, Person, PersonId

Which = Select[str] | Sequence[PersonId] | None
"""The people something is read about: a query for ids, ids (few enough for one query), or all."""


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """People who are on the register now; an id without an entry is unknown, or was erased."""

    people: Mapping[PersonId, Person]
    standings: Mapping[PersonId, Standing]
    keys: Mapping[PersonId, DataKey]


def read_people(context: Context, which: Which = None) -> KnownPeople:
    """Return names, standings and data keys of people, by id.

    Raises:
        SealBroken: a profile was tampered with.
    """
    query = select(PersonRow.id, PersonRow.kind, PersonRow.leaving_date, PersonRow.wrapped_key, PersonRow.profile)
    query = query.where(PersonRow.erased_at.is_(None), *among(PersonRow.id, which))
    said = _statements(context, which)
    restrictions = restrictions_among(context, *among(RestrictionRow.person_id, which))
    people: dict[PersonId, Person] = {}
    standings: dict[PersonId, Standing] = {}
    keys: dict[PersonId, DataKey] = {}
    for row in context.connection.execute(query):
        person, kind = PersonId(row.id), Kind(row.kind)
        keys[person] = context.keyring.unwrap(row.wrapped_key, row.id)
        profile = Profile.open(row.profile, person, keys[person])
        laid = restrictions.get(person, frozenset())
        people[person] = profile.person(person, kind)
        standings[person] = Standing(
            statements=tuple(said.get(person, ())),
            listed=Restriction.LISTING in laid,
            held=Restriction.HOLD in laid,
            leaving_date=row.leaving_date,
            date_of_birth=profile.date_of_birth,
            speaks_for_self=kind is not Kind.PUPIL,
        )
    return KnownPeople(people, standings, keys)


def standings_of(context: Context, people: Sequence[PersonId]) -> dict[PersonId, Standing]:
    """Return what the gate's rule takes into account for each of these people who is on the register."""
    found: dict[PersonId, Standing] = {}
    for some in portions(people):
        found |= read_people(context, some).standings
    return found


def among(column: InstrumentedAttribute[str], which: Which) -> list[ColumnElement[bool]]:
    """Return the condition that a column of person ids is about these people; none for all people."""
    return [] if which is None else [column.in_(which)]


def _statements(context: Context, which: Which) -> dict[PersonId, list[Statement]]:
    said: defaultdict[PersonId, list[Statement]] = defaultdict(list)
    query = select(*STATEMENT_COLUMNS, StatementRow.person_id).where(*among(StatementRow.person_id, which))
    # rows that go at once cost no collections
    for row in context.connection.execute(query.order_by(StatementRow.id)).yield_per(2000):
        said[PersonId(row[-1])].append(read_statement(row))
    return said
