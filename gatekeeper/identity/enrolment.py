"""Enrolment: from photographs of one person to a template; every refusal says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from gatekeeper.errors import GatekeeperError
from gatekeeper.identity.gallery import Gallery
from gatekeeper.types import Face, PersonId, Pixels, Vector
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.faces import find_portrait
from gatekeeper.vision.recognition.alignment import aligned
from gatekeeper.vision.recognition.quality import badly_exposed, sharpness
from gatekeeper.vision.recognition.thresholds import Thresholds
from gatekeeper.vision.recognition.vectors import unit

SMALLEST: Final = 40.0
"""A face of a reference must be wider than this, in pixels. Wider ones are better, and `quality` says so,
but one of 40 to 64 pixels more makes a template fitter than leaving it out (`docs/decisions/0053`)."""

BLURRED: Final = 0.1
"""A reference must be sharper than this, see `quality.sharpness`."""

BYSTANDER: Final = 1 / 3
"""A second face narrower than this share of the first one is a bystander in the background."""

CLEAR: Final = 0.8
"""From this confidence a find is a face for certain. The gate asks about every fainter one;
a reference is only ever read from a clear one, and fainter finds beside it are left alone."""

COPY: Final = 0.93
"""From this correlation of two aligned faces, or this likeness of their vectors, they are of one photograph.
Of 7,708 pairs of different photographs of one person (press portraits) three have a likeness of 0.93 to 0.944,
half of them less than 0.68. Of copies that were mirrored, lightened, cropped, reduced or saved again 155 of 156
have more by either."""

_INNER, _SIDE = 16, 40
"""What is left out of an aligned face on each side, and the side of what is compared, in pixels."""

_WORST_TURN: Final = 0.55
"""How far the nose may lie from the middle between the eyes, as a share of their distance."""

_LARGE, _SHARP, _FRONTAL = 112.0, 0.25, 0.15
"""A face wider, sharper and more frontal than this makes no better reference."""


class Refusal(StrEnum):
    """Why a photograph cannot serve as a reference; stable, for messages and tests."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    TURNED_AWAY = "turned_away"
    BLURRED = "blurred"
    BADLY_EXPOSED = "badly_exposed"
    LOOKS_LIKE_ANOTHER = "looks_like_another"
    UNREADABLE = "unreadable"


_ADVICE: Final = {
    Refusal.NO_FACE: "No clear face was found. Take a photograph from the front, in good light.",
    Refusal.SEVERAL_FACES: "There is more than one face. Crop the photograph to the one person.",
    Refusal.TOO_SMALL: f"The face is too small. It must be at least {SMALLEST:.0f} pixels wide.",
    Refusal.TURNED_AWAY: "The face is turned away. Both eyes should be visible.",
    Refusal.BLURRED: "The face is blurred. Take a sharper photograph, in good light.",
    Refusal.BADLY_EXPOSED: "The face is too dark, too pale or half in shadow. Take a photograph in even light.",
    Refusal.LOOKS_LIKE_ANOTHER: (
        "It looks like another enrolled person. Check whose photograph it is; gatekeeper roster lookalikes "
        "lists who resemble each other."
    ),
    Refusal.UNREADABLE: "The face cannot be read. Take another photograph from the front, in good light.",
}


class ReferenceRefused(GatekeeperError):
    """A photograph is not good enough to recognise a person by."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(_ADVICE[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A photograph that a person can be recognised by.

    Attributes:
        vector: shape (dimension,), unit length.
        quality: 0 to 1, how good a reference it is: the worst of size, sharpness, pose and
            clarity, each 0 where a photograph is only just taken and 1 where more gains nothing.
        look: shape (1600,), unit length; the aligned face's lightness, by which copies of one photograph are known.
    """

    vector: Vector
    quality: float
    look: Vector


def reference(pixels: Pixels, engine: Engine) -> Vector:
    """Return the unit vector, shape (dimension,), of the one person in upright sRGB `pixels`.

    Raises:
        ReferenceRefused: there is not exactly one good face.
    """
    return read_reference(pixels, engine).vector


def read_reference(pixels: Pixels, engine: Engine) -> Reference:
    """Return what the photograph of one person says of them, and how good it is.

    Raises:
        ReferenceRefused: there is not exactly one good face; the message says what to do.
    """
    face = _only(find_portrait(pixels, engine))
    if face.box.width < SMALLEST:
        raise ReferenceRefused(Refusal.TOO_SMALL)
    if turned_away(face):
        raise ReferenceRefused(Refusal.TURNED_AWAY)
    crop = aligned(pixels, face.landmarks)
    if badly_exposed(crop):
        raise ReferenceRefused(Refusal.BADLY_EXPOSED)
    if sharpness(crop) < BLURRED:
        raise ReferenceRefused(Refusal.BLURRED)
    if face.embedding is None:
        raise ReferenceRefused(Refusal.UNREADABLE)
    return Reference(face.embedding, _quality(face, crop, engine.thresholds), _look(crop))


