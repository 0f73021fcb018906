"""What was said last about each thing, found by the database.

To read everything that was ever said takes a second in a large school.
"""

from __future__ import annotations

from sqlalchemy import Subquery, func, select

from consent_db.schema import StatementRow


def last_words() -> Subquery:
    """Return every statement with its `place` among those by the same party about the same thing: 1 is the last."""
    row = StatementRow
    same, later_first = (row.person_id, row.party, row.subject, row.scope), (row.said_at.desc(), row.id.desc())
    place = func.row_number().over(partition_by=same, order_by=later_first)
    return select(row.id, *same, row.stance, row.until, place.label("place")).subquery()
