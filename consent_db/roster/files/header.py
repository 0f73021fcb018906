"""Which line of a file is its header: schools put titles and dates above it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from consent_db.roster.layout import is_ours, plain
from consent_db.roster.suggestions import is_known

_MOST_ABOVE: Final = 20
_ENOUGH: Final = 2
"""Headings that have to be known for a line to be the header."""
_LEAST: Final = 3
"""Columns that every roster has: a number and two names."""


def header_place(rows: Sequence[Sequence[str]], known: Collection[str] = ()) -> int:
    """Return which of the rows with content is the header, from 0.

    It is the first in which two headings are known; if there is none, the first row that is more
    than a title by itself.

    Args:
        rows: the cells of the rows with content.
        known: further headings that are known, in the spelling of `plain`.
    """
    first = rows[:_MOST_ABOVE]
    for place, cells in enumerate(first):
        if sum(_is_heading(cell, known) for cell in cells) >= _ENOUGH:
            return place
    counts = [sum(map(_is_filled, cells)) for cells in first]
    if counts[0] == 1 and max(counts) >= _LEAST:
        return next(place for place, count in enumerate(counts) if count >= _LEAST)
    return 0


def _is_filled(cell: str) -> bool:
    return bool(cell) and not cell.startswith("#MERGED")


def _is_heading(cell: str, known: Collection[str]) -> bool:
    return bool(cell) and (is_ours(cell.casefold()) or is_known(cell) or plain(cell) in known)
