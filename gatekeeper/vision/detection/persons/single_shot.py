"""The single-shot detector that finds people: SSD with MobileNet V3, as trained on COCO for TensorFlow's model zoo.

It gives for each of its anchors how far a box is from it and how likely each class is
(Liu et al., "SSD: Single Shot MultiBox Detector", 2016).
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels
from gatekeeper.vision.conversion.frozen_graph import FrozenGraph, as_onnx
from gatekeeper.vision.sessions import Session

SIDE: Final = 320
"""Of the net's input, in pixels."""

_MIDDLE: Final = 127.5
"""The level that the net takes for nought, and for one unit."""

_IMAGE: Final = "normalized_input_image_tensor"
_OUTPUTS: Final = ("concat", "concat_1")
"""Distances from the anchors, and logits of the classes."""
_ANCHORS: Final = "anchors"

_PERSON: Final = 1
"""The column of people among the classes."""
_SCALES: Final = (10.0, 10.0, 5.0, 5.0)
"""By which distances are divided: middle down and across, logarithms of height and width."""

_SAME: Final = 0.6
"""Overlap (intersection over union) from which the less sure of two boxes is dropped."""
_MOST: Final = 100
"""Boxes of one look, at most."""

Floats = NDArray[np.float64]


class SingleShot:
    """The net, safe to be used by several threads."""

    def __init__(self, model: bytes) -> None:
        """Build the net from the bytes of a frozen graph.

        Raises:
            ValueError: it is not that graph.
        """
        graph = FrozenGraph(model)
        self._session = Session(as_onnx(graph, _IMAGE, _OUTPUTS, (1, 3, SIDE, SIDE)))
        self._anchors = np.asarray(graph.constant(_ANCHORS), np.float64)

    def search(self, pixels: Pixels, faintest: float) -> list[tuple[float, Floats]]:
        """Return the people in upright sRGB `pixels`, best first: confidence, and left, top, right, bottom in shares.

        Args:
            pixels: what is looked at; the net sees it reduced to `SIDE` pixels either way.
            faintest: the confidence from which a person is returned.
        """
        blob = cv2.dnn.blobFromImage(np.ascontiguousarray(pixels), 1 / _MIDDLE, (SIDE, SIDE), (_MIDDLE,) * 3)
        distances, logits = self._session.run(np.asarray(blob, np.float32))
        scores = 1 / (1 + np.exp(-logits[0, :, _PERSON].astype(np.float64)))
        likely = np.nonzero(scores >= faintest)[0]
        boxes = _boxes(distances.reshape(-1, 4)[likely], self._anchors[likely])
        kept = _distinct(boxes, scores[likely])
        return [(float(scores[likely][one]), boxes[one]) for one in kept]


def _boxes(distances: NDArray[np.float32], anchors: Floats) -> Floats:
    """Return shape (n, 4), left, top, right and bottom, of boxes at such distances from their anchors."""
    moved = distances / np.array(_SCALES)
    middles = moved[:, :2] * anchors[:, 2:] + anchors[:, :2]
    halves = np.exp(moved[:, 2:]) * anchors[:, 2:] / 2
    return np.concatenate([middles - halves, middles + halves], axis=1)[:, (1, 0, 3, 2)]


def _distinct(boxes: Floats, scores: Floats) -> list[int]:
    """Return which boxes are left after greedy non-maximum suppression, best first."""
    order = np.argsort(-scores, kind="stable")[:_MOST]
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    kept: list[int] = []
    for one in order.tolist():
        low, high = np.maximum(boxes[one, :2], boxes[kept, :2]), np.minimum(boxes[one, 2:], boxes[kept, 2:])
        common = np.maximum(high - low, 0).prod(axis=1)
        if not (common > _SAME * (areas[one] + areas[kept] - common)).any():
            kept.append(one)
    return kept
