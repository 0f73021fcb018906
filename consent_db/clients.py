"""Programs with a key to the API. A key is shown once; only a hash of its secret is kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from consent_db.context import Context, changed, new_id
from consent_db.crypto import Place
from consent_db.errors import NotPossible
from consent_db.records import ClientRecord, NewClient
from consent_db.schema import ClientRow

LONGEST_LIFE: Final = timedelta(days=366)

_KEY: Final = re.compile(r"gk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


class Clients:
    """API clients, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, label: str, scopes: Iterable[str], channels: Iterable[str], expires_at: datetime) -> NewClient:
        """Make a client and its key, `gk_<8 hex digits>_<32 random bytes>`.

        Args:
            label: what people call it; kept sealed.
            scopes: what it may do.
            channels: the names of the channels it may ask for.
            expires_at: when the key ends, at most one year from now.

        Raises:
            NotPossible: the key would end in the past or too far in the future.
        """
        context = self._context
        if not context.now < expires_at <= context.now + LONGEST_LIFE:
            message = "A key has to end within one year; choose an earlier day."
            raise NotPossible(message)
        client, prefix, secret = new_id("cli"), secrets.token_hex(4), secrets.token_urlsafe(32)
        values: dict[str, Any] = {"id": client, "prefix": prefix, "secret_sha256": _sha256(secret)}
        values |= {"label": context.seal(label, _place(client)), "created_at": context.now, "expires_at": expires_at}
        lists = {"scopes": json.dumps(sorted(set(scopes))), "channels": json.dumps(sorted(set(channels)))}
        context.connection.execute(insert(ClientRow).values(values | lists))
        context.log("client.added", client, lists | {"expires_at": expires_at.isoformat()})
        return NewClient(client, f"gk_{prefix}_{secret}")

    def authenticate(self, key: str) -> ClientRecord | None:
        """Return the client whose key this is, unless it was revoked or has ended.

        The use is noted to the minute, in a transaction that can write.
        """
        parts = _KEY.fullmatch(key)
        row = self._by_prefix(parts[1]) if parts else None
        # The same comparison is made for keys that nobody has, so that time tells nothing.
        wanted = row.secret_sha256 if row else _sha256("")
        right = hmac.compare_digest(_sha256(parts[2] if parts else key), wanted)
        if row is None or not right or row.revoked_at is not None or row.expires_at <= self._context.now:
            return None
        self._note_use(row)
        return self._record(row)

    def revoke(self, client: str) -> None:
        """End a client's key at once.

        Raises:
            NotPossible: there is no such client, or it was revoked before.
        """
        query = update(ClientRow).where(ClientRow.id == client, ClientRow.revoked_at.is_(None))
        result = self._context.connection.execute(query.values(revoked_at=self._context.now))
        changed(result.rowcount, "There is no client of this id whose key could be revoked.")
        self._context.log("client.revoked", client)

    def all(self) -> list[ClientRecord]:
        """Return every client, revoked ones too, the oldest first."""
        query = select(ClientRow.__table__).order_by(ClientRow.created_at, ClientRow.id)
        return [self._record(row) for row in self._context.connection.execute(query)]

    def _by_prefix(self, prefix: str) -> Row[*tuple[Any, ...]] | None:
        query = select(ClientRow.__table__).where(ClientRow.prefix == prefix)
        return self._context.connection.execute(query).one_or_none()

    def _note_use(self, row: Row[*tuple[Any, ...]]) -> None:
        minute = self._context.now.replace(second=0, microsecond=0)
        if self._context.writable and row.last_used != minute:
            query = update(ClientRow).where(ClientRow.id == row.id).values(last_used=minute)
            self._context.connection.execute(query)

    def _record(self, row: Row[*tuple[Any, ...]]) -> ClientRecord:
        return ClientRecord(
            id=row.id,
            label=self._context.open(row.label, _place(row.id)),
            scopes=frozenset(json.loads(row.scopes)),
            channels=frozenset(json.loads(row.channels)),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used=row.last_used,
            revoked_at=row.revoked_at,
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _place(client: str) -> Place:
    return Place("clients", client, "label")
