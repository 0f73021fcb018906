"""What an engine must offer: finding faces, and turning each into a vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Pixels, Vector
from gatekeeper.vision.detection.persons.people import People
from gatekeeper.vision.recognition.thresholds import Thresholds


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face as a detector reports it, before it has a number.

    Attributes:
        box: in pixels of the picture that was searched.
        landmarks: shape (5, 2), order as in `types.Face`.
        score: confidence, 0 to 1.
    """

    box: Box
    landmarks: NDArray[np.float32]
    score: float


class Detector(Protocol):
    """Finds faces."""

    @property
    def name(self) -> str: ...

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return every face in upright sRGB `pixels`, merged, in no special order."""


@runtime_checkable
class PortraitDetector(Protocol):
    """Finds the face of a photograph of one person without searching the whole image pyramid."""

    def portrait(self, pixels: Pixels) -> list[Detection] | None:
        """Return the faces in upright sRGB `pixels`, the largest first; None if `Detector.find` has to say."""


class Embedder(Protocol):
    """Turns faces into vectors whose directions are close for the same person."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        """Return shape (len(detections), dimension), in the same order.

        A row's direction is the likeness. Its length, above 0 and at most 1, is how
        clearly the face was seen, for nets that can tell; 1 for the others.
        """


class Places(Protocol):
    """Finds places to look at, which are no faces to compare."""

    def find(self, pixels: Pixels, heads: Sequence[Box]) -> list[Box]:
        """Return them in upright sRGB `pixels`, but for `heads` that are known."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A detector and an embedder that were measured together, and their thresholds.

    `name` goes into every template and every check; templates of one engine are
    never compared with another's.
    """

    name: str
    detector: Detector
    embedder: Embedder
    thresholds: Thresholds
    people: People | None = None
    """Finds people without faces; None if they are not looked for."""
    cut_off: Places | None = None
    """Finds faces that the picture's edges cut off; None if they are not looked for."""
