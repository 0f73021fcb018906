"""The register as one check sees it, read from the tables in a few queries."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from sqlalchemy import select

from consent_db import let_pass, terms
from consent_db.context import Context
from consent_db.crypto import DataKey
from consent_db.errors import SealBroken
from consent_db.profiles import Profile
from consent_db.records import PhraseKind, Restriction
from consent_db.schema import PersonRow, StatementRow, TemplateRow
from consent_db.standing import STATEMENT_COLUMNS, read_statement, restrictions_in_force
from consent_db.templates import counting, open_template
from gatekeeper.permission import Standing, Statement
from gatekeeper.register import Gallery, Register
from gatekeeper.types import Kind, Person, PersonId


def read_register(context: Context, engine: str, dimension: int) -> Register:
    """Return everybody, what was said about each, and their templates under one engine.

    Raises:
        SealBroken: a template has another dimension, or a cell was tampered with.
    """
    query = select(PersonRow.id, PersonRow.kind, PersonRow.leaving_date, PersonRow.wrapped_key, PersonRow.profile)
    rows = context.connection.execute(query.where(PersonRow.erased_at.is_(None)).order_by(PersonRow.id)).all()
    keys = {PersonId(row.id): context.keyring.unwrap(row.wrapped_key, row.id) for row in rows}
    said, restrictions = _statements(context), restrictions_in_force(context)
    people: dict[PersonId, Person] = {}
    standings: dict[PersonId, Standing] = {}
    for row in rows:
        person, kind = PersonId(row.id), Kind(row.kind)
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
    gallery = _gallery(context, keys, engine, dimension)
    return Register(
        context.register_version(),
        people,
        standings,
        gallery,
        terms.current(context).own_consent_age,
        not_pupils=let_pass.keys(context, PhraseKind.NOT_A_PUPIL),
        credited=let_pass.keys(context, PhraseKind.AUTHOR),
    )


def _statements(context: Context) -> dict[PersonId, list[Statement]]:
    said: defaultdict[PersonId, list[Statement]] = defaultdict(list)
    query = select(*STATEMENT_COLUMNS, StatementRow.person_id).order_by(StatementRow.id)
    for row in context.connection.execute(query).yield_per(2000):  # rows that go at once cost no collections
        said[PersonId(row[-1])].append(read_statement(row))
    return said


def _gallery(context: Context, keys: dict[PersonId, DataKey], engine: str, dimension: int) -> Gallery:
    query = select(TemplateRow.id, TemplateRow.person_id, TemplateRow.photographs, TemplateRow.sealed)
    rows = context.connection.execute(query.where(counting(context, engine)).order_by(TemplateRow.person_id)).all()
    templates = np.empty((len(rows), dimension), np.float32)
    for number, row in enumerate(rows):
        person = PersonId(row.person_id)
        template = open_template(row.sealed, keys[person], row.id, person, engine)
        if template.shape != (dimension,):
            message = f"A template of {engine} has {template.size} numbers, not {dimension}; enrol the person again."
            raise SealBroken(message)
        templates[number] = template
    references = np.array([row.photographs for row in rows], np.int64)
    return Gallery(engine, tuple(PersonId(row.person_id) for row in rows), templates, references)
