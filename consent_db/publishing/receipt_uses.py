"""Single-use receipts: the first verification, in any process, uses a receipt up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, insert, select

from consent_db.core.context import Context
from consent_db.schema import PublicationRow, ReceiptUseRow

HOLD: Final = timedelta(minutes=10)
"""How long the program that verified may ask again with the same key, as after an answer that was lost."""
USED: Final = "receipt.used"
"""What the audit calls it."""


@dataclass(frozen=True, slots=True)
class Use:
    """Who is about to publish, and when.

    Attributes:
        client: the program's id.
        key: its idempotency key; without one, asking again is asking twice.
        at: the moment of the post, now or later (aware).
    """

    client: str
    key: str | None
    at: datetime


class ReceiptUses:
    """Uses of receipts, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, check_id: str, use: Use) -> bool:
        """Use a check's receipt up; say whether this is the one use of it, or the same once more.

        Of several at once exactly one is first, since writing transactions follow one another.

        Args:
            check_id: of an approval for one post.
            use: the same client with the same key is the same use, for `HOLD` from the
                moment of the post, and as long as no post was reported.
        """
        context, row = self._context, self._row(check_id)
        reported = select(PublicationRow.id).where(PublicationRow.check_id == check_id).limit(1)
        if context.connection.execute(reported).first() is not None:
            return False
        key = None if use.key is None else context.keyring.index(use.key, "receipt_uses.key")
        if row is not None:
            return key is not None and (row.client, row.key) == (use.client, key) and context.now < row.held_until
        values = {"check_id": check_id, "client": use.client, "key": key, "used_at": context.now}
        values |= {"held_until": max(use.at, context.now) + HOLD}
        context.connection.execute(insert(ReceiptUseRow).values(values))
        context.log(USED, check_id)
        return True

    def _row(self, check_id: str) -> Row[*tuple[Any, ...]] | None:
        query = select(ReceiptUseRow.__table__).where(ReceiptUseRow.check_id == check_id)
        return self._context.connection.execute(query).one_or_none()
