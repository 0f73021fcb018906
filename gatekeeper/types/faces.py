"""Faces, and who they may belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""An embedding, or a matrix with one embedding a row; rows have unit length."""

PersonId = NewType("PersonId", str)
"""An opaque name for a person on the register (`per_...`), never a real one."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the released picture; x to the right, y down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height

    def scaled(self, x: float, y: float) -> Box:
        """Return the box in other units: fractions to pixels, or the other way round."""
        return Box(self.x * x, self.y * y, self.width * x, self.height * y)

    def intersection(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0.0) * max(height, 0.0)

    def within(self, width: float, height: float) -> Box:
        """Return the part of the box that lies in a picture of this size; of no area if none does."""
        left, top = min(max(self.x, 0.0), width), min(max(self.y, 0.0), height)
        right, bottom = min(self.x + self.width, width), min(self.y + self.height, height)
        return Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))

    def overlap(self, other: Box) -> float:
        """Return intersection over union, 0 (apart) to 1 (the same)."""
        common = self.intersection(other)
        union = self.area + other.area - common
        return common / union if union > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face found in the released picture."""

    number: int
    """From 1, in reading order: rows from the top, then from the left."""
    box: Box
    landmarks: NDArray[np.float32]
    """Shape (5, 2): right eye, left eye, nose tip, right and left mouth corner
    (the subject's own right and left), in pixels of the released picture."""
    score: float
    """The detector's confidence, 0 to 1."""
    embedding: Vector | None = field(default=None, repr=False)
    """Unit vector of the engine's dimension; None if the face is unreadable."""
    unreadable: str | None = None
    """Why the face cannot be compared ("too small", ...); None if it can."""
    clarity: float = 1.0
    """How clearly the engine saw the face, above 0 and at most 1."""


class Kind(StrEnum):
    """Who a person is to the school."""

    PUPIL = "pupil"
    STAFF = "staff"
    GOVERNOR = "governor"
    VOLUNTEER = "volunteer"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Person:
    """A person on the register, with the names that a caption might contain."""

    id: PersonId
    kind: Kind
    first_name: str
    """The name by which this person may be called in public (`known_as`, if given)."""
    names: tuple[str, ...] = field(repr=False)
    """Every given name or nickname, `first_name` among them."""
    surnames: tuple[str, ...] = field(repr=False)
