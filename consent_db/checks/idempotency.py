"""Idempotency keys: a repeated request gets the first one's check, or its answer.

Programs put what they like into a key, so it is kept as its keyed hash. Keys that
were kept as they came, by releases before this one, are found until they lapse.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select

from consent_db.core.context import Context
from consent_db.errors import KeyReused, NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import IdempotencyRow

LONGEST: Final = 255
"""Letters in an idempotency key, at most."""
ANSWERS_LAST: Final = timedelta(days=7)
"""For how long a request that made no check may come twice."""


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
        taken = self.find(owner, key, fingerprint)
        if taken is None:
            self._take(owner, key, fingerprint, {"check_id": check_id})
        return taken

    def find(self, owner: str, key: str, fingerprint: str) -> str | None:
        """Return the id of the check that has this key, before anything is received.

        Raises:
            KeyReused: the key came before with another request.
        """
        row = self._row(owner, key, fingerprint)
        return None if row is None else str(row.check_id)

    def known(self, owner: str, key: str) -> bool:
        """Say whether this key came before, with whatever request."""
        return self._found(owner, key) is not None

    def answered(self, owner: str, key: str, fingerprint: str) -> Any:
        """Return the answer that a request with this key got; None if it has not come before.

        Raises:
            KeyReused: the key came before with another request.
        """
        row = self._row(owner, key, fingerprint)
        return None if row is None else self._context.open(row.answer, _place(owner, row.key))

    def keep(self, owner: str, key: str, fingerprint: str, answer: Any) -> None:
        """Take a key for an answer, in the transaction that did what it tells of.

        Args:
            owner: whose key it is.
            key: what the client sent, 1 to 255 letters; it has not come before.
            fingerprint: a hash over the whole request.
            answer: anything that JSON can say; kept sealed.

        Raises:
            NotPossible: the key is empty or too long.
        """
        self._take(
            owner, key, fingerprint, {"answer": self._context.seal(answer, _place(owner, self._kept(owner, key)))}
        )

    def _take(self, owner: str, key: str, fingerprint: str, what: dict[str, Any]) -> None:
        if not 0 < len(key) <= LONGEST:
            message = f"An idempotency key has 1 to {LONGEST} letters."
            raise NotPossible(message)
        values = {
            "owner": owner,
            "key": self._kept(owner, key),
            "fingerprint": fingerprint,
            "created_at": self._context.now,
        }
        self._context.connection.execute(insert(IdempotencyRow).values(values | what))

    def _kept(self, owner: str, key: str) -> str:
        """Return what is kept of a key: 64 hex digits that tell nothing without the key file."""
        return self._context.keyring.index(f"{owner} {key}", "idempotency.key").hex()

    def _found(self, owner: str, key: str) -> Row[*tuple[Any, ...]] | None:
        as_kept = IdempotencyRow.key.in_({self._kept(owner, key), key})
        query = select(IdempotencyRow.__table__).where(IdempotencyRow.owner == owner, as_kept)
        return self._context.connection.execute(query).first()

    def _row(self, owner: str, key: str, fingerprint: str) -> Row[*tuple[Any, ...]] | None:
        row = self._found(owner, key)
        if row is not None and row.fingerprint != fingerprint:
            message = "This idempotency key was used with a different request; use a new key."
            raise KeyReused(message)
        return row


def forget_before(context: Context, moment: datetime) -> None:
    """Forget the keys that were taken before `moment`, and every answer after a week."""
    old = IdempotencyRow.created_at < moment
    answer = IdempotencyRow.answer.is_not(None) & (IdempotencyRow.created_at < context.now - ANSWERS_LAST)
    context.connection.execute(delete(IdempotencyRow).where(old | answer))


def _place(owner: str, key: str) -> Place:
    return Place("idempotency", f"{owner} {key}", "answer")
