"""The copy of a listed or held person's data waits for the safeguarding lead.

The person who asks for a child's file may be the one the child is protected from, and
a place, a date or a picture in it may be enough to find them. The lead reads it first and
releases it. The audit is the memory: what was asked and released is there, and nowhere else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from consent_db.accounts.users import Users
from consent_db.core.context import Context
from consent_db.errors import NotPossible
from consent_db.people.current_statements import restrictions_in_force
from gatekeeper.types import PersonId, Role

RELEASE_LIFE: Final = timedelta(days=7)
"""How long a release holds: what is held of the person may change."""

ASKED: Final = "export.asked"
RELEASED: Final = "export.released"


class ExportState(StrEnum):
    """Whether a person's data may be handed out by others than the safeguarding lead."""

    FREE = "free"
    """Neither listed nor held, or the school has no safeguarding lead."""
    WAITS = "waits"
    ASKED = "asked"
    RELEASED = "released"


class ExportRelease:
    """Asking and releasing, through one transaction."""

    def __init__(self, context: Context, users: Users) -> None:
        self._context = context
        self._users = users

    def state(self, person: PersonId) -> ExportState:
        """Return whether a person's data may be handed out now."""
        if not (self._protected(person) and self._has_lead()):
            return ExportState.FREE
        asked, released = self._last(person, ASKED), self._last(person, RELEASED)
        if released is not None and released > self._context.now - RELEASE_LIFE:
            return ExportState.RELEASED
        waiting = asked is not None and (released is None or asked > released)
        return ExportState.ASKED if waiting else ExportState.WAITS

    def ask(self, person: PersonId) -> None:
        """Ask the safeguarding lead to release a person's data; asked once is enough."""
        if self.state(person) is ExportState.WAITS:
            self._context.log(ASKED, person)

    def release(self, person: PersonId, by: Role) -> None:
        """Let others hand the person's data out for `RELEASE_LIFE`.

        Raises:
            NotPossible: another than the safeguarding lead releases it.
        """
        if by is not Role.SAFEGUARDING_LEAD:
            raise NotPossible("Only the safeguarding lead may release it. Ask them.")
        self._context.log(RELEASED, person)

    def waiting(self) -> list[PersonId]:
        """Return the people whose data was asked for and the lead has not released."""
        protected = sorted(person for person, laid in restrictions_in_force(self._context).items() if laid)
        return [person for person in protected if self.state(person) is ExportState.ASKED]

    def _protected(self, person: PersonId) -> bool:
        return bool(restrictions_in_force(self._context, person).get(person))

    def _has_lead(self) -> bool:
        leads = (user for user in self._users.all() if user.role is Role.SAFEGUARDING_LEAD)
        return any(user.disabled_at is None for user in leads)

    def _last(self, person: PersonId, action: str) -> datetime | None:
        entries = self._context.audit.about(person, action)
        return entries[-1].at if entries else None
