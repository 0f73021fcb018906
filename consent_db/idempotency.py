"""Requests that come twice: the second gets the first one's check."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select

from consent_db.context import Context
from consent_db.errors import KeyReused, NotPossible
from consent_db.schema import IdempotencyRow

LONGEST: Final = 255
"""Letters in an idempotency key, at most."""


class Idempotency:
    """Idempotency keys, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def claim(self, owner: str, key: str, fingerprint: str, check_id: str) -> str | None:
        """Take a key for a check, or return the id of the check that has it.

        Args:
            owner: whose key it is; owners do not share keys.
            key: what the client sent, 1 to 255 letters.
            fingerprint: a hash over the whole request.
            check_id: the check that was received for this request.

        Raises:
            KeyReused: the key came before with another request.
            NotPossible: the key is empty or too long.
        """
        if not 0 < len(key) <= LONGEST:
            message = f"An idempotency key has 1 to {LONGEST} letters."
            raise NotPossible(message)
        taken = self.find(owner, key, fingerprint)
        if taken is None:
            values = {"owner": owner, "key": key, "fingerprint": fingerprint, "check_id": check_id}
            query = insert(IdempotencyRow).values({**values, "created_at": self._context.now})
            self._context.connection.execute(query)
        return taken

    def find(self, owner: str, key: str, fingerprint: str) -> str | None:
        """Return the id of the check that has this key, before anything is received.

        Raises:
            KeyReused: the key came before with another request.
        """
        query = select(IdempotencyRow.fingerprint, IdempotencyRow.check_id)
        query = query.where(IdempotencyRow.owner == owner, IdempotencyRow.key == key)
        row = self._context.connection.execute(query).one_or_none()
        if row is not None and row.fingerprint != fingerprint:
            message = "This idempotency key was used with a different request; use a new key."
            raise KeyReused(message)
        return None if row is None else str(row.check_id)

    def forget_before(self, moment: datetime) -> int:
        """Forget the keys that were claimed before `moment`; return how many."""
        query = delete(IdempotencyRow).where(IdempotencyRow.created_at < moment)
        return self._context.connection.execute(query).rowcount
