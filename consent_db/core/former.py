"""What acts of a hand replaced, so that they can be undone: by the number of their entry in the audit.

What says who a person is lies with their notes (`notes.FORMER`), sealed with their key, and goes with them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select

from consent_db.core import notes
from consent_db.core.context import Context
from consent_db.keys.crypto import Place
from consent_db.schema import AuditRow, FormerValuesRow, NoteRow

UNDO_WITHIN: Final = timedelta(days=30)
"""For how long what an act replaced is kept, and so for how long the act can be undone."""


def keep(context: Context, entry: int, value: object) -> None:
    """Keep what the act of an entry replaced: ids and the school's own words, as JSON, sealed."""
    sealed = context.seal(value, _place(entry))
    context.connection.execute(insert(FormerValuesRow).values(entry=entry, sealed=sealed))


def read(context: Context, entry: int) -> Any | None:
    """Return what the act of an entry replaced; None if nothing was kept, or its time is over."""
    query = select(FormerValuesRow.sealed).where(FormerValuesRow.entry == entry)
    sealed = context.connection.execute(query).scalar_one_or_none()
    return None if sealed is None else context.open(sealed, _place(entry))


def forget_before(context: Context, moment: datetime) -> int:
    """Forget what was replaced before a moment, of people too; return how many values."""
    older = select(AuditRow.seq).where(AuditRow.at < moment.astimezone(UTC).isoformat())
    over = context.connection.execute(older.order_by(AuditRow.seq.desc()).limit(1)).scalar_one_or_none() or 0
    values = context.connection.execute(delete(FormerValuesRow).where(FormerValuesRow.entry <= over))
    of_people = delete(NoteRow).where(NoteRow.about == notes.FORMER, NoteRow.row_id <= over)
    return values.rowcount + context.connection.execute(of_people).rowcount


def _place(entry: int) -> Place:
    return Place("former_values", str(entry), "sealed")
