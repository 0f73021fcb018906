"""Sealed words about append-only rows: evidence of statements, reasons of listings and holds.

They lie apart from the rows they are about, because those can never be changed
and these must be destroyed when the person is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert, select

from consent_db.core.context import Context
from consent_db.keys.crypto import Place
from consent_db.schema import NoteRow
from gatekeeper.types import PersonId

EVIDENCE: Final = "statements"
REASON: Final = "restrictions"
FORMER: Final = "audit"
"""What the details of a person were before the change that an entry of the audit tells of."""


def write(context: Context, about_table: str, row_id: int, person: PersonId, words: str) -> None:
    """Keep words about a row, sealed for that row and person."""
    write_all(context, about_table, [(row_id, person, words)])


def write_all(context: Context, about_table: str, notes: Sequence[tuple[int, PersonId, str]]) -> None:
    """Keep words about several rows; each is (row, person, words)."""
    rows = []
    for row_id, person, words in notes:
        sealed = context.person_key(person).seal(words.encode(), _place(about_table, row_id, person))
        rows.append({"about": about_table, "row_id": row_id, "person_id": person, "sealed": sealed})
    if rows:
        context.connection.execute(insert(NoteRow), rows)


def read(context: Context, about_table: str, row_id: int, person: PersonId) -> str | None:
    """Return the words about a row of this person's, if there are any."""
    query = select(NoteRow.sealed).where(
        NoteRow.about == about_table, NoteRow.row_id == row_id, NoteRow.person_id == person
    )
    sealed = context.connection.execute(query).scalar_one_or_none()
    if sealed is None:
        return None
    return context.person_key(person).open(sealed, _place(about_table, row_id, person)).decode()


def about(context: Context, about_table: str, person: PersonId | None = None) -> frozenset[int]:
    """Return which rows, of one person or of all, have notes."""
    query = select(NoteRow.row_id).where(NoteRow.about == about_table)
    query = query if person is None else query.where(NoteRow.person_id == person)
    return frozenset(context.connection.execute(query).scalars())


def _place(about_table: str, row_id: int, person: PersonId) -> Place:
    return Place("notes", f"{about_table}/{row_id}", "sealed", person)
