"""The gallery: all templates of the register under one engine, ready for exact search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import PersonId, Vector

_LENGTH_ERROR: Final = 1e-3
"""How far a unit vector's length may be from 1, which is more than rounding costs."""


def must_be_unit(vectors: Vector, shape: tuple[int, ...]) -> None:
    """Check that `vectors` has this shape, and unit length along its last axis.

    Raises:
        ValueError: it has not, or holds a number that is not finite.
    """
    squares = np.einsum("...i,...i->...", vectors, vectors)
    if vectors.shape != shape or not np.all(np.abs(squares - 1) < 2 * _LENGTH_ERROR):  # not `>=`: NaN must fail too
        message = "an embedding is not a unit vector of the engine's dimension"
        raise ValueError(message)


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """The templates of all enrolled people under one engine. Checked once, when it is made.

    Attributes:
        engine: the name of the engine that made the templates.
        people: one id a row.
        templates: shape (people, dimension), unit rows: the averaged references.
        references: shape (people,), how many photographs each row was averaged from.
        counts: the different numbers among them, ascending.
        count_of: shape (people,), which of `counts` each row has.

    Raises:
        ValueError: the attributes do not fit each other, or a template is no unit vector.
    """

    engine: str
    people: tuple[PersonId, ...]
    templates: Vector = field(repr=False)
    references: np.ndarray[tuple[int], np.dtype[np.int64]] = field(repr=False)
    counts: tuple[int, ...] = field(init=False, repr=False)
    count_of: NDArray[np.intp] = field(init=False, repr=False)
    _row: Mapping[PersonId, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = len(self.people)
        if self.templates.ndim != 2 or len(self.templates) != rows or len(self.references) != rows:  # noqa: PLR2004
            message = f"{rows} people need as many templates, not {self.templates.shape}"
            raise ValueError(message)
        must_be_unit(self.templates, self.templates.shape)
        counts, count_of = np.unique(self.references, return_inverse=True)
        object.__setattr__(self, "counts", tuple(int(count) for count in counts))
        object.__setattr__(self, "count_of", count_of)
        object.__setattr__(self, "_row", {person: row for row, person in enumerate(self.people)})

    @classmethod
    def empty(cls, engine: str, dimension: int) -> Gallery:
        """Return a gallery without people."""
        return cls(engine, (), np.empty((0, dimension), np.float32), np.empty(0, np.int64))

    def rows_of(self, people: Iterable[PersonId]) -> NDArray[np.intp]:
        """Return the rows of those of `people` who have a template, ascending."""
        return np.array(sorted(self._row[person] for person in people if person in self._row), np.intp)
