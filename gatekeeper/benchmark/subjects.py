"""The labelled person in each photograph: their face, and a square around it to make scenes from."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Final

from gatekeeper.benchmark.pictures import Portrait, read
from gatekeeper.types import Box, Face, Pixels
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces

AROUND: Final = 2.2
"""Side of the square around a face, in faces."""

_CLEARLY: Final = 0.75
"""From this confidence a second face is a bystander, below it perhaps a mistake of the detector."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One photograph, examined.

    Attributes:
        person: whose photograph it is.
        portrait: the photograph.
        face: the labelled person's, if the engine found it.
        square: around the face, or the whole picture where none was found.
        alone: whether no other person is clearly visible in the square.
    """

    person: str
    portrait: Portrait
    face: Face | None
    square: Box
    alone: bool


def examine(portrait: Portrait, engine: Engine) -> Subject:
    """Look at one photograph with the engine under test."""
    pixels = read(portrait.path)
    faces = find_faces(pixels, engine)
    height, width = pixels.shape[:2]
    main = portrait.main or Box(width / 2, height / 2, 0, 0)
    face = min(faces, key=lambda found: _apart(found.box, main) - found.box.width / 2, default=None)
    square = square_around(face.box, pixels) if face else Box(0, 0, width, height)
    others = [other for other in faces if other is not face and other.score >= _CLEARLY]
    alone = not portrait.company and not any(_within(other.box, square) for other in others)
    return Subject(portrait.person, portrait, face, square, alone)


def square_around(box: Box, pixels: Pixels) -> Box:
    """Return the square around a face, moved and cut to lie within the picture."""
    height, width = pixels.shape[:2]
    side = min(AROUND * max(box.width, box.height), height, width)
    left = min(max(0.0, box.x + box.width / 2 - side / 2), width - side)
    top = min(max(0.0, box.y + box.height / 2 - side / 2), height - side)
    return Box(left, top, side, side)


def _within(box: Box, square: Box) -> bool:
    """Say whether any part of `box` shows in `square`."""
    across = min(box.x + box.width, square.x + square.width) - max(box.x, square.x)
    down = min(box.y + box.height, square.y + square.height) - max(box.y, square.y)
    return across > 0 and down > 0


def _apart(one: Box, other: Box) -> float:
    return hypot(
        one.x + one.width / 2 - other.x - other.width / 2,
        one.y + one.height / 2 - other.y - other.height / 2,
    )
