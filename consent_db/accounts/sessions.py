"""Signed-in browsers: an opaque token outside, its SHA-256 inside."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from consent_db.accounts.last_uses import LastUses
from consent_db.accounts.records import SessionRecord, Step, UserRecord
from consent_db.accounts.users import Users
from consent_db.core.context import Context, new_id
from consent_db.errors import NotPossible
from consent_db.schema import SessionRow

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)
UNFINISHED: Final = timedelta(minutes=10)
"""How long a user who is half signed in has for the rest."""

NOTED_EVERY: Final = timedelta(minutes=1)
"""How old a last use gets before another is noted."""


class Sessions:
    """Sessions, through one transaction."""

    def __init__(self, context: Context, users: Users) -> None:
        self._context = context
        self._users = users

    def start(self, user: str, step: Step = Step.DONE, device: str = "", proved_at: datetime | None = None) -> str:
        """Sign a user in; return the token for the cookie (32 random bytes, base64url).

        Args:
            user: the user's id.
            step: how far they are; before `DONE` the session opens the rest of signing in and nothing else.
            device: what they use, in words.
            proved_at: when they last proved who they are; None for now.

        Raises:
            NotFound: there is no such user.
            NotPossible: the user is disabled.
        """
        if self._users.get(user).disabled_at is not None:
            message = "This user is disabled and cannot sign in."
            raise NotPossible(message)
        token, now = secrets.token_urlsafe(32), self._context.now
        values = {"id": new_id("ses"), "token_sha256": _sha256(token), "user_id": user}
        values |= {"step": step.value, "device": device}
        moments = {"started_at": now, "last_used": now, "proved_at": proved_at or now}
        self._context.connection.execute(insert(SessionRow).values(values | moments))
        return token

    def find(self, token: str, uses: LastUses | None = None) -> SessionRecord | None:
        """Return the session of a token, unless it has ended: 30 idle minutes, 8 hours in all.

        A session whose sign-in is not finished ends after 10 minutes.
        The use is noted to the minute, in a transaction that can write.

        Args:
            token: of the cookie.
            uses: what is known of last uses and not written yet.
        """
        query = select(SessionRow.__table__).where(SessionRow.token_sha256 == _sha256(token))
        row, now = self._context.connection.execute(query).one_or_none(), self._context.now
        if row is None or now - row.started_at >= _longest(row):
            return None
        if now - (uses.of_session(row.id, row.last_used) if uses else row.last_used) >= IDLE:
            return None
        user = self._users.get(row.user_id)
        if user.disabled_at is not None:
            return None
        if self._context.writable and now - row.last_used >= NOTED_EVERY:
            noted = update(SessionRow).where(SessionRow.id == row.id).values(last_used=now)
            self._context.connection.execute(noted)
        return _record(row, user)

    def of(self, user: str) -> list[SessionRecord]:
        """Return the sessions of a user that are still good, the newest first."""
        query = select(SessionRow.__table__).where(SessionRow.user_id == user).order_by(SessionRow.started_at.desc())
        who, now = self._users.get(user), self._context.now
        rows = self._context.connection.execute(query)
        return [_record(r, who) for r in rows if now - r.last_used < IDLE and now - r.started_at < _longest(r)]

    def end(self, token: str) -> None:
        """Sign one browser out; an unknown token is no error."""
        query = delete(SessionRow).where(SessionRow.token_sha256 == _sha256(token))
        self._context.connection.execute(query)

    def end_one(self, user: str, session: str) -> None:
        """End one session of a user; another's, or one that has ended, is no error and nothing happens."""
        query = delete(SessionRow).where(SessionRow.user_id == user, SessionRow.id == session)
        if self._context.connection.execute(query).rowcount:
            self._context.log("session.ended", user, {"session": session})

    def end_all(self, user: str, but: str = "") -> int:
        """Sign a user out everywhere, or everywhere but in one session; return from how many browsers."""
        query = delete(SessionRow).where(SessionRow.user_id == user, SessionRow.id != but)
        count = self._context.connection.execute(query).rowcount
        self._context.log("session.all_ended", user, {"count": count})
        return count

    def sweep(self) -> int:
        """Delete the sessions that have ended by time; return how many."""
        now = self._context.now
        ended = (SessionRow.last_used <= now - IDLE) | (SessionRow.started_at <= now - ABSOLUTE)
        return self._context.connection.execute(delete(SessionRow).where(ended)).rowcount


def _longest(row: Row[*tuple[Any, ...]]) -> timedelta:
    return ABSOLUTE if row.step == Step.DONE else UNFINISHED


def _record(row: Row[*tuple[Any, ...]], user: UserRecord) -> SessionRecord:
    return SessionRecord(row.id, user, row.started_at, row.last_used, row.proved_at, Step(row.step), row.device)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
