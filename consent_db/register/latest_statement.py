"""What was said last about each thing: the order of `gatekeeper.consent.permission`, for records and for the database.

To read everything that was ever said takes a second in a large school, so lists ask the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Subquery, case, func, select

from consent_db.register.records import StatementRecord
from consent_db.schema import StatementRow
from gatekeeper.consent.permission import Party, Stance, Subject, order_of


def order_of_record(record: StatementRecord) -> tuple[datetime, bool, int, int]:
    """Return what puts statements in the order in which they replace each other, the last one last."""
    return (*order_of(record.statement), record.id)


def latest(said: Iterable[StatementRecord]) -> dict[tuple[Party, Subject, str], StatementRecord]:
    """Return of what was said about one person the last statement by each party about each subject and scope."""
    return {
        (one.statement.party, one.statement.subject, one.statement.scope): one
        for one in sorted(said, key=order_of_record)
    }


def last_words() -> Subquery:
    """Return the same in SQL: each statement with its `place` among those by one party about one thing.

    Place 1 is the last.

    At one instant a no comes last, and of two grants the one that ends first.
    """
    row = StatementRow
    same = (row.person_id, row.party, row.subject, row.scope)
    granted = case((row.stance == Stance.GRANTED.value, 1), else_=0)
    endless = case((row.until.is_(None), 1), else_=0)
    later_first = (row.said_at.desc(), granted, endless, row.until, row.id.desc())
    place = func.row_number().over(partition_by=same, order_by=later_first)
    return select(row.id, *same, row.stance, row.until, place.label("place")).subquery()
