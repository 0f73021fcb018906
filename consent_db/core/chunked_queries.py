"""Chunked queries: questions about many people at once, below the database's limit of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import QueryableAttribute

from consent_db.core.context import Context
from consent_db.schema import PersonRow
from gatekeeper.types import PersonId

Thing = TypeVar("Thing")

_MOST_PARAMETERS: Final = 500
"""Databases take only so many values in one query."""


def portions(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """Yield the things, as many at a time as one query takes."""
    for start in range(0, len(things), _MOST_PARAMETERS):
        yield things[start : start + _MOST_PARAMETERS]


def on_register(context: Context, people: Sequence[PersonId]) -> set[PersonId]:
    """Return which of these people are on the register."""
    return people_in(context, PersonRow.id, people, PersonRow.erased_at.is_(None))


def people_in(
    context: Context, column: QueryableAttribute[str], people: Sequence[PersonId], *conditions: ColumnElement[bool]
) -> set[PersonId]:
    """Return which of these people a column has."""
    found: set[PersonId] = set()
    for some in portions(people):
        query = select(column).where(column.in_(some), *conditions).distinct()
        found.update(map(PersonId, context.connection.execute(query).scalars()))
    return found
