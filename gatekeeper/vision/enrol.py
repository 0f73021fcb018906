"""From photographs of one person to a template; every refusal says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np

from gatekeeper.errors import GatekeeperError
from gatekeeper.types import Face, Pixels, Vector
from gatekeeper.vision.alignment import aligned
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_faces
from gatekeeper.vision.quality import sharpness
from gatekeeper.vision.thresholds import Thresholds
from gatekeeper.vision.vectors import unit

SMALLEST: Final = 64.0
"""A reference is compared with for a year, so its face must be wider than this, in pixels."""

BLURRED: Final = 0.1
"""A reference must be sharper than this, see `quality.sharpness`."""

BYSTANDER: Final = 1 / 3
"""A second face narrower than this share of the first one is somebody in the background."""

CLEAR: Final = 0.8
"""From this confidence a find is a face for certain. The gate asks about every fainter one;
a reference is only ever read from a clear one, and fainter finds beside it are left alone."""

_WORST_TURN: Final = 0.55
"""How far the nose may lie from the middle between the eyes, as a share of their distance."""


class Refusal(StrEnum):
    """Why a photograph cannot serve as a reference; stable, for messages and tests."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    TURNED_AWAY = "turned_away"
    BLURRED = "blurred"
    UNREADABLE = "unreadable"


_ADVICE: Final = {
    Refusal.NO_FACE: "No clear face was found. Take a photograph from the front, in good light.",
    Refusal.SEVERAL_FACES: "There is more than one face. Crop the photograph to the one person.",
    Refusal.TOO_SMALL: f"The face is too small. It must be at least {SMALLEST:.0f} pixels wide.",
    Refusal.TURNED_AWAY: "The face is turned away. Both eyes should be visible.",
    Refusal.BLURRED: "The face is blurred. Take a sharper photograph, in good light.",
    Refusal.UNREADABLE: "The face cannot be read. Take another photograph from the front, in good light.",
}


class ReferenceRefused(GatekeeperError):
    """A photograph is not good enough to recognise somebody by."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(_ADVICE[reason])
        self.reason = reason


def reference(pixels: Pixels, engine: Engine) -> Vector:
    """Return the unit vector, shape (dimension,), of the one person in upright sRGB `pixels`.

    Raises:
        ReferenceRefused: there is not exactly one good face.
    """
    face = _only(find_faces(pixels, engine))
    if face.box.width < SMALLEST:
        raise ReferenceRefused(Refusal.TOO_SMALL)
    if turned_away(face):
        raise ReferenceRefused(Refusal.TURNED_AWAY)
    if sharpness(aligned(pixels, face.landmarks)) < BLURRED:
        raise ReferenceRefused(Refusal.BLURRED)
    if face.embedding is None:
        raise ReferenceRefused(Refusal.UNREADABLE)
    return face.embedding


def template(vectors: Sequence[Vector]) -> Vector:
    """Return the averaged unit vector of one person's references.

    One average is safer than the best of several: strangers get one chance each
    (`docs/accuracy.md`).

    Raises:
        ValueError: no vectors, or vectors that cancel out.
    """
    if not vectors:
        message = "A template needs at least one reference."
        raise ValueError(message)
    mean = unit(np.sum(np.stack(vectors), axis=0))
    if not mean.any():
        message = "References that cancel each other out make no template."
        raise ValueError(message)
    return mean


def odd_ones_out(vectors: Sequence[Vector], thresholds: Thresholds) -> tuple[int, ...]:
    """Return the positions of references that do not resemble the person's others.

    A photograph of somebody else among the references would let that person pass
    under this one's consent. Of two references that do not resemble each other
    both are named; a single one is never odd.
    """
    alike = thresholds.near_at(1)
    odd = []
    for position, vector in enumerate(vectors):
        others = [other for place, other in enumerate(vectors) if place != position]
        if others and float(template(others) @ vector) < alike:
            odd.append(position)
    return tuple(odd)


def turned_away(face: Face) -> bool:
    """Say whether the face is seen so much from the side that it makes a poor reference."""
    right_eye, left_eye, nose = (point.astype(float) for point in face.landmarks[:3])
    across = left_eye - right_eye
    distance_squared = float(across @ across)
    offset = float((nose - (left_eye + right_eye) / 2) @ across)
    return abs(offset) > _WORST_TURN * distance_squared


def _only(faces: Sequence[Face]) -> Face:
    clear = sorted((face for face in faces if face.score >= CLEAR), key=lambda face: -face.box.width)
    if not clear:
        raise ReferenceRefused(Refusal.NO_FACE)
    if any(other.box.width > clear[0].box.width * BYSTANDER for other in clear[1:]):
        raise ReferenceRefused(Refusal.SEVERAL_FACES)
    return clear[0]
