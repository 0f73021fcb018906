"""What others did to accounts that matter, told to all who can do something about it.

An administrator can set another password on any account and remove its second factor,
and so become its holder. It is always written down; here it is taken from
the audit and put before the others' eyes when they sign in next.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, insert, select, update

from consent_db.accounts.records import Purpose, UserRecord
from consent_db.accounts.users import Users
from consent_db.audit.records import AuditEntry
from consent_db.audit.trail import AuditLog
from consent_db.core.context import Context
from consent_db.errors import NotFound
from consent_db.schema import AuditRow, NewsReadRow
from gatekeeper.types import Role

TOLD: Final = (
    "link.made",
    "second_factor.removed",
    "user.added",
    "user.role_changed",
    "user.enabled",
    "client.added",
    "client.rotated",
)
"""What is told, as the audit calls it."""
_KEEPERS: Final = frozenset({Role.ADMIN, Role.SAFEGUARDING_LEAD})
"""Who is told of all accounts; the others only of their own."""
_MOST: Final = 50


class AccountNews:
    """What there is to tell, through one transaction."""

    def __init__(self, context: Context, users: Users) -> None:
        self._context = context
        self._users = users

    def unread(self, user: UserRecord) -> Sequence[AuditEntry]:
        """Return what others have done since an account last read about it, the newest fifty, in order.

        Before the first sign-in (`begin`) there is nothing to tell.
        """
        read = self._read(user.id)
        if read is None:
            return ()
        query = select(AuditRow.seq).where(AuditRow.seq > read, AuditRow.action.in_(TOLD), AuditRow.actor != user.id)
        found = self._context.connection.execute(query.order_by(AuditRow.seq.desc()).limit(_MOST)).scalars()
        entries = [entry for seq in found for entry in self._log.entries(seq - 1, 1)]
        return [entry for entry in reversed(entries) if self._concerns(entry, user)]

    def begin(self, user_id: str) -> None:
        """Have an account that signs in for the first time told of what comes after that."""
        if self._read(user_id) is None:
            self._context.connection.execute(insert(NewsReadRow).values(user_id=user_id, seq=self._newest()))

    def read(self, user: UserRecord, seq: int) -> None:
        """Note that an account has read everything up to an entry."""
        seq = min(seq, self._newest())
        mine = NewsReadRow.user_id == user.id
        self._context.connection.execute(update(NewsReadRow).where(mine, NewsReadRow.seq < seq).values(seq=seq))

    @property
    def _log(self) -> AuditLog:
        return self._context.audit

    def _newest(self) -> int:
        self._log.flush()
        return self._context.connection.execute(select(func.coalesce(func.max(AuditRow.seq), 0))).scalar_one()

    def _read(self, user_id: str) -> int | None:
        query = select(NewsReadRow.seq).where(NewsReadRow.user_id == user_id)
        return self._context.connection.execute(query).scalar_one_or_none()

    def _concerns(self, entry: AuditEntry, user: UserRecord) -> bool:
        said = json.loads(entry.payload)
        if entry.action == "link.made" and said["purpose"] != Purpose.PASSWORD:
            return False
        if entry.object_id == user.id:
            return True
        if user.role not in _KEEPERS:
            return False
        return entry.action.startswith("client.") or said.get("role", self._role(entry.object_id)) != Role.STAFF

    def _role(self, user: str) -> Role:
        try:
            return self._users.get(user).role
        except NotFound:
            return Role.STAFF
