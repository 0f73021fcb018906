"""Saved column mappings of a school's own files, by name."""

from __future__ import annotations

import re
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select

from consent_db.core.context import Context
from consent_db.errors import NotFound, NotPossible
from consent_db.roster.layout import LEFT_OUT, Layout, is_ours
from consent_db.schema import RosterMappingRow

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_CONTENT: Final = TypeAdapter(Layout)


class Layouts:
    """Layouts by name, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def save(self, name: str, layout: Layout) -> None:
        """Keep a layout, in place of an earlier one of this name.

        Raises:
            NotPossible: the name cannot be used, or a meaning is not one of our columns.
        """
        if not _NAME.fullmatch(name):
            raise NotPossible("A layout's name is made of a-z, 0-9, _ and -, at most 50 letters.")
        if strange := sorted({meaning for meaning in layout.columns.values() if meaning != LEFT_OUT} - _ours(layout)):
            raise NotPossible(f"{', '.join(strange)}: no such column; the list is in docs/reference/roster.md.")
        context, content = self._context, _CONTENT.dump_json(layout).decode()
        context.connection.execute(delete(RosterMappingRow).where(RosterMappingRow.name == name))
        values = {"name": name, "content": content, "saved_at": context.now, "saved_by": context.actor}
        context.connection.execute(insert(RosterMappingRow).values(values))
        context.log("layout.saved", name, {"columns": len(layout.columns)})

    def get(self, name: str) -> Layout:
        """Return a layout.

        Raises:
            NotFound: there is none of this name.
        """
        query = select(RosterMappingRow.content).where(RosterMappingRow.name == name)
        content = self._context.connection.execute(query).scalar_one_or_none()
        if content is None:
            raise NotFound("There is no layout of this name; `gatekeeper roster layouts` lists them.")
        return _CONTENT.validate_json(content)

    def names(self) -> list[str]:
        """Return the names of all layouts, sorted."""
        query = select(RosterMappingRow.name).order_by(RosterMappingRow.name)
        return list(self._context.connection.execute(query).scalars())

    def remove(self, name: str) -> None:
        """Forget a layout.

        Raises:
            NotFound: there is none of this name.
        """
        self.get(name)
        self._context.connection.execute(delete(RosterMappingRow).where(RosterMappingRow.name == name))
        self._context.log("layout.removed", name)


def _ours(layout: Layout) -> set[str]:
    return {meaning for meaning in layout.columns.values() if is_ours(meaning)}