def copies(references: Sequence[Reference]) -> tuple[int, ...]:
    """Return the positions of references that are copies of an earlier one: the same photograph, also edited.

    One photograph says once what it says: six copies of it make no better template than one.
    """
    found, kept = [], list[Reference]()
    for place, one in enumerate(references):
        if any(_likeness(one, other) >= COPY for other in kept):
            found.append(place)
        else:
            kept.append(one)
    return tuple(found)


def _likeness(one: Reference, other: Reference) -> float:
    """Return how much alike two references are as pictures, also mirrored, or as vectors, whichever is more."""
    mirrored = one.look.reshape(_SIDE, _SIDE)[:, ::-1].ravel()
    return max(float(other.look @ one.look), float(other.look @ mirrored), float(other.vector @ one.vector))


def _look(crop: Pixels) -> Vector:
    grey = cv2.cvtColor(crop[_INNER:-_INNER, _INNER:-_INNER], cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    return unit(small - small.mean())


def looks_like(vector: Vector, gallery: Gallery, thresholds: Thresholds, own: PersonId | None) -> tuple[PersonId, ...]:
    """Return the other people this reference would be taken for, likest first.

    The photograph of a wrong person would let that person pass under another's
    consent; a right one of a person who resembles another makes both ambiguous.

    Args:
        vector: of the reference, unit length.
        gallery: of all who are enrolled, of the same engine.
        thresholds: of that engine.
        own: the person that the photograph is said to show; None if they are not enrolled.
    """
    if not gallery.people:
        return ()
    needed = np.array([thresholds.match_at(len(gallery.people), int(count)) for count in gallery.references])
    similarity = gallery.templates @ vector
    rows = np.flatnonzero(similarity >= needed)
    nearest = sorted(rows.tolist(), key=lambda row: -float(similarity[row]))
    return tuple(gallery.people[row] for row in nearest if gallery.people[row] != own)


def mistaken(
    vectors: Sequence[Vector], gallery: Gallery, thresholds: Thresholds, own: PersonId | None
) -> tuple[int, ...]:
    """Return the positions of references that show another enrolled person, as far as can be told.

    Twins resemble each other as well: a photograph that resembles the person's other
    ones still more is right, and is better enrolled, so that both end as ambiguous.
    """
    found = []
    for place, vector in enumerate(vectors):
        others = looks_like(vector, gallery, thresholds, own)
        rest = [*vectors[:place], *vectors[place + 1 :]]
        elsewhere = max((float(gallery.templates[row] @ vector) for row in gallery.rows_of(others)), default=-1.0)
        if others and (not rest or float(template(rest) @ vector) <= elsewhere):
            found.append(place)
    return tuple(found)


def template(vectors: Sequence[Vector]) -> Vector:
    """Return the averaged unit vector of one person's references.

    One average is safer than the best of several: strangers get one chance each.

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

    A photograph of another person among the references would let that person pass
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


def agreement(vectors: Sequence[Vector]) -> float:
    """Return how much each reference resembles the person's others, the least of all; 1 for a single one."""
    if len(vectors) < 2:  # noqa: PLR2004
        return 1.0
    others = [template([*vectors[:place], *vectors[place + 1 :]]) for place in range(len(vectors))]
    return min(float(vector @ rest) for vector, rest in zip(vectors, others, strict=True))


def turned_away(face: Face) -> bool:
    """Say whether the face is seen so much from the side that it makes a poor reference."""
    return turn(face) > _WORST_TURN


def turn(face: Face) -> float:
    """Return how far the nose lies from the middle between the eyes, as a share of their distance."""
    right_eye, left_eye, nose = (point.astype(float) for point in face.landmarks[:3])
    across = left_eye - right_eye
    distance_squared = float(across @ across)
    offset = float((nose - (left_eye + right_eye) / 2) @ across)
    return abs(offset) / distance_squared if distance_squared > 0 else float("inf")


def _quality(face: Face, crop: Pixels, thresholds: Thresholds) -> float:
    parts = (
        _between(face.box.width, SMALLEST, _LARGE),
        _between(sharpness(crop), BLURRED, _SHARP),
        _between(-turn(face), -_WORST_TURN, -_FRONTAL),
        _between(face.clarity, thresholds.dimmest, 1.0),
    )
    return min(parts)


def _between(value: float, worst: float, best: float) -> float:
    return min(1.0, max(0.0, (value - worst) / (best - worst)))


def _only(faces: Sequence[Face]) -> Face:
    clear = sorted((face for face in faces if face.score >= CLEAR), key=lambda face: -face.box.width)
    if not clear:
        raise ReferenceRefused(Refusal.NO_FACE)
    if any(other.box.width > clear[0].box.width * BYSTANDER for other in clear[1:]):
        raise ReferenceRefused(Refusal.SEVERAL_FACES)
    return clear[0]
