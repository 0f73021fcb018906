"""People who sign in. Their e-mail addresses are sealed and found by a blind index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update

from consent_db.accounts.passwords import Compared, Credential, Hashed, compare, hashed, unknown_to_all
from consent_db.accounts.records import UserRecord
from consent_db.core import former
from consent_db.core.context import Context, changed, new_id
from consent_db.errors import AlreadyExists, NameUnfit, NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.people.profiles import spelling
from consent_db.schema import IdentityRow, LinkRow, SessionRow, UserRow
from gatekeeper.types import Role

_LONGEST_ADDRESS: Final = 254
_LONGEST_NAME: Final = 100


class Users:
    """Users, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, email: str, password: str | Hashed | None, role: Role, name: str = "") -> UserRecord:
        """Add an account.

        Args:
            email: their address; it is what they sign in with.
            password: their first one, hashed by a service before the transaction began; None sets one that
                is not known to anyone, until they choose theirs.
            role: what they may do.
            name: what colleagues call them.

        Raises:
            AlreadyExists: there is a user of this address.
            PasswordUnfit: the password cannot be accepted.
            NotPossible: this is not an e-mail address.
            NameUnfit: the name is too long or cannot be printed.
        """
        context, user, address = self._context, new_id("usr"), _address(email)
        box, _, host = address.partition("@")
        if not box or not host or len(address) > _LONGEST_ADDRESS:
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
        kept = unknown_to_all() if password is None else _hashed(password, address)
        values |= {"password": kept.kept, "role": role.value, "created_at": context.now}
        values |= {"name": self._sealed_name(user, name), "factor_due_at": context.now}
        context.connection.execute(insert(UserRow).values(values))
        context.log("user.added", user, {"role": role.value})
        return self.get(user)

    def credential(self, email: str) -> Credential:
        """Return what a password for this address is compared with, to be hashed outside a transaction."""
        row = self._by_email(_address(email))
        return Credential(row.id, row.password) if row else Credential(None, None)

    def credential_of(self, user: str) -> Credential:
        """Return what a password of a user who is signed in already is compared with."""
        row = self._context.connection.execute(select(UserRow.password).where(UserRow.id == user)).one_or_none()
        return Credential(user, row.password) if row else Credential(None, None)

    def admit(self, compared: Compared, *, record: bool = True) -> UserRecord | None:
        """Return the user whose password was right; None if it was not, was changed since, or they are disabled.

        Args:
            compared: what `compare` returned for a `credential`.
            record: whether a refusal is written to the audit; requests without a session must not make it
                grow without bound.
        """
        row = self._row(compared.known.user or "") if self._stands(compared) else None
        if row is None or row.disabled_at is not None:
            if record:
                self._context.log("user.refused", compared.known.user or "unknown")
            return None
        user = row.id
        if compared.fresh is not None:
            self._update(user, {"password": compared.fresh})
        self._context.log("user.signed_in", user)
        return self._record(row)

    def confirm(self, compared: Compared) -> bool:
        """Say whether the password of a user who is signed in already was right, and still is theirs."""
        right = self._stands(compared)
        self._context.log("user.confirmed" if right else "user.refused", compared.known.user or "unknown")
        return right

    def authenticate(self, email: str, password: str) -> UserRecord | None:
        """Return the user of this address if the password is theirs and they are not disabled.

        An unknown address takes as long as a wrong password. It hashes inside the transaction: for the command
        line, where nothing else waits for the lock; a service compares between `credential` and `admit`.
        """
        return self.admit(compare(self.credential(email), password))

    def _stands(self, compared: Compared) -> bool:
        """Say whether a password was right and has not been changed since the credential was read."""
        known = compared.known
        return compared.right and known.user is not None and known == self.credential_of(known.user)

    def get(self, user: str) -> UserRecord:
        """Return a user.

        Raises:
            NotFound: there is none of this id.
        """
        return self._record(self._row(user))

    def all(self) -> list[UserRecord]:
        """Return every user, disabled ones too, the oldest first."""
        query = select(UserRow.__table__).order_by(UserRow.created_at, UserRow.id)
        return [self._record(row) for row in self._context.connection.execute(query)]

    def none_yet(self) -> bool:
        """Say whether there is no user at all: a new installation."""
        return self._context.connection.execute(select(func.count()).select_from(UserRow)).scalar_one() == 0

    def find(self, email: str) -> UserRecord | None:
        """Return the user of this address, a disabled one too, or None."""
        row = self._by_email(_address(email))
        return self._record(row) if row else None

    def find_identity(self, issuer: str, subject: str) -> UserRecord | None:
        """Return the user who is known to a sign-in service under this subject, or None."""
        query = select(IdentityRow.user_id).where(IdentityRow.subject_index == self._identity(issuer, subject))
        user = self._context.connection.execute(query).scalar_one_or_none()
        return self.get(user) if user else None

    def bind_identity(self, user: str, issuer: str, subject: str) -> None:
        """Remember under which subject a sign-in service knows a user."""
        values = {"subject_index": self._identity(issuer, subject), "user_id": user}
        self._context.connection.execute(insert(IdentityRow).values(values))
        self._context.log("user.identity_bound", user)

    def set_password(self, user: str, password: str | Hashed) -> None:
        """Give a user another password, sign them out everywhere and end their one-time links.

        A service hashes it before the transaction begins (`passwords.hashed`); text is
        hashed here, for the command line.

        Raises:
            PasswordUnfit: the password cannot be accepted.
        """
        self._update(user, {"password": _hashed(password, self.get(user).email).kept})
        self._sign_out(user)
        self._end_links(user)
        self._context.log("user.password_changed", user)

    def set_name(self, user: str, name: str) -> None:
        """Say what colleagues call a user; an empty name leaves them their address.

        Raises:
            NameUnfit: it is too long or cannot be printed.
        """
        self._update(user, {"name": self._sealed_name(user, name)})
        self._context.log("user.named", user)

    def factor_due(self, user: str, grace: timedelta) -> datetime:
        """Return from when on a user whose role needs a second factor cannot do without.

        An account of before that was never asked has `grace` from now on; that is written down.
        """
        due = self.get(user).factor_due_at
        if due is None:
            due = self._context.now + grace
            self._update(user, {"factor_due_at": due})
        return due

    def set_role(self, user: str, role: Role) -> None:
        """Give a user another role and sign them out everywhere.

        Raises:
            NotPossible: it is one's own role, or that of the last administrator.
        """
        self._keep_an_admin(user)
        before = self.get(user).role
        self._update(user, {"role": role.value, "factor_due_at": self._context.now})
        self._sign_out(user)
        former.keep(self._context, self._context.log("user.role_changed", user, {"role": role.value}), before.value)

    def former_role(self, entry: int) -> Role | None:
        """Return the role that a user had before the change that an entry of the audit tells of, while it is kept."""
        kept = former.read(self._context, entry)
        return None if kept is None else Role(kept)

    def disable(self, user: str) -> None:
        """Keep a user from signing in, sign them out everywhere and end their one-time links.

        Raises:
            NotPossible: it is oneself, or the last administrator.
        """
        self._keep_an_admin(user)
        self._update(user, {"disabled_at": self._context.now})
        self._sign_out(user)
        self._end_links(user)
        self._context.log("user.disabled", user)

    def enable(self, user: str) -> None:
        """Let a disabled user sign in again."""
        self._update(user, {"disabled_at": None})
        self._context.log("user.enabled", user)

    def _keep_an_admin(self, user: str) -> None:
        """Refuse to change oneself, and to take away the last administrator who can sign in."""
        if user == self._context.actor:
            message = "You cannot change your own role or account; ask another administrator."
            raise NotPossible(message)
        able = select(UserRow.id).where(UserRow.role == Role.ADMIN.value, UserRow.disabled_at.is_(None))
        if list(self._context.connection.execute(able).scalars()) == [user]:
            message = "This is the last administrator; make another user an administrator first."
            raise NotPossible(message)

    def _update(self, user: str, values: dict[str, Any]) -> None:
        result = self._context.connection.execute(update(UserRow).where(UserRow.id == user).values(values))
        changed(result.rowcount, "There is no user of this id.")

    def _end_links(self, user: str) -> None:
        self._context.connection.execute(delete(LinkRow).where(LinkRow.user_id == user))

    def _sign_out(self, user: str) -> None:
        self._context.connection.execute(delete(SessionRow).where(SessionRow.user_id == user))

    def _row(self, user: str) -> Row[*tuple[Any, ...]]:
        row = self._context.connection.execute(select(UserRow.__table__).where(UserRow.id == user)).one_or_none()
        if row is None:
            message = "There is no user of this id."
            raise NotFound(message)
        return row

    def _by_email(self, address: str) -> Row[*tuple[Any, ...]] | None:
        query = select(UserRow.__table__).where(UserRow.email_index == self._index(address))
        return self._context.connection.execute(query).one_or_none()

    def _index(self, address: str) -> bytes:
        return self._context.keyring.index(address, "users.email")

    def _identity(self, issuer: str, subject: str) -> bytes:
        return self._context.keyring.index(f"{issuer} {subject}", "identities.subject")

    def _record(self, row: Row[*tuple[Any, ...]]) -> UserRecord:
        email = self._context.open(row.email, _place(row.id))
        name = self._context.open(row.name, _place(row.id, "name")) if row.name else ""
        return UserRecord(row.id, email, Role(row.role), row.created_at, row.disabled_at, name, row.factor_due_at)

    def _sealed_name(self, user: str, name: str) -> bytes | None:
        name = spelling(name)
        if why := unfit_name(name):
            raise NameUnfit(why)
        return self._context.seal(name, _place(user, "name")) if name else None


def unfit_name(name: str) -> str | None:
    """Return why a user cannot have this name, in a sentence; None if they can."""
    if len(name) > _LONGEST_NAME:
        return f"A name may have at most {_LONGEST_NAME} letters; shorten it."
    return None if name.isprintable() else "The name has a character that cannot be printed; type it again."


def _address(email: str) -> str:
    return spelling(email).casefold()


def _hashed(password: str | Hashed, address: str) -> Hashed:
    return password if isinstance(password, Hashed) else hashed(password, address)


def _place(user: str, column: str = "email") -> Place:
    return Place("users", user, column)
