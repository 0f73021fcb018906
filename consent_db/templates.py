"""Templates at rest: made only with permission, destroyed when it ends."""

from __future__ import annotations

from typing import Final

import numpy as np
from sqlalchemy import delete, select

from consent_db.context import Context
from consent_db.crypto import DataKey, Place
from consent_db.errors import SealBroken
from consent_db.schema import TemplateRow
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
    """Delete every template of a person; return how many there were."""
    found = select(TemplateRow.id).where(TemplateRow.person_id == person)
    count = len(context.connection.execute(found).all())
    if count:
        context.connection.execute(delete(TemplateRow).where(TemplateRow.person_id == person))
        context.move_register()
        context.destroyed = True
        context.log("templates.destroyed", person, {"count": count, "why": why})
    return count


def destroy_without_permission(context: Context, person: PersonId) -> int:
    """Delete a person's templates unless they are permitted now; return how many were deleted."""
    if not has_templates(context, person):
        return 0
    answer = biometric_permission(context, person)
    return 0 if answer.allowed else destroy_templates(context, person, answer.reason)


def has_templates(context: Context, person: PersonId) -> bool:
    """Say whether there is a template of this person under any engine."""
    query = select(TemplateRow.id).where(TemplateRow.person_id == person).limit(1)
    return context.connection.execute(query).first() is not None


def _place(row_id: str, person: PersonId, engine: str) -> Place:
    return Place("templates", row_id, "sealed", person, engine)
