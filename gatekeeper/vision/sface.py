"""SFace: a face as 128 numbers.

The net by Zhong and others ("SFace: Sigmoid-Constrained Hypersphere Loss for
Robust Face Recognition", 2021) as published in the OpenCV zoo. It wants the
aligned 112x112 picture as RGB from 0 to 255, as it is. The vector is the mean
of the face's and its mirror image's, which costs a second run and makes fewer
misses than any threshold can.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels, Vector
from gatekeeper.vision.alignment import aligned
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.nets import quiet
from gatekeeper.vision.vectors import unit

BATCH: Final = 16
"""Faces a run, mirrored copies included in twice that; bounds the memory, not the speed."""


class SFace:
    """The net behind a lock, see `yunet.YuNet`."""

    name = "sface"
    dimension = 128

    def __init__(self, model: bytes) -> None:
        """Build the net from a model file's bytes."""
        self._lock = Lock()
        with quiet():
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        """Return shape (len(detections), 128), unit rows, in the same order."""
        crops = [aligned(pixels, detection.landmarks) for detection in detections]
        batches = [crops[start : start + BATCH] for start in range(0, len(crops), BATCH)]
        vectors = [self._run(np.stack(batch)) for batch in batches]
        return np.concatenate([np.empty((0, self.dimension), np.float32), *vectors])

    def _run(self, crops: NDArray[np.uint8]) -> Vector:
        both = np.concatenate([crops, crops[:, :, ::-1]])
        blob = np.ascontiguousarray(both.transpose(0, 3, 1, 2), dtype=np.float32)
        with self._lock:
            self._net.setInput(blob, "data")
            raw = np.array(self._net.forward(), np.float32)
        face, mirrored = np.split(unit(raw), 2)
        return unit(face + mirrored)
