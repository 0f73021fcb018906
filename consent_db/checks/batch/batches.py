"""Pictures that were sent together: which checks they became, and how many there should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select

from consent_db.checks.batch.batch_pictures import BatchPicture, pictures_of
from consent_db.checks.batch.file_names import file_name, names_cell
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
        checks: ids of the checks that they became first, in the order in which they were chosen.
        places: of each of these checks among the files as chosen, from 0.
        names: of the files as chosen; empty in batches from before they were kept, and a name
            is empty that was taken out with a person.
    """

    id: str
    actor: str
    created_at: datetime
    expected: int
    checks: tuple[str, ...]
    places: tuple[int, ...] = ()
    names: tuple[str, ...] = field(default=(), repr=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the files that have not arrived, as far as they are known."""
        return tuple(name for place, name in enumerate(self.names) if name and place not in self.places)

    def name_of(self, first: str) -> str:
        """Return the name of the file that became a check; empty if it is not known."""
        place = self.places[self.checks.index(first)]
        return self.names[place] if place < len(self.names) else ""


class Batches:
    """Batches, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def start(self, expected: int, names: Sequence[str] = ()) -> str:
        """Write down that an uploader sends so many pictures together; return the batch's id.

        Args:
            expected: how many.
            names: of their files, in the order in which they were chosen; kept sealed.

        Raises:
            NotPossible: fewer than one, more than may be sent together, or not a name for each.
        """
        if not 1 <= expected <= MOST:
            message = f"Send between one and {MOST} pictures at once."
            raise NotPossible(message)
        if names and len(names) != expected:
            message = "Send the name of every file, or none."
            raise NotPossible(message)
        context, row_id = self._context, new_id("bat")
        values: dict[str, Any] = {"id": row_id, "actor": context.actor, "created_at": context.now}
        kept = [file_name(name) for name in names]
        values["names"] = context.seal(kept, names_cell(row_id)) if any(kept) else None
        context.connection.execute(insert(BatchRow).values({**values, "expected": expected}))
        return row_id

    def add(self, batch: str, check: str, place: int | None = None) -> None:
        """Note that one of its pictures has become a check.

        Args:
            batch: that the picture was sent with.
            check: that it has become.
            place: of its file among those chosen, from 0; None for the first that is free.

        Raises:
            NotPossible: as many as were expected have come already, or this one has.
        """
        execute, row = self._context.connection.execute, BatchCheckRow
        taken = set(execute(select(row.place).where(row.batch_id == batch)).scalars())
        expected = execute(select(BatchRow.expected).where(BatchRow.id == batch)).scalar_one_or_none() or 0
        free = next((number for number in range(expected) if number not in taken), expected) if place is None else place
        if free in taken or not 0 <= free < expected:
            message = "All pictures of this batch have come already. Send further ones as a new batch."
            raise NotPossible(message)
        execute(insert(row).values(check_id=check, batch_id=batch, place=free))

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
        names = {check: batch.name_of(check) for check in batch.checks}
        return pictures_of(self._context, names)

    def standings(self, checks: Sequence[str]) -> tuple[BatchPicture, ...]:
        """Return where the pictures of checks stand now, whether or not they were sent together."""
        return pictures_of(self._context, dict.fromkeys(checks, ""))

    def recent(self, actor: str, limit: int = 10) -> list[BatchRecord]:
        """Return the latest batches of one account, the newest first."""
        query = _QUERY.where(BatchRow.actor == actor).order_by(BatchRow.created_at.desc(), BatchRow.id).limit(limit)
        return [self._record(row) for row in self._context.connection.execute(query).all()]

    def _record(self, row: Row[*tuple[Any, ...]]) -> BatchRecord:
        context, cell = self._context, BatchCheckRow
        query = select(cell.check_id, cell.place).where(cell.batch_id == row.id).order_by(cell.place)
        arrived = context.connection.execute(query).all()
        return BatchRecord(
            id=row.id,
            actor=row.actor,
            created_at=row.created_at,
            expected=row.expected,
            checks=tuple(one.check_id for one in arrived),
            places=tuple(one.place for one in arrived),
            names=() if row.names is None else tuple(context.open(row.names, names_cell(row.id))),
        )


_QUERY: Final = select(BatchRow.__table__)
