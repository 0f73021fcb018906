"""MoveNet MultiPose: people who stand close together, and where the head of each is.

The net by Google (Apache-2.0) marks the middle of every person on a map of a quarter of the picture's
sides, with the size of the person's box and the places of 17 joints; a second map says for each
kind of joint where one is. Joints are put together as in the published graph, which answers for six
people only; here the `MOST` surest are read. Of the joints only those of the head are used: eyes, nose and ears.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.conversion.graph_model import as_onnx
from gatekeeper.vision.detection.image_pyramid import planes, scaled
from gatekeeper.vision.detection.persons.bodies import Pose
from gatekeeper.vision.sessions import Session

LONG_SIDE: Final = 512
"""Of the copy that is searched, in pixels: in half of it, a group of twenty is one heap."""

FAINTEST: Final = 0.1
"""From this confidence a person is returned."""

MOST: Final = 60
"""People of one picture, at most."""

_MULTIPLE: Final = 32
"""The net halves its input five times, so its sides are multiples of this."""
_RGB: Final = (0, 1, 2)
"""The order of colours that the net was trained on."""
_STRIDE: Final = 4
"""Pixels of the copy per cell of the maps."""
_SPREAD: Final = 0.3
"""How far a joint may be from where its person's middle expects it: the variance, in short sides of the map."""
_HEAD: Final = 5
"""Joints of the head, which come first: nose, eyes, ears."""

_NODES: Final = "StatefulPartitionedCall/"
_IMAGE: Final = f"{_NODES}Cast"
_OUTPUTS: Final = tuple(
    f"{_NODES}{name}"
    for name in (
        "Sigmoid",
        "box_scale_0/conv2d_5/BiasAdd",
        "box_offset_0/conv2d_6/BiasAdd",
        "Sigmoid_1",
        "kpt_regress_0/conv2d_8/BiasAdd",
    )
)
"""What the graph calls middles, sizes and offsets of boxes, joints, and where a middle expects them."""

Floats = NDArray[np.float32]


class MoveNet:
    """The net, safe to be used by several threads."""

    def __init__(self, description: bytes, weights: bytes) -> None:
        """Build the net from the two files of its graph model.

        Raises:
            ValueError: they are not that net's.
        """
        self._net = Session(as_onnx(description, weights, _IMAGE, _OUTPUTS))

    def search(self, pixels: Pixels) -> list[Pose]:
        """Return the people in upright sRGB `pixels`, best first."""
        height, width = pixels.shape[:2]
        scale = LONG_SIDE / max(height, width)
        unit = _STRIDE / scale
        copy = scaled(pixels, scale)
        rows, columns = (side + -side % _MULTIPLE for side in copy.shape[:2])
        blob = planes(copy, (rows, columns), _RGB, np.empty(3 * rows * columns, np.float32))
        answers = self._net.run(blob, _OUTPUTS)
        middles, sizes, offsets, joints, expected = (answer[0] for answer in answers)
        found = _people(middles[0], (sizes, offsets), joints, expected)
        placed = ((box.scaled(unit, unit).within(width, height), head, score) for box, head, score in found)
        return [Pose(box, (head[0] * unit, head[1] * unit), score) for box, head, score in placed if box.area > 0]


def _people(
    middles: Floats, boxes: tuple[Floats, Floats], joints: Floats, expected: Floats
) -> Iterator[tuple[Box, tuple[float, float], float]]:
    """Yield box, head and confidence of each mark, in cells, best first."""
    peaks = (middles >= cv2.dilate(middles, np.ones((3, 3), np.uint8))) & (middles >= FAINTEST)
    rows, columns = np.nonzero(peaks)
    for one in np.argsort(-middles[rows, columns], kind="stable")[:MOST].tolist():
        row, column = int(rows[one]), int(columns[one])
        (height, width), (down, across) = (part[:, row, column].astype(float) for part in boxes)
        box = Box(column + across - width / 2, row + down - height / 2, width, height)
        spots = expected[: 2 * _HEAD, row, column].reshape(_HEAD, 2) + np.array((row, column))
        if width > 0 and height > 0:
            yield box, _head(joints[:_HEAD], spots, box), float(middles[row, column])


def _head(joints: Floats, expected: Floats, box: Box) -> tuple[float, float]:
    """Return the median of the head's joints: each where its map, weighed by the expectation, is highest in the box."""
    rows, columns = joints.shape[1:]
    left, top = max(0, int(box.x)), max(0, int(box.y))
    part = joints[:, top : int(box.y + box.height) + 1, left : int(box.x + box.width) + 1]
    if part.size == 0:
        down, across = np.median(expected, axis=0)
        return float(across), float(down)
    down, across = top + np.arange(part.shape[1]), left + np.arange(part.shape[2])
    away = (down - expected[:, :1])[:, :, np.newaxis] ** 2 + (across - expected[:, 1:])[:, np.newaxis] ** 2
    weighed = part * np.exp(-away / (_SPREAD * min(rows, columns)))
    best = weighed.reshape(len(part), -1).argmax(axis=1)
    return float(np.median(across[best % part.shape[2]])), float(np.median(down[best // part.shape[2]]))
