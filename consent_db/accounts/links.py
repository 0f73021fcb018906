"""One-time links: a secret address that lets a person do one thing once, for a while."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, select

from consent_db.accounts.records import LinkRecord, Purpose
from consent_db.core.context import Context
from consent_db.errors import NotPossible
from consent_db.schema import LinkRow

LIFE: Final = {Purpose.SET_UP: timedelta(minutes=30), Purpose.PASSWORD: timedelta(hours=24)}
"""How long an unused link is good."""


class Links:
    """One-time links, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def make(self, purpose: Purpose, user: str | None = None, life: timedelta | None = None) -> str:
        """Return the token of a new link (32 random bytes, base64url), shown once; earlier ones end.

        Args:
            purpose: what it is for.
            user: whose it is.
            life: how long it is good; None for as long as `LIFE` says.
        """
        context, token = self._context, secrets.token_urlsafe(32)
        same = (LinkRow.purpose == purpose.value) & (LinkRow.user_id == user)
        context.connection.execute(delete(LinkRow).where(same | (LinkRow.expires_at <= context.now)))
        values = {"token_sha256": _sha256(token), "purpose": purpose.value, "user_id": user}
        context.connection.execute(
            insert(LinkRow).values({**values, "expires_at": context.now + (life or LIFE[purpose])})
        )
        context.log("link.made", user or "school", {"purpose": purpose.value})
        return token

    def find(self, purpose: Purpose, token: str) -> LinkRecord | None:
        """Return the link of a token, if it is of this purpose, unused and not too old."""
        query = select(LinkRow.__table__).where(LinkRow.token_sha256 == _sha256(token))
        row = self._context.connection.execute(query).one_or_none()
        if row is None or row.purpose != purpose.value or row.expires_at <= self._context.now:
            return None
        return LinkRecord(purpose, row.user_id, row.expires_at)

    def use(self, purpose: Purpose, token: str) -> LinkRecord:
        """Use a link up and return what it was.

        Raises:
            NotPossible: there is no such link, or not any more.
        """
        link = self.find(purpose, token)
        if link is None:
            message = "This link was used already or is too old; ask for another."
            raise NotPossible(message)
        self._context.connection.execute(delete(LinkRow).where(LinkRow.token_sha256 == _sha256(token)))
        self._context.log("link.used", link.user or "school", {"purpose": purpose.value})
        return link


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
