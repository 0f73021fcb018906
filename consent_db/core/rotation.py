"""Key rotation: data keys are wrapped with a new key-encryption key, cells stay as they are.

It goes on in portions, each a transaction of its own, so that others can write in
between, and a rotation that was cut off is taken up where it was.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select, update

from consent_db.core.context import SCHOOL, Context
from consent_db.keys.crypto import key_id_of
from consent_db.schema import PersonRow, SchoolRow

PORTION: Final = 500
"""Keys that are wrapped anew in one transaction: a fraction of a second for a waiting writer."""


def wrap_portion(context: Context) -> int:
    """Wrap up to `PORTION` data keys that another key-encryption key wrapped; return how many there were to wrap."""
    connection, keyring = context.connection, context.keyring
    owners = connection.execute(select(PersonRow.id, PersonRow.wrapped_key)).all()
    stale = [(owner, key) for owner, key in owners if key is not None and key_id_of(key) != keyring.active_id]
    rows = [
        {"owner": owner, "anew": keyring.wrap(keyring.unwrap(wrapped, owner), owner)}
        for owner, wrapped in stale[:PORTION]
    ]
    if rows:
        query = update(PersonRow).where(PersonRow.id == bindparam("owner"))
        connection.execute(query.values(wrapped_key=bindparam("anew")), rows)
    context.destroyed = True
    return len(rows)


def wrap_school_key(context: Context) -> None:
    """Wrap the school's own data key anew: the last step."""
    wrapped = context.keyring.wrap(context.school_key, SCHOOL)
    context.connection.execute(update(SchoolRow).values(wrapped_key=wrapped))
    context.destroyed = True
