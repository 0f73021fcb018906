"""Cell suppression: small numbers of people are left out of a table, and what would give them away again.

Primary and complementary suppression as in Hundepool and others, *Statistical Disclosure Control* (2012), chapter 4.
Rows and columns are taken to add up to their totals, which are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

SMALLEST: Final = 5
"""A number of people from 1 to 4 could single one of them out."""

Cell = tuple[int, int]
"""Row and column, each from 0."""


def hidden_cells(rows: Sequence[Sequence[int]]) -> frozenset[Cell]:
    """Return the cells that are not shown.

    No hidden number follows from the totals of rows and columns: in each of them the hidden cells are none or
    several, add up to at least `SMALLEST`, and none is the only link between two groups of lines.

    Args:
        rows: numbers of people, at least 0; all rows of one length. Of one row alone only its own total is known.
    """
    hidden = {cell for cell in _cells(rows) if 0 < rows[cell[0]][cell[1]] < SMALLEST}
    while (more := _given_away(rows, hidden)) is not None:
        hidden.add(more)
    return frozenset(hidden)


def _cells(rows: Sequence[Sequence[int]]) -> Iterator[Cell]:
    return ((row, column) for row, numbers in enumerate(rows) for column in range(len(numbers)))


def _given_away(rows: Sequence[Sequence[int]], hidden: set[Cell]) -> Cell | None:
    """Return one more cell to hide because a line gives its hidden cells away; None if no line does."""
    for line in _lines(rows):
        inside = [cell for cell in line if cell in hidden]
        if inside and (len(inside) == 1 or sum(rows[row][column] for row, column in inside) < SMALLEST):
            free = [cell for cell in line if cell not in hidden]
            if free:
                return min(free, key=lambda cell: (rows[cell[0]][cell[1]] == 0, rows[cell[0]][cell[1]], cell))
    for row, column in sorted(hidden) if len(rows) > 1 else ():
        if not _connected(row, column, hidden - {(row, column)}):
            free = [(row, other) for other in range(len(rows[row])) if (row, other) not in hidden]
            free = free or [(other, column) for other in range(len(rows)) if (other, column) not in hidden]
            if free:
                return min(free)
    return None


def _lines(rows: Sequence[Sequence[int]]) -> Iterator[list[Cell]]:
    """Yield the cells of each row, and of each column."""
    for row, numbers in enumerate(rows):
        yield [(row, column) for column in range(len(numbers))]
    for column in range(len(rows[0]) if len(rows) > 1 else 0):
        yield [(row, column) for row in range(len(rows))]


def _connected(row: int, column: int, cells: set[Cell]) -> bool:
    """Return whether a row and a column are linked by these cells: then a cell of both is free to differ."""
    reached_rows, reached_columns, size = {row}, set[int](), 0
    while len(reached_rows) + len(reached_columns) > size:
        size = len(reached_rows) + len(reached_columns)
        reached_columns |= {at for where, at in cells if where in reached_rows}
        reached_rows |= {where for where, at in cells if at in reached_columns}
    return column in reached_columns
