"""From a picture to numbered faces, ready to be matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from gatekeeper.types import Face, Pixels, Vector
from gatekeeper.vision.engine import Detection, Engine, PortraitDetector
from gatekeeper.vision.recognition.quality import unreadable
from gatekeeper.vision.recognition.vectors import unit

MOST: Final = 200
"""A picture with more faces is a crowd: all are reported, none is compared, and the time stays bounded."""

_ROW: Final = 0.5
"""Faces whose middles differ by less than this share of the upper one's height stand in one row."""


HIDDEN: Final = "covered, turned away or blurred"
"""The reason for a face of which the engine says itself that it saw too little."""

CLEAREST: Final = 1.001
"""Longer vectors, but for rounding, are no embedder's."""

NOT_COMPARED: Final = "this school works without biometrics"


def find_faces(pixels: Pixels, engine: Engine, *, biometrics: bool = True) -> tuple[Face, ...]:
    """Return every face in upright sRGB `pixels`, numbered from 1 in reading order.

    Each has either an embedding or a reason why it is unreadable. Without
    `biometrics` no embedding is computed, and `NOT_COMPARED` is the reason of all.

    Raises:
        ValueError: the embedder did not keep to its protocol.
    """
    return _examined(reading_order(engine.detector.find(pixels)), pixels, engine, biometrics=biometrics)


def find_portrait(pixels: Pixels, engine: Engine) -> tuple[Face, ...]:
    """Return the faces of a photograph of one person; of finds beside the largest face some may be missing.

    Only for reference photographs: what is published is searched by `find_faces`.

    Raises:
        ValueError: the embedder did not keep to its protocol.
    """
    found = engine.detector.portrait(pixels) if isinstance(engine.detector, PortraitDetector) else None
    return find_faces(pixels, engine) if found is None else _examined(found, pixels, engine, biometrics=True)


def _examined(found: Sequence[Detection], pixels: Pixels, engine: Engine, *, biometrics: bool) -> tuple[Face, ...]:
    reasons = _reasons(found, engine.thresholds.smallest_face) if biometrics else [NOT_COMPARED] * len(found)
    readable = [detection for detection, reason in zip(found, reasons, strict=True) if reason is None]
    vectors = iter(engine.embedder.embed(pixels, readable) if readable else ())
    return tuple(
        _face(number, detection, reason, None if reason is not None else next(vectors), engine)
        for number, (detection, reason) in enumerate(zip(found, reasons, strict=True), start=1)
    )


def _face(number: int, found: Detection, reason: str | None, vector: Vector | None, engine: Engine) -> Face:
    """Return one face; a vector says by its length how clearly it was seen."""
    clarity = 1.0 if vector is None else float(np.linalg.norm(vector))
    if clarity > CLEAREST:
        message = f"{engine.embedder.name} gave a vector of length {clarity:.3g}, longer than 1"
        raise ValueError(message)
    if vector is not None and clarity < engine.thresholds.dimmest:
        vector, reason = None, HIDDEN
    embedding = None if vector is None else unit(vector)
    return Face(number, found.box, found.landmarks, found.score, embedding, reason, clarity)


def reading_order(detections: Sequence[Detection]) -> list[Detection]:
    """Return the detections row by row from the top, each row from the left."""
    waiting = sorted(detections, key=lambda detection: (_middle(detection), detection.box.x))
    ordered: list[Detection] = []
    while waiting:
        below = _middle(waiting[0]) + _ROW * waiting[0].box.height
        row = [detection for detection in waiting if _middle(detection) < below] or waiting[:1]
        ordered += sorted(row, key=lambda detection: detection.box.x)
        waiting = waiting[len(row) :]
    return ordered


def _reasons(found: Sequence[Detection], smallest: float) -> list[str | None]:
    if len(found) > MOST:
        return ["one of too many faces"] * len(found)
    return [unreadable(detection, smallest) for detection in found]


def _middle(detection: Detection) -> float:
    return detection.box.y + detection.box.height / 2
