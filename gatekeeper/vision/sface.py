"""SFace: a face as 128 numbers.

The net by Zhong and others ("SFace: Sigmoid-Constrained Hypersphere Loss for
Robust Face Recognition", 2021) as published in the OpenCV zoo. It wants the
aligned 112x112 picture as RGB from 0 to 255, as it is. The vector is the mean
of the face's and its mirror image's, which costs a second run and makes fewer
misses than any threshold can.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels, Vector
from gatekeeper.vision.alignment import aligned
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.nets import ABREAST, Nets
from gatekeeper.vision.vectors import unit

BATCH: Final = 4
"""Faces a run, and as many mirrored copies; more in one run are no faster, only larger."""


class SFace:
    """The net, safe to be used by several threads."""

    name = "sface"
    dimension = 128

    def __init__(self, model: bytes) -> None:
        """Build the net from a model file's bytes."""
        self._nets = Nets(lambda: cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8)))

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        """Return shape (len(detections), 128), unit rows, in the same order."""
        crops = [aligned(pixels, detection.landmarks) for detection in detections]
        batches = [crops[start : start + BATCH] for start in range(0, len(crops), BATCH)]
        with ThreadPoolExecutor(ABREAST) as pool:
            vectors = pool.map(self._run, map(np.stack, batches))
            return np.concatenate([np.empty((0, self.dimension), np.float32), *vectors])

    def _run(self, crops: NDArray[np.uint8]) -> Vector:
        both = np.concatenate([crops, crops[:, :, ::-1]])
        blob = np.ascontiguousarray(both.transpose(0, 3, 1, 2), dtype=np.float32)
        with self._nets.borrowed() as net:
            net.setInput(blob, "data")
            raw = np.array(net.forward(), np.float32)
        face, mirrored = np.split(unit(raw), 2)
        return unit(face + mirrored)
