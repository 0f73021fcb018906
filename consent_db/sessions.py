"""Signed-in browsers: an opaque token outside, its SHA-256 inside."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update

from consent_db.context import Context, new_id
from consent_db.errors import NotPossible
from consent_db.records import SessionRecord
from consent_db.schema import SessionRow
from consent_db.users import Users

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)

_NOTED_EVERY: Final = timedelta(minutes=1)


class Sessions:
    """Sessions, through one transaction."""

    def __init__(self, context: Context, users: Users) -> None:
        self._context = context
        self._users = users

    def start(self, user: str) -> str:
        """Sign a user in; return the token for the cookie (32 random bytes, base64url).

        Raises:
            NotFound: there is no such user.
            NotPossible: the user is disabled.
        """
        if self._users.get(user).disabled_at is not None:
            message = "This user is disabled and cannot sign in."
            raise NotPossible(message)
        token, now = secrets.token_urlsafe(32), self._context.now
        values = {"id": new_id("ses"), "token_sha256": _sha256(token), "user_id": user}
        query = insert(SessionRow).values({**values, "started_at": now, "last_used": now})
        self._context.connection.execute(query)
        return token

    def find(self, token: str) -> SessionRecord | None:
        """Return the session of a token, unless it has ended: 30 idle minutes, 8 hours in all.

        The use is noted to the minute, in a transaction that can write.
        """
        query = select(SessionRow.__table__).where(SessionRow.token_sha256 == _sha256(token))
        row, now = self._context.connection.execute(query).one_or_none(), self._context.now
        if row is None or now - row.last_used >= IDLE or now - row.started_at >= ABSOLUTE:
            return None
        user = self._users.get(row.user_id)
        if user.disabled_at is not None:
            return None
        if self._context.writable and now - row.last_used >= _NOTED_EVERY:
            noted = update(SessionRow).where(SessionRow.id == row.id).values(last_used=now)
            self._context.connection.execute(noted)
        return SessionRecord(row.id, user, row.started_at, row.last_used)

    def of(self, user: str) -> list[SessionRecord]:
        """Return a user's sessions, the newest first; ended ones too, until they are swept."""
        query = select(SessionRow.__table__).where(SessionRow.user_id == user).order_by(SessionRow.started_at.desc())
        who = self._users.get(user)
        rows = self._context.connection.execute(query)
        return [SessionRecord(row.id, who, row.started_at, row.last_used) for row in rows]

    def end(self, token: str) -> None:
        """Sign one browser out; a token that nobody has is no error."""
        query = delete(SessionRow).where(SessionRow.token_sha256 == _sha256(token))
        self._context.connection.execute(query)

    def end_all(self, user: str) -> int:
        """Sign a user out everywhere; return from how many browsers."""
        query = delete(SessionRow).where(SessionRow.user_id == user)
        return self._context.connection.execute(query).rowcount

    def sweep(self) -> int:
        """Delete the sessions that have ended by time; return how many."""
        now = self._context.now
        ended = (SessionRow.last_used <= now - IDLE) | (SessionRow.started_at <= now - ABSOLUTE)
        return self._context.connection.execute(delete(SessionRow).where(ended)).rowcount


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
