"""False negatives of the detector: a person says that there is one, or there was one before.

A face that was found once is not allowed to vanish because the picture was
covered elsewhere, or cut so that half of it is left. No face is compared at such
a place, so it blocks until a person says who it is, or it is covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gatekeeper.identity.annotations import face_at
from gatekeeper.types import Box, Face

WHY: Final = "not found by the detector"
_UPRIGHT: Final = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)], np.float32)


@dataclass(frozen=True, slots=True)
class Completed:
    """All faces of a picture.

    Attributes:
        faces: those that were found, and after them those that were not.
        marked: the numbers of the faces that a person has marked, found or not.
    """

    faces: tuple[Face, ...]
    marked: frozenset[int]


def complete(found: Sequence[Face], missed: Sequence[Box], seen: Sequence[Box], size: tuple[int, int]) -> Completed:
    """Add a face at each place where there has to be one and none was found.

    Args:
        found: numbered from 1, boxes in pixels.
        missed: where a person says that there is a face, in fractions.
        seen: where one was found before, in fractions.
        size: width and height of the picture, in pixels.
    """
    faces = list(found)
    marked = set()
    for box in missed:
        number = face_at(box.scaled(*size), faces)
        if number is None:
            number = _add(box.scaled(*size), faces)
        marked.add(number)
    # Each find stands for one earlier face, or two neighbours could become one.
    free = list(faces)
    for box in seen:
        number = face_at(box.scaled(*size), free)
        if number is None:
            _add(box.scaled(*size), faces)
        free = [face for face in free if face.number != number]
    return Completed(tuple(faces), frozenset(marked))


def _add(box: Box, faces: list[Face]) -> int:
    number = len(faces) + 1
    landmarks = _UPRIGHT * (box.width, box.height) + (box.x, box.y)
    faces.append(Face(number, box, landmarks.astype(np.float32), score=0.0, unreadable=WHY))
    return number
