"""Charts as the server draws them: places in per cent, so that letters keep their size on every screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_TOP: Final = 12.0
"""Where the highest column ends, in per cent of the height; its total stands above."""
_BOTTOM: Final = 88.0
"""Where columns stand; their names are below."""
_FILLED: Final = 0.72
"""How much of its room a column takes."""
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of thing that is counted.

    Attributes:
        label: what it is, in words.
        fill: how it looks, as `_charts.html` knows it: a tone, and a pattern to tell it without colours.
    """

    label: str
    fill: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of one series; places and sizes in per cent."""

    fill: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column: pieces that stand on each other, with a name below and the sum above."""

    name: str
    middle: float
    top: float
    total: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns, with everything that its table says.

    Attributes:
        summary: what it shows, in a sentence.
        rows: the name of each column and its numbers, one for each series.
        totals: of each series.
    """

    title: str
    summary: str
    series: tuple[Series, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]

    @property
    def dense(self) -> bool:
        """Whether most columns have a sum, so that a phone has no room for all of them."""
        return sum(bool(column.total) for column in self.columns) > len(self.columns) / 2


def columns(
    title: str, summary: str, series: Sequence[Series], rows: Sequence[tuple[str, tuple[int, ...]]]
) -> Columns:  # fmt: skip
    """Return a chart of columns.

    Args:
        title: its name.
        summary: what it shows, in a sentence.
        series: what the numbers are of, the lowest piece first.
        rows: the name of each column and its numbers, one for each series.
    """
    highest = max((sum(numbers) for _, numbers in rows), default=0)
    room = 100 / max(1, len(rows))
    drawn = tuple(_column(place * room, room, row, (series, highest)) for place, row in enumerate(rows))
    totals = tuple(sum(numbers[place] for _, numbers in rows) for place in range(len(series)))
    return Columns(title, summary, tuple(series), drawn, tuple(rows), totals)


def bar(numbers: Sequence[int], fills: Sequence[str]) -> tuple[Piece, ...]:
    """Return a bar that lies, divided as the numbers are; nothing for nothing."""
    whole, pieces, x = sum(numbers), list[Piece](), 0.0
    for number, fill in zip(numbers, fills, strict=True):
        if number:
            width = 100 * number / whole
            pieces.append(Piece(fill, _round(x), 0, _round(width), 100))
            x += width
    return tuple(pieces)


def _column(
    left: float, room: float, row: tuple[str, tuple[int, ...]], scale: tuple[Sequence[Series], int]
) -> Column:  # fmt: skip
    name, numbers = row
    series, highest = scale
    pieces, y = list[Piece](), _BOTTOM
    for number, one in zip(numbers, series, strict=True):
        if number:
            height = (_BOTTOM - _TOP) * number / highest
            y -= height
            x = left + room * (1 - _FILLED) / 2
            pieces.append(Piece(one.fill, _round(x), _round(y), _round(room * _FILLED), _round(height)))
    total = sum(numbers)
    return Column(name, _round(left + room / 2), _round(y), _short(total) if total else "", tuple(pieces))


def _short(number: int) -> str:
    """Return a number as it fits above a column: 940, 1.2k."""
    return str(number) if number < _THOUSAND else f"{number / _THOUSAND:.1f}k"


def _round(place: float) -> float:
    return round(place, 2)
