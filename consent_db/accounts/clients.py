"""API clients and their keys. A key is shown once; only a hash of its secret is kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, insert, select, update

from consent_db.accounts.records import ClientRecord, KeyRecord, NewClient
from consent_db.core.context import Context, changed, new_id
from consent_db.errors import NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import ClientKeyRow, ClientRow

LONGEST_LIFE: Final = timedelta(days=366)
LONGEST_OVERLAP: Final = timedelta(days=30)
"""How long an old key may stay good beside its successor."""

_KEY: Final = re.compile(r"gk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


PROGRAM: Final = "cli_"
"""What the ids of programs begin with."""


def is_client(actor: str) -> bool:
    """Say whether an actor is a program."""
    return actor.startswith(PROGRAM)


def prefix_of(key: str) -> str | None:
    """Return the public part of a key, by which lists name it; None of what is no key."""
    parts = _KEY.fullmatch(key)
    return parts[1] if parts else None


class Clients:
    """API clients, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(
        self,
        label: str,
        scopes: Iterable[str],
        channels: Iterable[str],
        expires_at: datetime,
        holder: str | None = None,
    ) -> NewClient:
        """Make a client and its key, `gk_<8 hex digits>_<32 random bytes>`.

        Args:
            label: what people call it; kept sealed.
            scopes: what it may do.
            channels: the names of the channels it may ask for.
            expires_at: when the key ends, at most one year from now.
            holder: the account that answers for what it does, and that is no second
                person for it; the actor if it is left out.

        Raises:
            NotPossible: the key would end in the past or too far in the future.
        """
        context, client = self._context, new_id("cli")
        lists = {"scopes": json.dumps(sorted(set(scopes))), "channels": json.dumps(sorted(set(channels)))}
        values = {"id": client, "label": context.seal(label, _place(client)), "created_at": context.now}
        values["holder"] = holder or context.actor
        context.connection.execute(insert(ClientRow).values(values | lists))
        noted = {"expires_at": expires_at.isoformat(), "holder": values["holder"]}
        context.log("client.added", client, lists | noted)
        return NewClient(client, self._new_key(client, expires_at))

    def rotate(self, client: str, expires_at: datetime, overlap: timedelta) -> NewClient:
        """Give a client another key; the ones that it has stay good for `overlap` at most.

        Raises:
            NotPossible: there is no such client or it was revoked, the key would end in the
                past or too far in the future, or the overlap is longer than 30 days.
        """
        if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
            message = "The old key can stay good for 30 days at most; choose fewer."
            raise NotPossible(message)
        if self.get(client).revoked_at is not None:
            message = "This client was revoked; make a new one."
            raise NotPossible(message)
        end = self._context.now + overlap
        older = (ClientKeyRow.client_id == client) & (ClientKeyRow.expires_at > end)
        self._context.connection.execute(update(ClientKeyRow).where(older).values(expires_at=end))
        key = self._new_key(client, expires_at)
        self._context.log(
            "client.rotated", client, {"expires_at": expires_at.isoformat(), "old_until": end.isoformat()}
        )
        return NewClient(client, key)

    def authenticate(self, key: str) -> ClientRecord | None:
        """Return the client whose key this is, unless it was revoked or has ended.

        The use is noted to the minute, in a transaction that can write.
        """
        parts = _KEY.fullmatch(key)
        row = self._by_prefix(parts[1]) if parts else None
        # The same comparison is made for keys that do not exist, so that time tells nothing.
        wanted = row.secret_sha256 if row else _sha256("")
        right = hmac.compare_digest(_sha256(parts[2] if parts else key), wanted)
        if row is None or not right or row.expires_at <= self._context.now:
            return None
        client = self.get(row.client_id)
        if client.revoked_at is not None:
            return None
        self._note_use(row)
        return client

    def revoke(self, client: str) -> None:
        """End a client's key at once.

        Raises:
            NotPossible: there is no such client, or it was revoked before.
        """
        query = update(ClientRow).where(ClientRow.id == client, ClientRow.revoked_at.is_(None))
        result = self._context.connection.execute(query.values(revoked_at=self._context.now))
        changed(result.rowcount, "There is no client of this id whose key could be revoked.")
        self._context.log("client.revoked", client)

    def get(self, client: str) -> ClientRecord:
        """Return a client.

        Raises:
            NotPossible: there is none of this id.
        """
        found = self._records(select(ClientRow.__table__).where(ClientRow.id == client))
        if not found:
            message = "There is no client of this id."
            raise NotPossible(message)
        return found[0]

    def all(self) -> list[ClientRecord]:
        """Return every client, revoked ones too, the oldest first."""
        return self._records(select(ClientRow.__table__).order_by(ClientRow.created_at, ClientRow.id))

    def _new_key(self, client: str, expires_at: datetime) -> str:
        now = self._context.now
        if not now < expires_at <= now + LONGEST_LIFE:
            message = "A key has to end within one year; choose an earlier day."
            raise NotPossible(message)
        prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        values = {"prefix": prefix, "client_id": client, "secret_sha256": _sha256(secret)}
        moments = {"created_at": now, "expires_at": expires_at}
        self._context.connection.execute(insert(ClientKeyRow).values(values | moments))
        return f"gk_{prefix}_{secret}"

    def _by_prefix(self, prefix: str) -> Row[*tuple[Any, ...]] | None:
        query = select(ClientKeyRow.__table__).where(ClientKeyRow.prefix == prefix)
        return self._context.connection.execute(query).one_or_none()

    def _note_use(self, row: Row[*tuple[Any, ...]]) -> None:
        minute = self._context.now.replace(second=0, microsecond=0)
        if self._context.writable and row.last_used != minute:
            query = update(ClientKeyRow).where(ClientKeyRow.prefix == row.prefix).values(last_used=minute)
            self._context.connection.execute(query)

    def _records(self, query: Select[*tuple[Any, ...]]) -> list[ClientRecord]:
        rows = self._context.connection.execute(query).all()
        mine = select(ClientKeyRow.__table__).where(ClientKeyRow.client_id.in_([row.id for row in rows]))
        keys: dict[str, list[KeyRecord]] = defaultdict(list)
        for key in self._context.connection.execute(mine.order_by(ClientKeyRow.created_at.desc())):
            keys[key.client_id].append(KeyRecord(key.prefix, key.created_at, key.expires_at, key.last_used))
        return [self._record(row, tuple(keys[row.id])) for row in rows]

    def _record(self, row: Row[*tuple[Any, ...]], keys: tuple[KeyRecord, ...]) -> ClientRecord:
        return ClientRecord(
            id=row.id,
            label=self._context.open(row.label, _place(row.id)),
            scopes=frozenset(json.loads(row.scopes)),
            channels=frozenset(json.loads(row.channels)),
            created_at=row.created_at,
            holder=row.holder,
            keys=keys,
            revoked_at=row.revoked_at,
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _place(client: str) -> Place:
    return Place("clients", client, "label")
