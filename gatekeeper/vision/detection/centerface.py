"""CenterFace, one pass: a second opinion, slower than YuNet and good at faces that are partly hidden.

The net by Xu, Yan, Yuan, Xiao and Zhao ("CenterFace: Joint Face Detection and
Alignment Using Face as Point", 2019), as its authors publish it under MIT. It
marks the middle of every face on a map of a quarter of the picture's sides, and
gives a box and five landmarks for each mark.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.non_maximum_suppression import merged
from gatekeeper.vision.detection.tiles import Stem, TiledNet
from gatekeeper.vision.engine import Detection

_STRIDE: Final = 4
"""Pixels of the picture per cell of the map."""

_MULTIPLE: Final = 32
"""The net halves its input five times, so its sides are multiples of this."""

_OUTPUTS: Final = ("537", "538", "539", "540")
"""What the model file calls the marks, the sizes, the places within the cell and the landmarks."""

_STEM: Final = Stem("387", 24, _STRIDE, 12)
"""The layers up to the finest map that the last ones take too: four of three by three, at one half and one quarter."""

_RGB: Final = (0, 1, 2)
"""The order of colours that the net was trained on."""

Floats = NDArray[np.float32]


class CenterFace:
    """The net, safe to be used by several threads."""

    name = "centerface"

    def __init__(self, model: bytes, score: float = 0.1) -> None:
        """Build the net from a model file's bytes; `score` is the least confidence returned, 0 to 1."""
        self._score = score
        # One at a time: it needs most memory of all, and YuNet keeps the other core busy.
        self._net = TiledNet(model, _STEM, _MULTIPLE, _RGB, 1)

    def search(self, pixels: Pixels) -> list[Detection]:
        """Return the faces that one pass over sRGB `pixels` sees, best first."""
        answers = self._net.run(pixels, _OUTPUTS)
        marks, sizes, offsets, landmarks = (output[0] for output in answers)
        cells = np.nonzero(marks[0] >= self._score)
        scores, sizes, offsets, landmarks = (part[:, *cells] for part in (marks, sizes, offsets, landmarks))
        sides = np.exp(sizes[::-1]) * _STRIDE
        middles = (np.stack(cells[::-1]) + offsets[::-1] + 0.5) * _STRIDE
        return merged(_detections(middles - sides / 2, sides, landmarks, scores[0]))


def _detections(corners: Floats, sides: Floats, landmarks: Floats, scores: Floats) -> list[Detection]:
    """Put finds together: (2, n) corners and sides as x and y, (10, n) landmarks as y and x in shares of the box."""
    points = landmarks.reshape(5, 2, -1)[:, ::-1] * sides + corners
    return [
        Detection(
            Box(*(float(value) for value in (*corners[:, find], *sides[:, find]))),
            points[:, :, find].astype(np.float32),
            float(scores[find]),
        )
        for find in range(len(scores))
    ]
