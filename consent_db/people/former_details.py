"""What the details of a person were before they were changed by hand, so that the change can be undone.

Only the last change can be undone, so what an earlier one replaced is forgotten with the next.
"""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import delete

from consent_db.core import notes
from consent_db.core.context import Context
from consent_db.errors import NotFound, NotPossible
from consent_db.people.records import PersonDraft
from consent_db.schema import NoteRow
from gatekeeper.types import PersonId

_DRAFT: Final = TypeAdapter(PersonDraft)


def keep(context: Context, entry: int, person: PersonId, before: PersonDraft) -> None:
    """Keep what the change of an entry of the audit replaced, sealed for the person, instead of anything older."""
    context.connection.execute(delete(NoteRow).where(NoteRow.about == notes.FORMER, NoteRow.person_id == person))
    notes.write(context, notes.FORMER, entry, person, _DRAFT.dump_json(before).decode())


def read(context: Context, person: PersonId, entry: int) -> PersonDraft:
    """Return what was known before the last change.

    Raises:
        NotFound: there is nothing that could be undone.
        NotPossible: it is not the last change.
    """
    last = max(kept(context, person), default=None)
    if last is not None and last > entry:
        message = "Their details were changed again since. Change them on the form instead."
        raise NotPossible(message)
    words = notes.read(context, notes.FORMER, entry, person)
    if words is None:
        message = "There is no such change, or what it replaced is not kept any more."
        raise NotFound(message)
    return _DRAFT.validate_json(words)


def kept(context: Context, person: PersonId) -> frozenset[int]:
    """Return the numbers of the changes that can be undone: the last one, while what it replaced is kept."""
    return notes.about(context, notes.FORMER, person)
