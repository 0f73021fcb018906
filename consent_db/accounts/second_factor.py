"""The second factor: an authenticator app's secret, sealed, and recovery codes, hashed."""

from __future__ import annotations

import base64
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update

from consent_db.accounts import recovery, totp
from consent_db.core.context import Context
from consent_db.errors import NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import RecoveryCodeRow, SecondFactorRow, UserRow

_NEVER: Final = 0


class SecondFactors:
    """Second factors, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def has(self, user: str) -> bool:
        """Say whether this user has a second factor in force."""
        row = self._row(user)
        return row is not None and row.confirmed_at is not None

    def users(self) -> frozenset[str]:
        """Return the ids of the accounts with one in force."""
        query = select(SecondFactorRow.user_id).where(SecondFactorRow.confirmed_at.is_not(None))
        return frozenset(self._context.connection.execute(query).scalars())

    def codes_left(self, user: str) -> int:
        """Return how many recovery codes this user has not used yet."""
        query = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user)
        return self._context.connection.execute(query).scalar_one()

    def begin(self, user: str) -> bytes:
        """Return a secret for the user's app; it is in force only after `confirm`.

        Asked again before that, it is the same: the page may be loaded twice.

        Raises:
            NotPossible: the user has a second factor already.
        """
        row = self._row(user)
        if row is not None:
            if row.confirmed_at is not None:
                message = "You have a second factor already; remove it first if you want another."
                raise NotPossible(message)
            return self._secret(row)
        secret, context = totp.new_secret(), self._context
        sealed = context.seal(base64.b64encode(secret).decode(), _place(user))
        values = {"user_id": user, "secret": sealed, "confirmed_at": None, "last_step": _NEVER}
        context.connection.execute(insert(SecondFactorRow).values(values))
        return secret

    def confirm(self, user: str, code: str) -> tuple[str, ...] | None:
        """Put the secret in force if the app shows the right code; return the recovery codes, or None.

        The codes are shown once: only hashes of them are kept.
        """
        row = self._row(user)
        if row is None or row.confirmed_at is not None:
            message = "There is no second factor to confirm; begin again."
            raise NotPossible(message)
        if not self._use(row, code):
            return None
        self._update(user, {"confirmed_at": self._context.now})
        self._context.log("second_factor.set_up", user)
        return self.new_codes(user)

    def check(self, user: str, code: str) -> bool:
        """Say whether this is the app's code or a recovery code of the user, and use it up."""
        row = self._row(user)
        if row is None or row.confirmed_at is None:
            return False
        by_recovery = recovery.looks_like_one(code)
        right = self._use_recovery(user, code) if by_recovery else self._use(row, code)
        outcome = "accepted" if right else "refused"
        self._context.log(f"second_factor.{outcome}", user, {"by": "recovery" if by_recovery else "app"})
        return right

    def new_codes(self, user: str) -> tuple[str, ...]:
        """Replace the user's recovery codes; return the new ones, to be shown once."""
        self._forget_codes(user)
        codes = recovery.new_codes()
        rows = [{"user_id": user, "code_sha256": recovery.sha256(code)} for code in codes]
        self._context.connection.execute(insert(RecoveryCodeRow), rows)
        self._context.log("second_factor.codes_made", user, {"count": len(codes)})
        return codes

    def remove(self, user: str) -> None:
        """Forget the user's second factor and recovery codes.

        Raises:
            NotPossible: there is none.
        """
        self._forget_codes(user)
        result = self._context.connection.execute(delete(SecondFactorRow).where(SecondFactorRow.user_id == user))
        if result.rowcount == 0:
            message = "This user has no second factor."
            raise NotPossible(message)
        due = update(UserRow).where(UserRow.id == user).values(factor_due_at=self._context.now)
        self._context.connection.execute(due)
        self._context.log("second_factor.removed", user)

    def _use(self, row: Row[*tuple[Any, ...]], code: str) -> bool:
        typed = "".join(code.split())
        step = totp.matching_step(self._secret(row), typed, self._context.now, row.last_step)
        if step is not None:
            self._update(row.user_id, {"last_step": step})
        return step is not None

    def _use_recovery(self, user: str, code: str) -> bool:
        mine = (RecoveryCodeRow.user_id == user) & (RecoveryCodeRow.code_sha256 == recovery.sha256(code))
        return self._context.connection.execute(delete(RecoveryCodeRow).where(mine)).rowcount == 1

    def _forget_codes(self, user: str) -> None:
        self._context.connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user))

    def _update(self, user: str, values: dict[str, Any]) -> None:
        self._context.connection.execute(update(SecondFactorRow).where(SecondFactorRow.user_id == user).values(values))

    def _row(self, user: str) -> Row[*tuple[Any, ...]] | None:
        query = select(SecondFactorRow.__table__).where(SecondFactorRow.user_id == user)
        return self._context.connection.execute(query).one_or_none()

    def _secret(self, row: Row[*tuple[Any, ...]]) -> bytes:
        return base64.b64decode(self._context.open(row.secret, _place(row.user_id)))


def _place(user: str) -> Place:
    return Place("second_factors", user, "secret")
