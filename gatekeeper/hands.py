"""What people say about faces, put onto the faces of this picture.

A statement is about a place, not about a number: after a face was covered the
numbers move on, the places do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeper.types import Box, Face, PersonId, Said

SAME_PLACE: Final = 0.5
"""Boxes with at least this intersection over union are the same find."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What was said, by face number.

    Attributes:
        bindings: who a face is.
        not_faces: finds that somebody declared to be no face; the gate may disagree.
        lost: how many statements name a person where no face was found.
    """

    bindings: dict[int, PersonId]
    not_faces: frozenset[int]
    lost: int


def place(said: Sequence[Said], faces: Sequence[Face], size: tuple[int, int]) -> Placed:
    """Find the face that each statement is about; a later statement replaces an earlier one.

    Args:
        said: boxes in fractions of the picture.
        faces: boxes in pixels.
        size: width and height of the picture, in pixels.
    """
    bindings: dict[int, PersonId] = {}
    not_faces: set[int] = set()
    lost = 0
    for statement in said:
        number = face_at(statement.box.scaled(*size), faces)
        if number is None:
            lost += statement.person is not None
            continue
        bindings.pop(number, None)
        not_faces.discard(number)
        if statement.person is None:
            not_faces.add(number)
        else:
            bindings[number] = statement.person
    return Placed(bindings, frozenset(not_faces), lost)


def face_at(box: Box, faces: Sequence[Face]) -> int | None:
    """Return the number of the face at a place, both in pixels; None if there is none."""
    best = max(faces, key=lambda face: box.overlap(face.box), default=None)
    return best.number if best is not None and box.overlap(best.box) >= SAME_PLACE else None
