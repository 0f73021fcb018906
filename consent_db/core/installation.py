"""Which data folder a database belongs to: an id that is kept in both (docs/decisions/0043)."""

from __future__ import annotations

from sqlalchemy import select, update

from consent_db.core.context import SCHOOL, Context
from consent_db.schema import SchoolRow


class Installation:
    """The database's half, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def current(self) -> str | None:
        """Return the id of the folder that the database belongs to; None if it was never opened from one."""
        return self._context.connection.execute(select(SchoolRow.installation)).scalar_one()

    def bind_first(self, installation: str) -> str:
        """Let the database belong to a folder unless it belongs to one; return the id that holds."""
        query = update(SchoolRow).where(SchoolRow.installation.is_(None))
        self._context.connection.execute(query.values(installation=installation))
        return self.current() or installation

    def bind(self, installation: str, why: str) -> None:
        """Let the database belong to another folder from now on; it is written to the audit.

        Args:
            installation: the id that the folder has.
            why: a short code such as `moved` or `restored`.
        """
        before = self.current()
        self._context.connection.execute(update(SchoolRow).values(installation=installation))
        self._context.log("installation.bound", SCHOOL, {"why": why, "from": before, "to": installation})
