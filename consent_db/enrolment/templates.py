"""Templates at rest: made only with permission, destroyed when it ends."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from math import isnan
from typing import Final

import numpy as np
from sqlalchemy import ColumnElement, delete, select

from consent_db.core.clock import Clock
from consent_db.core.context import Context
from consent_db.errors import SealBroken
from consent_db.keys.crypto import DataKey, Place
from consent_db.people.current_statements import biometric_permissions, history_of, standing_of
from consent_db.schema import ReferencePhotoRow, TemplateRow
from gatekeeper.consent.ages import age_on
from gatekeeper.consent.permission import Permission, Standing
from gatekeeper.identity.health import Made
from gatekeeper.types import PersonId, Vector

YOUNG: Final = 8
"""Faces of pupils below this age, in full years, change fastest."""

_ALONE, _VERSION = b"\x01", b"\x02"
"""What was sealed begins with one of these: a vector alone, or agreement and quality before it."""
_FACTS: Final = struct.Struct("<ff")
_UNKNOWN: Final = float("nan")
_DTYPE: Final = np.dtype("<f4")


def seal_template(template: Vector, made: Made, key: DataKey, row_id: str, place: tuple[PersonId, str]) -> bytes:
    """Return a template (shape (dimension,)), and how it was made, sealed for its row, person and engine."""
    facts = (_UNKNOWN if fact is None else fact for fact in (made.agreement, made.quality))
    return key.seal(_VERSION + _FACTS.pack(*facts) + template.astype(_DTYPE).tobytes(), _place(row_id, *place))


def open_template(sealed: bytes, key: DataKey, row_id: str, person: PersonId, engine: str) -> Vector:
    """Return the template that `seal_template` sealed, shape (dimension,).

    Raises:
        SealBroken: it belongs to another person, engine or row, or is of a later release.
    """
    plain = _opened(sealed, key, _place(row_id, person, engine))
    return np.frombuffer(plain, _DTYPE, offset=1 if plain[:1] == _ALONE else 1 + _FACTS.size).astype(np.float32)


def open_made(sealed: bytes, key: DataKey, row_id: str, place: tuple[PersonId, str], references: int) -> Made:
    """Return how a template was made; an earlier release did not note agreement and quality.

    Raises:
        SealBroken: as `open_template`.
    """
    plain = _opened(sealed, key, _place(row_id, *place))
    if plain[:1] == _ALONE:
        return Made(references)
    agreement, quality = (None if isnan(fact) else fact for fact in _FACTS.unpack_from(plain, 1))
    return Made(references, agreement, quality)


def _opened(sealed: bytes, key: DataKey, place: Place) -> bytes:
    plain = key.open(sealed, place)
    if plain[:1] not in {_ALONE, _VERSION}:
        message = "A template was written by a newer release; install that release."
        raise SealBroken(message)
    return plain


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
    """Delete all templates; return how many there were."""
    people = context.connection.execute(select(TemplateRow.person_id).distinct().order_by(TemplateRow.person_id))
    return sum(destroy_templates(context, PersonId(person), why) for person in people.scalars().all())


def destroy_without_permission(context: Context, person: PersonId) -> int:
    """Delete a person's templates unless they are permitted now; return how many were deleted.

    While the clock is in doubt, a permission that has only ended by time is no reason.
    """
    if not has_templates(context, person):
        return 0
    answers = lasting_permissions(context, standing_of(context, person))
    if any(answer.allowed for answer in answers):
        return 0
    return destroy_templates(context, person, answers[0].reason)


def lasting_permissions(context: Context, standing: Standing) -> list[Permission]:
    """Say whether a template may exist today and, while the clock is in doubt, on the last day that was believed."""
    days = [context.day_of(moment) for moment in Clock(context).moments()]
    return biometric_permissions(context, standing, days)


def counting(context: Context, engine: str) -> ColumnElement[bool]:
    """Return the condition for the templates of an engine that are not too old to count."""
    return (TemplateRow.engine == engine) & (TemplateRow.ages_from > context.now - context.template_life)


def ages_from(context: Context, person: PersonId, taken_at: datetime) -> datetime:
    """Return from when on the age of a template counts, whose photographs were taken then.

    A pupil below `YOUNG` ages in advance by as much as their template is to count less long. One
    whose date of birth is not known counts as older.
    """
    facts = history_of(context, person).facts
    born, day = facts.date_of_birth, context.day_of(taken_at)
    young = not facts.speaks_for_self and born is not None and age_on(born, day) < YOUNG
    return taken_at - max(timedelta(), context.template_life - context.young_template_life) if young else taken_at


def has_templates(context: Context, person: PersonId) -> bool:
    """Say whether there is a template of this person under any engine."""
    query = select(TemplateRow.id).where(TemplateRow.person_id == person).limit(1)
    return context.connection.execute(query).first() is not None


def _place(row_id: str, person: PersonId, engine: str) -> Place:
    return Place("templates", row_id, "sealed", person, engine)
