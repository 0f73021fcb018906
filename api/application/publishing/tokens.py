"""Short-lived access tokens for programs (OAuth 2.0 client credentials, RFC 6749 and 9068).

A program proves once who it is, with its key, and carries a token instead of the key
for ten minutes, if it likes with fewer scopes. Nothing is stored: a token is signed,
and the client and the key that it names are looked up at every request, so a token ends
with its key, by revocation or rotation, at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from api.application.publishing.signing import Signatures
from consent_db.accounts.records import ClientRecord
from consent_db.errors import NotPossible
from consent_db.transaction import Transaction

LIFE: Final = timedelta(minutes=10)
_KIND: Final = "at+jwt"


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and what it is good for."""

    text: str = field(repr=False)
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads tokens."""

    signatures: Signatures
    issuer: str
    """The address of this installation: who makes them, and who takes them."""

    def make(self, client: ClientRecord, key: str, wanted: Iterable[str], now: datetime) -> Token | None:
        """Return a token with the scopes that are wanted, or with all; None if the client lacks one of them.

        Args:
            client: who asks.
            key: the public part of the key that it asks with, which the token ends with.
            wanted: scopes; none for all.
            now: the moment.
        """
        scopes = frozenset(wanted) or client.scopes
        if not scopes <= client.scopes:
            return None
        moments = {"iat": int(now.timestamp()), "exp": int((now + LIFE).timestamp())}
        who = {"iss": self.issuer, "aud": self.issuer, "sub": client.id, "client_id": client.id, "key": key}
        claims = {**who, **moments, "jti": secrets.token_hex(16), "scope": " ".join(sorted(scopes))}
        return Token(self.signatures.sign(_KIND, claims), scopes)

    def client(self, tx: Transaction, token: str, now: datetime) -> ClientRecord | None:
        """Return the client that a token speaks for, with the token's scopes; None if it is not good now."""
        claims = self.signatures.read(_KIND, token)
        if claims is None or claims["iss"] != self.issuer or now.timestamp() >= claims["exp"]:
            return None
        try:
            client = tx.clients.get(claims["sub"])
        except NotPossible:
            return None
        key_stands = any(key.prefix == claims.get("key") and now < key.expires_at for key in client.keys)
        if client.revoked_at is not None or not key_stands:
            return None
        return replace(client, scopes=client.scopes & frozenset(claims["scope"].split()))
