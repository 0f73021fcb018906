"""YuNet, one pass: faces between about 10 and 300 pixels wide, upright or nearly so.

The net by Wu, Peng and Yu ("YuNet: A Tiny Millisecond-level Face Detector",
2023), as published in the OpenCV zoo. What one pass cannot see (large, tiny,
turned, pale faces) is `detect.py`'s business.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.nets import Nets

MOST: Final = 5000
"""Candidates that one pass keeps, best first."""

OVERLAP: Final = 0.45
"""Above this share of common area (intersection over union) one pass keeps the better box."""


LARGE: Final = 1_000_000
"""Copies of more pixels than this are searched one at a time, by a net that is kept for them: it
holds 0.3 GB for the largest."""


class YuNet:
    """The net, safe to be used by several threads."""

    name = "yunet"

    def __init__(self, model: bytes, score: float = 0.2) -> None:
        """Build the net from a model file's bytes; `score` is the least confidence returned."""
        buffer, nothing = np.frombuffer(model, np.uint8), np.empty(0, np.uint8)

        def build() -> cv2.FaceDetectorYN:
            return cv2.FaceDetectorYN.create("onnx", buffer, nothing, (320, 320), score, OVERLAP, MOST)

        self._nets, self._large = Nets(build), Nets(build, 1)

    def search(self, pixels: Pixels) -> list[Detection]:
        """Return the faces that one pass over upright sRGB `pixels` sees, best first."""
        height, width = pixels.shape[:2]
        bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        with (self._large if height * width > LARGE else self._nets).borrowed() as net:
            net.setInputSize((width, height))
            answer: tuple[int, Any] = net.detect(bgr)
        rows = answer[1]  # None, whatever OpenCV's stubs say, when there is no face
        return [] if rows is None else [_detection(row) for row in rows]


def _detection(row: NDArray[np.float32]) -> Detection:
    """Read one row: x, y, width, height, five landmarks (x, y), score."""
    x, y, width, height = (float(value) for value in row[:4])
    return Detection(Box(x, y, width, height), row[4:14].reshape(5, 2).copy(), float(row[14]))
