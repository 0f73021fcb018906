"""People who sign in. Their e-mail addresses are sealed and found by a blind index."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from consent_db.context import Context, changed, new_id
from consent_db.crypto import Place
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.passwords import hash_password, verify_password
from consent_db.profiles import spelling
from consent_db.records import UserRecord
from consent_db.schema import SessionRow, UserRow
from gatekeeper.types import Role

_LONGEST_ADDRESS: Final = 254


class Users:
    """Users, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, email: str, password: str, role: Role) -> UserRecord:
        """Let somebody sign in.

        Raises:
            AlreadyExists: there is a user of this address.
            PasswordUnfit: the password cannot be accepted.
            NotPossible: this is not an e-mail address.
        """
        context, user, address = self._context, new_id("usr"), _address(email)
        name, _, host = address.partition("@")
        if not name or not host or len(address) > _LONGEST_ADDRESS:
            message = "This is not an e-mail address; correct it."
            raise NotPossible(message)
        if self._by_email(address) is not None:
            message = "There is a user of this e-mail address already."
            raise AlreadyExists(message)
        values: dict[str, Any] = {
            "id": user,
            "email": context.seal(address, _place(user)),
            "email_index": self._index(address),
        }
        values |= {"password": hash_password(password), "role": role.value, "created_at": context.now}
        context.connection.execute(insert(UserRow).values(values))
        context.log("user.added", user, {"role": role.value})
        return self.get(user)

    def authenticate(self, email: str, password: str) -> UserRecord | None:
        """Return the user of this address if the password is theirs and they are not disabled.

        An unknown address takes as long as a wrong password.
        """
        row = self._by_email(_address(email))
        right, fresh = verify_password(password, row.password if row else None)
        if row is None or not right or row.disabled_at is not None:
            if self._context.writable:
                self._context.log("user.refused", row.id if row else "unknown")
            return None
        if self._context.writable:
            if fresh is not None:
                self._update(row.id, {"password": fresh})
            self._context.log("user.signed_in", row.id)
        return self._record(row)

    def get(self, user: str) -> UserRecord:
        """Return a user.

        Raises:
            NotFound: there is none of this id.
        """
        row = self._context.connection.execute(select(UserRow.__table__).where(UserRow.id == user)).one_or_none()
        if row is None:
            message = "There is no user of this id."
            raise NotFound(message)
        return self._record(row)

    def all(self) -> list[UserRecord]:
        """Return every user, disabled ones too, the oldest first."""
        query = select(UserRow.__table__).order_by(UserRow.created_at, UserRow.id)
        return [self._record(row) for row in self._context.connection.execute(query)]

    def set_password(self, user: str, password: str) -> None:
        """Give a user another password and sign them out everywhere.

        Raises:
            PasswordUnfit: the password cannot be accepted.
        """
        self._update(user, {"password": hash_password(password)})
        self._sign_out(user)
        self._context.log("user.password_changed", user)

    def set_role(self, user: str, role: Role) -> None:
        """Give a user another role and sign them out everywhere."""
        self._update(user, {"role": role.value})
        self._sign_out(user)
        self._context.log("user.role_changed", user, {"role": role.value})

    def disable(self, user: str) -> None:
        """Keep a user from signing in, and sign them out everywhere."""
        self._update(user, {"disabled_at": self._context.now})
        self._sign_out(user)
        self._context.log("user.disabled", user)

    def _update(self, user: str, values: dict[str, Any]) -> None:
        result = self._context.connection.execute(update(UserRow).where(UserRow.id == user).values(values))
        changed(result.rowcount, "There is no user of this id.")

    def _sign_out(self, user: str) -> None:
        self._context.connection.execute(delete(SessionRow).where(SessionRow.user_id == user))

    def _by_email(self, address: str) -> Row[*tuple[Any, ...]] | None:
        query = select(UserRow.__table__).where(UserRow.email_index == self._index(address))
        return self._context.connection.execute(query).one_or_none()

    def _index(self, address: str) -> bytes:
        return self._context.keyring.index(address, "users.email")

    def _record(self, row: Row[*tuple[Any, ...]]) -> UserRecord:
        email = self._context.open(row.email, _place(row.id))
        return UserRecord(row.id, email, Role(row.role), row.created_at, row.disabled_at)


def _address(email: str) -> str:
    return spelling(email).casefold()


def _place(user: str) -> Place:
    return Place("users", user, "email")
