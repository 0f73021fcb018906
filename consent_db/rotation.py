"""Rotation of the key-encryption key: data keys are wrapped anew, cells stay as they are."""

from __future__ import annotations

from sqlalchemy import select, update

from consent_db.context import SCHOOL, Context
from consent_db.crypto import key_id_of
from consent_db.schema import PersonRow, SchoolRow


def wrap_anew(context: Context) -> int:
    """Wrap every data key that another key-encryption key wrapped; return how many."""
    connection, keyring = context.connection, context.keyring
    everybody = connection.execute(select(PersonRow.id, PersonRow.wrapped_key))
    stale = [(owner, key) for owner, key in everybody if key is not None and key_id_of(key) != keyring.active_id]
    for owner, wrapped in stale:
        anew = keyring.wrap(keyring.unwrap(wrapped, owner), owner)
        connection.execute(update(PersonRow).where(PersonRow.id == owner).values(wrapped_key=anew))
    school = keyring.wrap(context.school_key, SCHOOL)
    connection.execute(update(SchoolRow).values(wrapped_key=school))
    context.destroyed = True
    return len(stale) + 1
