"""From a picture to numbered faces, ready to be matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gatekeeper.types import Face, Pixels
from gatekeeper.vision.engine import Detection, Engine
from gatekeeper.vision.quality import unreadable

MOST: Final = 200
"""A picture with more faces is a crowd: all are reported, none is compared, and the time stays bounded."""

_ROW: Final = 0.5
"""Faces whose middles differ by less than this share of the upper one's height stand in one row."""


NOT_COMPARED: Final = "this school works without biometrics"


def find_faces(pixels: Pixels, engine: Engine, *, biometrics: bool = True) -> tuple[Face, ...]:
    """Return every face in upright sRGB `pixels`, numbered from 1 in reading order.

    Each has either an embedding or a reason why it is unreadable. Without
    `biometrics` no embedding is computed, and `NOT_COMPARED` is the reason of all.
    """
    found = reading_order(engine.detector.find(pixels))
    reasons = _reasons(found, engine.thresholds.smallest_face) if biometrics else [NOT_COMPARED] * len(found)
    readable = [detection for detection, reason in zip(found, reasons, strict=True) if reason is None]
    vectors = iter(engine.embedder.embed(pixels, readable) if readable else ())
    return tuple(
        Face(
            number=number,
            box=detection.box,
            landmarks=detection.landmarks,
            score=detection.score,
            embedding=None if reason is not None else next(vectors),
            unreadable=reason,
        )
        for number, (detection, reason) in enumerate(zip(found, reasons, strict=True), start=1)
    )


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
