"""Filters and orders of lists that a user keeps under a name, for that user alone.

What was typed to search is never among them: it may be the name of a pupil. The name
is typed freely, so it is sealed together with the filters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select

from consent_db.core.context import Context, new_id
from consent_db.errors import NotFound, NotPossible
from consent_db.keys.crypto import Place
from consent_db.schema import SavedViewRow

MOST: Final = 20
"""How many a user keeps of one list."""

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class _Content:
    """What is sealed."""

    name: str
    asked: dict[str, str]


_CONTENT: Final = TypeAdapter(_Content)


@dataclass(frozen=True, slots=True)
class SavedView:
    """Filters and order of the list at a path, as the parameters of its address say them."""

    id: str
    path: str
    name: str = field(repr=False)
    asked: Mapping[str, str]


class SavedViews:
    """What users keep of lists, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, user: str, path: str) -> list[SavedView]:
        """Return what a user keeps of a list, by name."""
        query = select(SavedViewRow.__table__).where(SavedViewRow.user_id == user, SavedViewRow.path == path)
        found = []
        for row in self._context.connection.execute(query):
            content = _CONTENT.validate_json(self._context.school_key.open(row.content, _place(row.id)))
            found.append(SavedView(row.id, row.path, content.name, content.asked))
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    def save(self, user: str, path: str, name: str, asked: Mapping[str, str]) -> None:
        """Keep the parameters of a list's address under a name.

        Raises:
            NotPossible: there is no name, it is too long, or there are too many.
        """
        if not name.strip() or len(name) > LONGEST_NAME:
            message = f"Give these filters a name of at most {LONGEST_NAME} letters."
            raise NotPossible(message)
        mine = (SavedViewRow.user_id == user) & (SavedViewRow.path == path)
        if self._context.connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST:
            message = f"You keep {MOST} filters of this list, which is the most. Remove one first."
            raise NotPossible(message)
        row_id = new_id("svw")
        content = _CONTENT.dump_json(_Content(name.strip(), dict(asked)))
        values = {"id": row_id, "user_id": user, "path": path, "saved_at": self._context.now}
        sealed = self._context.school_key.seal(content, _place(row_id))
        self._context.connection.execute(insert(SavedViewRow).values(values | {"content": sealed}))
        self._context.log("view.saved", row_id)

    def remove(self, user: str, view: str) -> None:
        """Forget one of a user's own.

        Raises:
            NotFound: this user keeps none of this id.
        """
        mine = (SavedViewRow.user_id == user) & (SavedViewRow.id == view)
        if not self._context.connection.execute(delete(SavedViewRow).where(mine)).rowcount:
            message = "These filters are not kept any more."
            raise NotFound(message)
        self._context.log("view.removed", view)


def _place(view: str) -> Place:
    return Place("saved_views", view, "content")
