"""What the school is called, and its crest: in the header of every page and on every print."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import delete, insert, select

from consent_db.core.context import SCHOOL, Context
from consent_db.errors import NotPossible
from consent_db.schema import SchoolIdentityRow

LONGEST: Final = 120
"""Letters of a school's name."""
MOST_BYTES: Final = 500_000
"""Of a crest as it is kept."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The school's name, empty if it was not given, and its crest as a file that was made anew from pixels."""

    name: str = ""
    crest: bytes | None = field(default=None, repr=False)


class SchoolIdentity:
    """Name and crest, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def current(self) -> Identity:
        """Return what holds now."""
        row = self._context.connection.execute(select(SchoolIdentityRow.name, SchoolIdentityRow.crest)).one_or_none()
        return Identity() if row is None else Identity(*row)

    def keep(self, identity: Identity) -> None:
        """Let the school have this name and crest.

        Raises:
            NotPossible: the name is too long or cannot be printed, or the crest too large.
        """
        name = " ".join(identity.name.split())
        if len(name) > LONGEST or not name.isprintable():
            message = f"The name of the school may have at most {LONGEST} letters. Shorten it."
            raise NotPossible(message)
        if identity.crest is not None and len(identity.crest) > MOST_BYTES:
            message = "This crest is too large. Export it smaller, such as 400 pixels wide, and send that."
            raise NotPossible(message)
        execute = self._context.connection.execute
        values: dict[str, Any] = {"id": 1, "name": name, "crest": identity.crest}
        execute(delete(SchoolIdentityRow))
        execute(insert(SchoolIdentityRow).values(values))
        self._context.log("school.identity_changed", SCHOOL, {"crest": identity.crest is not None})
