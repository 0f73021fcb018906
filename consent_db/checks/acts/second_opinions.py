"""What a second person said about an exception: agreed or declined, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select

from consent_db.checks.reading import StoredChecks
from consent_db.core.context import Context, new_id
from consent_db.errors import NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import OpinionRow
from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import find_mentions
from gatekeeper.caption.text.words import clean
from gatekeeper.types import Person

_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class OpinionRecord:
    """One opinion; `note` is empty if nothing was written."""

    check_id: str
    at: datetime
    by: str
    agreed: bool
    note: str = field(repr=False)


class Opinions:
    """Opinions, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def give(self, check_id: str, note: str, *, agreed: bool) -> None:
        """Write down what the actor says about a check; the note is kept sealed.

        Whether it is theirs to say is the caller's to ask.

        Raises:
            NotPossible: the note is too long; or it is declined without one, or while the
                agreement of another is examined.
        """
        context, words = self._context, note.strip()
        if len(words) > _LONGEST:
            message = f"Write at most {_LONGEST} letters."
            raise NotPossible(message)
        if not agreed and not words:
            message = "Say in a sentence why you decline, so that your colleague knows what to do."
            raise NotPossible(message)
        if not agreed:
            StoredChecks(context).must_not_be_examined_again(check_id)
        row_id = new_id("opi")
        values: dict[str, Any] = {"id": row_id, "check_id": check_id, "at": context.now, "by": context.actor}
        values |= {"agreed": agreed, "note": context.seal(words, _place(row_id))}
        context.connection.execute(insert(OpinionRow).values(values))
        context.log("check.agreed" if agreed else "check.declined", check_id)

    def of(self, check_id: str) -> list[OpinionRecord]:
        """Return what was said about a check, the oldest first."""
        query = select(OpinionRow.__table__).where(OpinionRow.check_id == check_id)
        rows = self._context.connection.execute(query.order_by(OpinionRow.at, OpinionRow.id))
        return [
            OpinionRecord(row.check_id, row.at, row.by, row.agreed, self._context.open(row.note, _place(row.id)))
            for row in rows
        ]

    def declined(self, check_id: str) -> bool:
        """Say whether a second person declined."""
        query = select(OpinionRow.id).where(OpinionRow.check_id == check_id, OpinionRow.agreed.is_(False))
        return self._context.connection.execute(query.limit(1)).first() is not None


def forget_notes(context: Context, person: Person) -> None:
    """Delete every opinion whose note names this person, as far as can be told."""
    index = NameIndex.of([person])
    for row in context.connection.execute(select(OpinionRow.id, OpinionRow.note)).all():
        if find_mentions(clean(context.open(row.note, _place(row.id))), index):
            context.connection.execute(delete(OpinionRow).where(OpinionRow.id == row.id))


def _place(opinion: str) -> Place:
    return Place("opinions", opinion, "note")
