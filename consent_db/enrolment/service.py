"""Enrolment: one sealed template a person and engine, and none without permission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import delete, func, insert, select

from consent_db.core.context import Context, new_id
from consent_db.enrolment.records import TemplateRecord
from consent_db.enrolment.templates import (
    ages_from,
    counting,
    destroy_templates,
    destroy_without_permission,
    open_made,
    seal_template,
)
from consent_db.errors import BiometricConsentMissing, NotPossible
from consent_db.people.current_statements import biometric_permission, person_row, with_biometric_permission
from consent_db.people.known_people import standings_of
from consent_db.people.records import Change
from consent_db.schema import PersonRow, TemplateRow
from gatekeeper.identity.health import Made
from gatekeeper.types import PersonId, Vector

_UNIT: Final = 1e-3
"""How far the length of a template may be from 1."""


class Enrolment:
    """Templates, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def enrol(
        self, person: PersonId, engine: str, template: Vector, made: int | Made, taken_at: datetime | None = None
    ) -> None:
        """Store a template, in place of an earlier one of the same engine.

        Args:
            person: whose template it is.
            engine: the name of the engine that made it.
            template: shape (dimension,), float32, unit length.
            made: from how many photographs it was averaged, at least 1, or all that is known of them.
            taken_at: when its newest photograph was given, if not now.

        Raises:
            BiometricConsentMissing: there is no biometric permission today.
            NotPossible: this is not a template.
        """
        context = self._context
        made = Made(made) if isinstance(made, int) else made
        _check(template, made.references)
        answer = biometric_permission(context, person)
        if not answer.allowed:
            message = f"No template may be stored for this person ({answer.reason}); ask for biometric consent first."
            raise BiometricConsentMissing(message)
        row_id, key = new_id("tpl"), context.person_key(person)
        context.connection.execute(
            delete(TemplateRow).where(TemplateRow.person_id == person, TemplateRow.engine == engine)
        )
        values = {"id": row_id, "person_id": person, "engine": engine, "photographs": made.references}
        values |= {"ages_from": ages_from(context, person, taken_at or context.now)}
        values |= {"enrolled_at": context.now, "sealed": seal_template(template, made, key, row_id, (person, engine))}
        context.connection.execute(insert(TemplateRow).values(values))
        context.move_register()
        context.log("template.stored", person, {"engine": engine, "references": made.references})

    def permitted(self, person: PersonId) -> bool:
        """Say whether a template of this person may exist today."""
        return biometric_permission(self._context, person).allowed

    def permitted_among(self, people: Sequence[PersonId]) -> frozenset[PersonId]:
        """Return those of whom a template may exist today; few queries, however many people."""
        return with_biometric_permission(self._context, standings_of(self._context, people))

    def count(self, engine: str) -> int:
        """Return how many people have a template under this engine."""
        query = select(func.count()).select_from(TemplateRow).where(TemplateRow.engine == engine)
        return self._context.connection.execute(query).scalar_one()

    def made(self, engine: str, person: PersonId | None = None) -> dict[PersonId, Made]:
        """Return, for one person or all people with a template that counts under this engine, how it was made."""
        row = TemplateRow
        query = select(row.id, row.person_id, row.photographs, row.sealed, PersonRow.wrapped_key)
        query = query.join(PersonRow, PersonRow.id == row.person_id).where(counting(self._context, engine))
        found, unwrap = {}, self._context.keyring.unwrap
        for one in self._context.connection.execute(query if person is None else query.where(row.person_id == person)):
            owner = PersonId(one.person_id)
            place = owner, engine
            found[owner] = open_made(one.sealed, unwrap(one.wrapped_key, owner), one.id, place, one.photographs)
        return found

    def of(self, person: PersonId) -> tuple[TemplateRecord, ...]:
        """Return a person's templates, by engine, those that are too old too."""
        row = TemplateRow
        query = select(row.engine, row.photographs, row.enrolled_at, row.ages_from)
        query = query.where(row.person_id == person).order_by(row.engine)
        life = self._context.template_life
        return tuple(
            TemplateRecord(one.engine, one.photographs, one.enrolled_at, one.ages_from + life)
            for one in self._context.connection.execute(query)
        )

    def with_photographs(self, engine: str, enough: int) -> frozenset[PersonId]:
        """Return those whose template under this engine counts and was made of so many photographs or more."""
        query = select(TemplateRow.person_id).where(counting(self._context, engine), TemplateRow.photographs >= enough)
        return frozenset(map(PersonId, self._context.connection.execute(query).scalars()))

    def given_at(self, person: PersonId) -> datetime | None:
        """Return when the photographs of a person's oldest template were given at the latest; None without one."""
        query = select(func.min(TemplateRow.enrolled_at)).where(TemplateRow.person_id == person)
        return self._context.connection.execute(query).scalar_one()

    def only_elsewhere(self, engine: str) -> list[PersonId]:
        """Return all people with a template under another engine and none under this one, by id."""
        here = select(TemplateRow.person_id).where(TemplateRow.engine == engine)
        query = select(TemplateRow.person_id).distinct().where(TemplateRow.person_id.not_in(here))
        found = self._context.connection.execute(query.order_by(TemplateRow.person_id)).scalars()
        return [PersonId(person) for person in found]

    def forget(self, person: PersonId) -> Change:
        """Destroy every template of a person."""
        person_row(self._context, person)
        destroyed = destroy_templates(self._context, person, "forgotten")
        return Change(self._context.register_version(), destroyed_templates=destroyed)

    def forget_lapsed(self, oldest: datetime) -> int:
        """Destroy templates that age from before `oldest`, or not permitted any more; return how many."""
        query = select(TemplateRow.person_id, func.min(TemplateRow.ages_from).label("first"))
        destroyed = 0
        for row in self._context.connection.execute(query.group_by(TemplateRow.person_id)).all():
            person = PersonId(row.person_id)
            if row.first < oldest:
                destroyed += destroy_templates(self._context, person, "too_old")
            else:
                destroyed += destroy_without_permission(self._context, person)
        return destroyed


def _check(template: Vector, references: int) -> None:
    whole = template.ndim == 1 and template.size > 0 and bool(np.isfinite(template).all())
    if not whole or abs(float(np.linalg.norm(template)) - 1) > _UNIT or references < 1:
        message = "A template is one vector of unit length made from at least one photograph."
        raise NotPossible(message)
