"""Templates at rest: made only with permission, destroyed when it ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np
from sqlalchemy import ColumnElement, delete, func, select

from consent_db.context import Context
from consent_db.crypto import DataKey, Place
from consent_db.errors import SealBroken
from consent_db.schema import ReferencePhotoRow, TemplateRow
from consent_db.standing import biometric_permission
from gatekeeper.types import PersonId, Vector

_VERSION: Final = b"\x01"
_DTYPE: Final = np.dtype("<f4")


def seal_template(template: Vector, key: DataKey, row_id: str, person: PersonId, engine: str) -> bytes:
    """Return a template (shape (dimension,)) sealed for its person, engine and row."""
    return key.seal(_VERSION + template.astype(_DTYPE).tobytes(), _place(row_id, person, engine))


def open_template(sealed: bytes, key: DataKey, row_id: str, person: PersonId, engine: str) -> Vector:
    """Return what `seal_template` sealed, shape (dimension,).

    Raises:
        SealBroken: it belongs to another person, engine or row, or is of a later release.
    """
    plain = key.open(sealed, _place(row_id, person, engine))
    if plain[:1] != _VERSION:
        message = "A template was written by a newer release; install that release."
        raise SealBroken(message)
    return np.frombuffer(plain, _DTYPE, offset=1).astype(np.float32)


def destroy_templates(context: Context, person: PersonId, why: str) -> int:
    """Delete every template of a person and the photographs of it; return how many templates there were."""
    found = select(TemplateRow.id).where(TemplateRow.person_id == person)
    count = len(context.connection.execute(found).all())
    if count:
        context.connection.execute(delete(TemplateRow).where(TemplateRow.person_id == person))
        destroy_reference_photos(context, person)
        context.move_register()
        context.destroyed = True
        context.log("templates.destroyed", person, {"count": count, "why": why})
    return count


def destroy_reference_photos(context: Context, person: PersonId) -> int:
    """Delete the photographs kept of a person; return how many there were."""
    found = context.connection.execute(delete(ReferencePhotoRow).where(ReferencePhotoRow.person_id == person))
    context.destroyed = context.destroyed or found.rowcount > 0
    return found.rowcount


def destroy_all_templates(context: Context, why: str) -> int:
    """Delete everybody's templates; return how many there were."""
    people = context.connection.execute(select(TemplateRow.person_id).distinct().order_by(TemplateRow.person_id))
    return sum(destroy_templates(context, PersonId(person), why) for person in people.scalars().all())


def destroy_without_permission(context: Context, person: PersonId) -> int:
    """Delete a person's templates unless they are permitted now; return how many were deleted."""
    if not has_templates(context, person):
        return 0
    answer = biometric_permission(context, person)
    return 0 if answer.allowed else destroy_templates(context, person, answer.reason)


def counting(context: Context, engine: str) -> ColumnElement[bool]:
    """Return the condition for the templates of an engine that are not too old to count."""
    return (TemplateRow.engine == engine) & (TemplateRow.enrolled_at > context.now - context.template_life)


def next_lapse(context: Context, engine: str) -> datetime:
    """Return when the first of the templates that count now gets too old; the end of time if there is none."""
    first = select(func.min(TemplateRow.enrolled_at)).where(counting(context, engine))
    found: datetime | None = context.connection.execute(first).scalar_one()
    return datetime.max.replace(tzinfo=UTC) if found is None else found + context.template_life


def has_templates(context: Context, person: PersonId) -> bool:
    """Say whether there is a template of this person under any engine."""
    query = select(TemplateRow.id).where(TemplateRow.person_id == person).limit(1)
    return context.connection.execute(query).first() is not None


def _place(row_id: str, person: PersonId, engine: str) -> Place:
    return Place("templates", row_id, "sealed", person, engine)
