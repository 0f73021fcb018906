"""Small numbers of a table, and what would give them away."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from api.application.reporting.suppression import SMALLEST, hidden_cells

TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=2, max_size=3)
)


def completions(rows: list[list[int]], hidden: frozenset[tuple[int, int]]) -> list[dict[tuple[int, int], int]]:
    """Return every way to fill the hidden cells that agrees with the totals of rows and columns."""
    cells, found = sorted(hidden), []
    for numbers in product(*(range(_most(rows, hidden, cell) + 1) for cell in cells)):
        guess = dict(zip(cells, numbers, strict=True))
        filled = [[guess.get((r, c), n) for c, n in enumerate(row)] for r, row in enumerate(rows)]
        across, down = [sum(row) for row in filled], [sum(column) for column in zip(*filled, strict=True)]
        if across == [sum(row) for row in rows] and down == [sum(column) for column in zip(*rows, strict=True)]:
            found.append(guess)
    return found


def _most(rows: list[list[int]], hidden: frozenset[tuple[int, int]], cell: tuple[int, int]) -> int:
    """Return what the totals leave for a hidden cell: all that is hidden of its row, or of its column."""
    row, column = cell
    return min(
        sum(n for c, n in enumerate(rows[row]) if (row, c) in hidden),
        sum(numbers[column] for r, numbers in enumerate(rows) if (r, column) in hidden),
    )


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_small_number_is_shown_or_can_be_worked_out(rows: list[list[int]]) -> None:
    """Every number from 1 to 4 is hidden; each line hides all, none, or several of at least five people."""
    hidden = hidden_cells(rows)
    assert {(r, c) for r, row in enumerate(rows) for c, n in enumerate(row) if 0 < n < SMALLEST} <= hidden
    lines = [[(r, c) for c in range(len(rows[0]))] for r in range(len(rows))]
    lines += [[(r, c) for r in range(len(rows))] for c in range(len(rows[0]))]
    for line in lines:
        inside = [cell for cell in line if cell in hidden]
        whole = len(inside) == len(line)
        assert not inside or whole or (len(inside) > 1 and sum(rows[r][c] for r, c in inside) >= SMALLEST)


def test_one_small_number_takes_what_would_give_it_away_with_it() -> None:
    """Of three classes in which one child has said no, every hidden number may still be several numbers."""
    rows = [[20, 1, 5], [18, 6, 7], [25, 9, 8]]
    hidden = hidden_cells(rows)
    assert (0, 1) in hidden
    assert len(hidden) < len(rows) * 3
    ways = completions(rows, hidden)
    assert all(len({way[cell] for way in ways}) > 1 for cell in hidden)


def test_a_table_without_small_numbers_is_shown_whole() -> None:
    """So is one with nothing in a cell, which says the same as the total."""
    assert hidden_cells([[20, 0, 5], [18, 6, 0]]) == frozenset()
    assert hidden_cells([]) == frozenset()
