"""YuNet, one pass: faces between about 10 and 300 pixels wide, upright or nearly so.

The net by Wu, Peng and Yu ("YuNet: A Tiny Millisecond-level Face Detector",
2023), as published in the OpenCV zoo. What one pass cannot see (large, tiny,
turned, pale faces) is `detector.py`'s business. What the net answers is read as
OpenCV's `FaceDetectorYN` reads it.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.tiles import Stem, TiledNet
from gatekeeper.vision.engine import Detection

MOST: Final = 5000
"""Candidates that one pass keeps, best first."""

OVERLAP: Final = 0.45
"""Above this share of common area (intersection over union) one pass keeps the better box."""

LARGE: Final = 1_000_000
"""Copies of more pixels than this are searched one at a time: the largest takes 0.1 GB."""

_STRIDES: Final = (8, 16, 32)
"""Pixels of the picture per cell of the three maps; sides are multiples of the last."""

_BGR: Final = (2, 1, 0)
"""The order of colours that the net was trained on."""

_OUTPUTS: Final = tuple(f"{what}_{stride}" for stride in _STRIDES for what in ("cls", "obj", "bbox", "kps"))
"""What the model file calls classes, objects, boxes and landmarks, map by map."""

_STEM: Final = Stem("206", 64, _STRIDES[0], 24)
"""The layers up to the finest map: five of three by three, at one half and one quarter of the sides."""

Rows = NDArray[np.float32]
"""Shape (n, 15): x, y, width, height, five landmarks (x, y), score."""


class YuNet:
    """The net, safe to be used by several threads."""

    name = "yunet"

    def __init__(self, model: bytes, score: float = 0.2) -> None:
        """Build the net from a model file's bytes; `score` is the least confidence returned."""
        self._score = score
        self._net, self._large = TiledNet(model, _STEM, _STRIDES[-1], _BGR), Lock()

    def search(self, pixels: Pixels) -> list[Detection]:
        """Return the faces that one pass over upright sRGB `pixels` sees, best first."""
        height, width = pixels.shape[:2]
        if height * width > LARGE:
            with self._large:
                answers = self._net.run(pixels, _OUTPUTS)
        else:
            answers = self._net.run(pixels, _OUTPUTS)
        columns = width + -width % _STRIDES[-1]
        maps = zip(_STRIDES, *(answers[what::4] for what in range(4)), strict=True)
        rows = np.concatenate([self._read(stride, columns // stride, parts) for stride, *parts in maps])
        return [_detection(row) for row in _distinct(rows, self._score)]

    def _read(self, stride: int, columns: int, parts: list[NDArray[np.float32]]) -> Rows:
        """Return the candidates of one map: (n, 1) classes and objects, (n, 4) boxes and (n, 10) landmarks."""
        classes, objects, boxes, landmarks = (part[0] for part in parts)
        scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        cells = np.flatnonzero(scores >= self._score)
        places = np.stack([cells % columns, cells // columns], axis=1).astype(np.float32)
        sides = np.exp(boxes[cells, 2:]) * stride
        corners = (places + boxes[cells, :2]) * stride - sides / 2
        points = (landmarks[cells] + np.tile(places, 5)) * stride
        return np.concatenate([corners, sides, points, scores[cells, np.newaxis]], axis=1, dtype=np.float32)


def _distinct(rows: Rows, score: float) -> Rows:
    """Return the best of those that overlap, best first; as OpenCV does, by boxes in whole pixels."""
    if len(rows) == 0:
        return rows
    kept = cv2.dnn.NMSBoxes(rows[:, :4].astype(np.int32).tolist(), rows[:, 14].tolist(), score, OVERLAP, top_k=MOST)
    return rows[np.asarray(kept, np.int64).ravel()]


def _detection(row: NDArray[np.float32]) -> Detection:
    """Read one row of `Rows`."""
    x, y, width, height = (float(value) for value in row[:4])
    return Detection(Box(x, y, width, height), row[4:14].reshape(5, 2).copy(), float(row[14]))
