"""Rows of a school's file that an import left out, kept so that they can be corrected later.

A row says who it is about in the words of the file; that may be a person on the register, or
one who is not on it. So the rows hang on no person: they are sealed with the school's key, taken
out by name and number when a person is erased, found the same way for subject access, and go
after `LIFE` in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select

from consent_db.core.context import Context, new_id
from consent_db.keys.crypto import Place
from consent_db.people.profiles import Profile
from consent_db.schema import RosterLeftOutRow
from gatekeeper.naming import Likeness, same_name
from gatekeeper.types import PersonId

LIFE: Final = timedelta(days=30)
"""How long a row that was left out is kept."""

_SAYS_LISTED: Final = "do_not_publish"
_PIECE: Final = 500


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """One row that was not imported.

    Attributes:
        line: where it begins in the file, from 1.
        reason: why it was left out, and what to do.
        name: who it is about, as the file says; empty if it does not.
        number: their external id there.
        cells: heading, meaning and content of each column that is read.
        people: on the register whom a question about the row is about.
    """

    line: int
    reason: str = field(repr=False)
    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    cells: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    people: tuple[str, ...] = ()

    def names(self, profile: Profile) -> bool:
        """Say whether the name of the row is, or may be, that of a person."""
        return bool(self.name) and any(same_name(self.name, one) >= Likeness.PARTIAL for one in profile.whole_names)

    def has_number_of(self, profile: Profile) -> bool:
        """Say whether the row has the number of a person."""
        return bool(self.number) and self.number.casefold() == (profile.external_id or "").casefold()


class LeftOut:
    """The rows that imports left out, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def keep(self, import_number: int, rows: Sequence[LeftOutRow]) -> None:
        """Keep the rows that an import has just left out."""
        context = self._context
        values = []
        for row in rows:
            row_id = new_id("lor")
            sealed = context.seal(asdict(row), _place(row_id))
            values.append({"id": row_id, "import_id": import_number, "kept_at": context.now, "sealed": sealed})
        if values:
            context.connection.execute(insert(RosterLeftOutRow), values)

    def of(self, import_number: int) -> list[LeftOutRow]:
        """Return the rows that an import left out and that are still kept, in the order of its file."""
        query = select(RosterLeftOutRow.__table__).where(RosterLeftOutRow.import_id == import_number)
        return sorted((self._opened(row) for row in self._context.connection.execute(query)), key=lambda row: row.line)

    def counts(self) -> dict[int, int]:
        """Return how many rows are kept of each import; imports without any are not in it."""
        query = select(RosterLeftOutRow.import_id, func.count()).group_by(RosterLeftOutRow.import_id)
        return {row[0]: row[1] for row in self._context.connection.execute(query)}

    def forget_import(self, import_number: int) -> None:
        """Delete the rows of an import, because it is taken back."""
        self._context.connection.execute(delete(RosterLeftOutRow).where(RosterLeftOutRow.import_id == import_number))

    def forget_old(self) -> int:
        """Delete what was kept for `LIFE`; return how many rows."""
        old = RosterLeftOutRow.kept_at < self._context.now - LIFE
        return self._context.connection.execute(delete(RosterLeftOutRow).where(old)).rowcount

    def about(self, person: PersonId, profile: Profile, *, protection: bool) -> Iterator[dict[str, Any]]:
        """Yield what rows say of a person, for subject access.

        Only rows with the person's name and no other number than theirs, since a row of another child
        may have the same name or number.

        Args:
            person: who asks.
            profile: what they are called.
            protection: include what the rows say about the do-not-publish list.
        """
        for _, row, kept_at in self._all():
            if row.names(profile) and (row.has_number_of(profile) or not row.number or row.people == (person,)):
                cells = {head: cell for head, meaning, cell in row.cells if protection or meaning != _SAYS_LISTED}
                yield {"left_out_of_an_import_at": kept_at, "line": row.line, "cells": cells}

    def forget_person(self, person: PersonId, profile: Profile) -> tuple[bytes, ...]:
        """Delete every row that may be about a person; return the sealed bytes that are gone, to be searched for."""
        gone = [
            (sealed.id, sealed.sealed)
            for sealed, row, _ in self._all()
            if row.names(profile) or row.has_number_of(profile) or person in row.people
        ]
        for start in range(0, len(gone), _PIECE):
            ids = [row_id for row_id, _ in gone[start : start + _PIECE]]
            self._context.connection.execute(delete(RosterLeftOutRow).where(RosterLeftOutRow.id.in_(ids)))
        return tuple(cell for _, cell in gone)

    def _all(self) -> Iterator[tuple[Row[Any], LeftOutRow, Any]]:
        rows = self._context.connection.execute(select(RosterLeftOutRow.__table__).order_by(RosterLeftOutRow.id)).all()
        for row in rows:
            yield row, self._opened(row), row.kept_at

    def _opened(self, row: Row[Any]) -> LeftOutRow:
        found = self._context.open(row.sealed, _place(row.id))
        cells = tuple((heading, meaning, cell) for heading, meaning, cell in found.pop("cells"))
        return LeftOutRow(**found | {"cells": cells, "people": tuple(found["people"])})


def _place(row_id: str) -> Place:
    return Place("roster_left_out", row_id, "sealed")
