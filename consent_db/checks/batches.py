"""Pictures that were sent together: which checks they became, and how many there should be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, insert, select

from consent_db.checks.batch_pictures import BatchPicture, pictures_of
from consent_db.core.context import Context, new_id
from consent_db.errors import NotPossible
from consent_db.schema import BatchCheckRow, BatchRow, CheckRow

MOST: Final = 200
"""How many pictures may be sent together."""


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch as remembered.

    Attributes:
        actor: who sent it.
        expected: how many pictures were chosen.
        checks: ids of the checks that they became first, in the order of sending.
    """

    id: str
    actor: str
    created_at: datetime
    expected: int
    checks: tuple[str, ...]


class Batches:
    """Batches, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def start(self, expected: int) -> str:
        """Write down that an uploader sends so many pictures together; return the batch's id.

        Raises:
            NotPossible: fewer than one, or more than may be sent together.
        """
        if not 1 <= expected <= MOST:
            message = f"Send between one and {MOST} pictures at once."
            raise NotPossible(message)
        context, row_id = self._context, new_id("bat")
        values: dict[str, Any] = {"id": row_id, "actor": context.actor, "created_at": context.now}
        context.connection.execute(insert(BatchRow).values({**values, "expected": expected}))
        return row_id

    def add(self, batch: str, check: str) -> None:
        """Note that one of its pictures has become a check.

        Raises:
            NotPossible: as many as were expected have come already.
        """
        execute, row = self._context.connection.execute, BatchCheckRow
        place = execute(select(func.count()).where(row.batch_id == batch)).scalar_one()
        expected = execute(select(BatchRow.expected).where(BatchRow.id == batch)).scalar_one_or_none()
        if expected is None or place >= expected:
            message = "All pictures of this batch have come already. Send further ones as a new batch."
            raise NotPossible(message)
        execute(insert(row).values(check_id=check, batch_id=batch, place=place))

    def find(self, batch: str) -> BatchRecord | None:
        """Return one; None if there is none of this id."""
        row = self._context.connection.execute(_QUERY.where(BatchRow.id == batch)).one_or_none()
        return None if row is None else self._record(row)

    def of_check(self, check: str) -> BatchRecord | None:
        """Return the batch with which the picture of a check was sent; None if it came alone."""
        chain = select(CheckRow.id, CheckRow.supersedes).where(CheckRow.id == check).cte(recursive=True)
        chain = chain.union(select(CheckRow.id, CheckRow.supersedes).join(chain, CheckRow.id == chain.c.supersedes))
        query = select(BatchCheckRow.batch_id).where(BatchCheckRow.check_id.in_(select(chain.c.id))).limit(1)
        batch = self._context.connection.execute(query).scalar_one_or_none()
        return None if batch is None else self.find(batch)

    def pictures(self, batch: BatchRecord) -> tuple[BatchPicture, ...]:
        """Return where each picture that has arrived stands now, in the order of sending."""
        return pictures_of(self._context, batch.checks)

    def recent(self, actor: str, limit: int = 10) -> list[BatchRecord]:
        """Return the latest batches of one account, the newest first."""
        query = _QUERY.where(BatchRow.actor == actor).order_by(BatchRow.created_at.desc(), BatchRow.id).limit(limit)
        return [self._record(row) for row in self._context.connection.execute(query).all()]

    def _record(self, row: Row[*tuple[Any, ...]]) -> BatchRecord:
        query = select(BatchCheckRow.check_id).where(BatchCheckRow.batch_id == row.id).order_by(BatchCheckRow.place)
        checks = tuple(self._context.connection.execute(query).scalars())
        return BatchRecord(row.id, row.actor, row.created_at, row.expected, checks)


_QUERY: Final = select(BatchRow.__table__)
