"""The proof of an erasure: questions that must find nothing, and a search through every byte."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, func, select, text

from consent_db.core.engine import checkpoint
from consent_db.register.holdings import holdings
from consent_db.schema import PersonRow
from gatekeeper.types import PersonId

KEPT_WITH_LISTING: Final = frozenset({"people", "templates", "notes"})
"""Where rows stay if the entry on the do-not-publish list was kept."""

_WINDOW: Final = 32
"""Bytes of a sealed cell that are searched for at three places: a database may lay a long cell out in pieces."""
_HEADER: Final = 9
"""Version and key id, which other cells of the same key share."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was still there after an erasure.

    Attributes:
        rows: for each table, rows about the person that should be gone.
        searched: bytes of the database's files that were searched; None where
            its files cannot be read (PostgreSQL), whose tables are written anew instead.
        pieces: pieces of what was destroyed that were searched for.
        found: how many of them are still there.
    """

    rows: dict[str, int]
    searched: int | None
    pieces: int
    found: int

    @property
    def holds(self) -> bool:
        """Whether nothing was left."""
        return not any(self.rows.values()) and self.found == 0


def prove(engine: Engine, person: PersonId, cells: Sequence[bytes] = (), *, kept_listing: bool = False) -> Proof:
    """Ask every table for the person, and search the database's files for what was destroyed."""
    with engine.connect() as connection, connection.begin():
        rows = rows_left(connection, person)
    if kept_listing:
        rows = {table: count for table, count in rows.items() if table not in KEPT_WITH_LISTING}
    pieces = sorted({piece for cell in cells for piece in _pieces(cell)})
    if engine.dialect.name != "sqlite":
        _write_anew(engine)
        return Proof(rows, None, len(pieces), 0)
    checkpoint(engine)
    database = Path(str(engine.url.database))
    searched, found = search([database, *database.parent.glob(f"{database.name}-*")], pieces)
    return Proof(rows, searched, len(pieces), found)


def rows_left(connection: Connection, person: PersonId) -> dict[str, int]:
    """Return for each table how many rows about a person are left that an erasure deletes."""
    counts = {
        holding.table.name: connection.execute(
            select(func.count()).select_from(holding.table).where(holding.person == person)
        ).scalar_one()
        for holding in holdings()
        if not holding.kept
    }
    own = (PersonRow.profile, PersonRow.wrapped_key, PersonRow.external_index, PersonRow.leaving_date)
    row = connection.execute(select(*own).where(PersonRow.id == person)).one_or_none()
    return counts | {"people": 0 if row is None else sum(value is not None for value in row)}


def search(files: Iterable[Path], pieces: Sequence[bytes]) -> tuple[int, int]:
    """Return how many bytes the files have, and how many of the pieces are somewhere in them."""
    searched, found = 0, set[bytes]()
    for path in files:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            searched += size
            if size:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    found |= {piece for piece in pieces if content.find(piece) >= 0}
    return searched, len(found)


def _pieces(cell: bytes) -> set[bytes]:
    middle = len(cell) // 2
    whole = {cell[_HEADER : _HEADER + _WINDOW], cell[middle : middle + _WINDOW], cell[-_WINDOW:]}
    return {piece for piece in whole if len(piece) == _WINDOW}


def _write_anew(engine: Engine) -> None:
    """Have PostgreSQL write the tables without the rows that were deleted; what it keeps for undoing goes too."""
    tables = sorted({holding.table.name for holding in holdings()} | {"people", "checks"})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM (FULL) {', '.join(tables)}"))
