"""Non-maximum suppression: one detection a face, from passes that overlap, and no face lost to a larger one.

Boxes alone cannot tell a piece of a large face from a small face in front of it: a baby at
a cheek, a head over the shoulder, a portrait held up. Landmarks can. Those of two finds of
one face lie in the same places; a face of its own has landmarks of its own
(`docs/decisions/0037`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box
from gatekeeper.vision.engine import Detection

OVERLAP: Final = 0.4
"""From this share of common area (intersection over union) finds of two passes are of one face,
and one speaks for the other."""

APART: Final = 0.3
"""From this share two boxes are not two faces, whether or not one speaks for the other: passes
over small copies frame a face loosely."""

CONTAINED: Final = 0.7
"""From this share of the smaller box inside the larger one they are one face, unless the landmarks
say otherwise: YuNet breaks big faces into small ones, and sees a face in a face with a hood around it."""

DISPLACED: Final = 0.4
"""From this mean distance between corresponding landmarks, in widths of the smaller box, two finds
are of two faces. Finds of one face: below 0.15 where both are sure; of two faces: above 0.6."""

SURE: Final = 0.75
"""From this score a find's landmarks are believed where its box alone does not set it apart."""

TOUCHING: Final = 0.3
"""From this share of the smaller box inside the larger one, finds of different views may be
one head: YuNet frames a head differently when it is turned."""


def merged(detections: Iterable[Detection]) -> list[Detection]:
    """Return the best of each cluster of detections, best first, landmarks and all.

    The most confident detection stays and absorbs whatever overlaps it or lies
    within it (or around it) without landmarks of its own; then the next. The order of
    the input does not matter, and what neither overlaps nor shares its inside with a
    detection that stays, stays.
    """
    waiting = sorted(detections, key=_rank)
    boxes = _array(detection.box for detection in waiting)
    sizes, sure = boxes[:, 2] * boxes[:, 3], np.array([one.score >= SURE for one in waiting], bool)
    spots, widths = _features(waiting)
    free = np.ones(len(waiting), bool)
    kept = []
    for index, detection in enumerate(waiting):
        if free[index]:
            kept.append(detection)
            common, smaller, joint = _areas(boxes[index], boxes)
            near = (common >= APART * joint) | (common >= CONTAINED * smaller)
            own = (common < OVERLAP * joint) & _far(detection, spots, widths)
            # Within a larger face a fainter one is believed; doubtful frames around a face, or beside it, are not.
            within = (common < APART * joint) & (sizes < sizes[index])
            free &= (common <= 0) | ~near | (own & (sure | within))
            free[index] = False
    return kept


def displaced(detections: Sequence[Detection], others: Sequence[Detection]) -> NDArray[np.bool_]:
    """Return shape (detections, others): which pairs are two faces by their landmarks, whatever their boxes share.

    Boxes that overlap (`OVERLAP`) are one face all the same.
    """
    spots, widths = _features(others)
    far = [_far(one, spots, widths) for one in detections]
    apart: NDArray[np.bool_] = np.array(far, np.bool_).reshape(len(detections), len(others))
    apart &= ~overlaps([one.box for one in detections], [other.box for other in others])
    return apart


def both_sure(detections: Sequence[Detection], others: Sequence[Detection]) -> NDArray[np.bool_]:
    """Return shape (detections, others): in which pairs both are at least `SURE`."""
    rows, columns = (np.array([one.score >= SURE for one in several], bool) for several in (detections, others))
    return np.asarray(rows[:, np.newaxis] & columns, np.bool_)


def enclosed(boxes: Iterable[Box], others: Iterable[Box]) -> NDArray[np.bool_]:
    """Return shape (boxes, others): whether the first lies within the second (`CONTAINED`), which is larger."""
    pairs, wide = _array(boxes), _array(others)
    inside = np.zeros((len(pairs), len(wide)), bool)
    for index, box in enumerate(pairs):
        common, smaller, _ = _areas(box, wide)
        inside[index] = (common > 0) & (common >= CONTAINED * smaller) & (box[2] * box[3] < wide[:, 2] * wide[:, 3])
    return inside


def distinct(detections: Sequence[Detection]) -> list[int]:
    """Return the positions of those that overlap no more confident one that stays, best first.

    Unlike `merged`, what lies within another stays: whether the other is a face is not known yet.
    """
    order = sorted(range(len(detections)), key=lambda index: _rank(detections[index]))
    boxes = _array(detection.box for detection in detections)
    free = np.ones(len(detections), bool)
    kept = []
    for index in order:
        if free[index]:
            kept.append(index)
            common, _, joint = _areas(boxes[index], boxes)
            free &= (common <= 0) | (common < OVERLAP * joint)
    return kept


def overlaps(boxes: Iterable[Box], others: Iterable[Box]) -> NDArray[np.bool_]:
    """Return shape (boxes, others): which pairs are one face by their overlap."""
    pairs, wide = _array(boxes), _array(others)
    alike = np.zeros((len(pairs), len(wide)), bool)
    for index, box in enumerate(pairs):
        common, _, joint = _areas(box, wide)
        alike[index] = (common > 0) & (common >= OVERLAP * joint)
    return alike


def touches(boxes: Iterable[Box], others: Iterable[Box]) -> NDArray[np.bool_]:
    """Return shape (boxes, others): whether a pair shares so much that both may be one head."""
    pairs, wide = _array(boxes), _array(others)
    near = np.zeros((len(pairs), len(wide)), bool)
    for index, box in enumerate(pairs):
        common, smaller, _ = _areas(box, wide)
        near[index] = (common > 0) & (common >= TOUCHING * smaller)
    return near


def _features(detections: Sequence[Detection]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the landmarks, shape (detections, 5, 2), and the widths of boxes."""
    spots = np.array([one.landmarks for one in detections], np.float64).reshape(-1, 5, 2)
    return spots, np.array([one.box.width for one in detections], np.float64)


def _far(one: Detection, spots: NDArray[np.float64], widths: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whose landmarks are not those of a detection (`DISPLACED`)."""
    distance = np.linalg.norm(spots - one.landmarks, axis=2).mean(axis=1)
    return np.asarray(distance >= DISPLACED * np.minimum(widths, one.box.width))


def _array(boxes: Iterable[Box]) -> NDArray[np.float64]:
    return np.array([(box.x, box.y, box.width, box.height) for box in boxes], np.float64).reshape(-1, 4)


def _rank(detection: Detection) -> tuple[float, ...]:
    """Sort by confidence; among equals by place, so that the order of passes cannot matter."""
    box = detection.box
    return (-detection.score, box.x, box.y, box.width, box.height, *(float(v) for v in detection.landmarks.flat))


def _areas(
    box: NDArray[np.float64], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the common area, the smaller area and the joint area of `box` with each of `boxes`."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    sides = np.maximum(high - low, 0)
    common = sides[:, 0] * sides[:, 1]
    own, others = box[2] * box[3], boxes[:, 2] * boxes[:, 3]
    return common, np.minimum(own, others), own + others - common
