"""Searches of the released pictures for one person: asked for in a change's transaction, done afterwards.

A search that a crash cut off is still there, unfinished, and is done again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from consent_db.approvals.revocation import standing_approvals
from consent_db.core.context import Context
from consent_db.enrolment.templates import has_templates
from consent_db.errors import NotPossible
from consent_db.publishing.records import SearchRecord
from consent_db.register.impact import ask_for_search
from consent_db.schema import PublicationRow, SearchRow
from gatekeeper.types import PersonId


class Searches:
    """Searches, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask(self, person: PersonId) -> SearchRecord:
        """Have the released pictures searched for a person.

        Raises:
            NotPossible: there is no template, so the gate would not know the face.
        """
        if not has_templates(self._context, person):
            message = "There is no template of this person, so no picture can be searched; look through them by eye."
            raise NotPossible(message)
        return self.get(ask_for_search(self._context, person))

    def get(self, search: str) -> SearchRecord:
        """Return one that was asked for; it is there as long as the person is."""
        query = select(SearchRow.__table__).where(SearchRow.id == search)
        return _record(self._context.connection.execute(query).one())

    def waiting(self) -> list[SearchRecord]:
        """Return the searches that are not finished, the oldest first."""
        query = select(SearchRow.__table__).where(SearchRow.finished_at.is_(None))
        query = query.order_by(SearchRow.asked_at, SearchRow.id)
        return [_record(row) for row in self._context.connection.execute(query)]

    def finish(self, search: str, looked: int, found: int) -> None:
        """Note how a search ended; one that is gone with the person is passed over."""
        values = {"finished_at": self._context.now, "looked": looked, "found": found}
        self._context.connection.execute(update(SearchRow).where(SearchRow.id == search).values(values))
        self._context.log("search.finished", search, {"looked": looked, "found": found})

    def released(self) -> list[str]:
        """Return the checks whose pictures are up somewhere, or may still be published."""
        up = select(PublicationRow.check_id).where(PublicationRow.taken_down_at.is_(None))
        return sorted({*self._context.connection.execute(up).scalars(), *standing_approvals(self._context)})


def _record(row: Row[*tuple[Any, ...]]) -> SearchRecord:
    return SearchRecord(
        row.id, PersonId(row.person_id), row.asked_at, row.asked_by, row.finished_at, row.looked, row.found
    )
