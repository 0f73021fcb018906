"""dlib's face network: the same net as `face_recognition`, reached without importing it.

Importing `face_recognition` makes Pillow accept half files in the whole process
and may end it; here the model files are opened directly. The net is King's
"dlib_face_recognition_resnet_model_v1" (2017, CC0), the landmarks are his five
points (CC0). Its descriptors are made for Euclidean distance and do not have
unit length; here they are scaled to it and compared by cosine, which loses
nothing measurable and lets every engine be compared in one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

import dlib
import numpy as np

from gatekeeper.types import Box, Pixels, Vector
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.recognition.vectors import unit
from gatekeeper.vision.rotation import quarters

_ROOM: Final = 1.0
"""How much of the face's longer side is kept around it, so that turning and padding have material."""


class DlibEmbedder:
    """The net behind a lock: it holds its activations."""

    name = "dlib"
    dimension = 128

    def __init__(self, resnet: Path, landmarks: Path) -> None:
        """Open both model files, which `weights.locate` has checked."""
        self._lock = Lock()
        self._net = dlib.face_recognition_model_v1(str(resnet))
        self._landmarks = dlib.shape_predictor(str(landmarks))

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        """Return shape (len(detections), 128), unit rows, in the same order."""
        rows = [self._embed_one(pixels, detection) for detection in detections]
        return unit(np.array(rows, np.float32).reshape(-1, self.dimension))

    def _embed_one(self, pixels: Pixels, detection: Detection) -> list[float]:
        cut, box = _upright(pixels, detection)
        left, top, side = landmark_square(box)
        square = dlib.rectangle(round(left), round(top), round(left + side), round(top + side))
        with self._lock:
            shape = self._landmarks(cut, square)
            return list(self._net.compute_face_descriptor(cut, shape))


def landmark_square(box: Box) -> tuple[float, float, float]:
    """Return left, top and side of the square that dlib's landmarks expect for a YuNet box.

    Measured: dlib's own detector frames the face from brow to chin, YuNet's from
    hairline to chin.
    """
    side = 0.85 * box.height
    return box.x + box.width / 2 - side / 2, box.y + 0.5435 * box.height - side / 2, side


def _upright(pixels: Pixels, detection: Detection) -> tuple[Pixels, Box]:
    """Cut the face out with room around it, turned by quarters until the eyes are level and on top."""
    box = detection.box
    room = _ROOM * max(box.width, box.height)
    height, width = pixels.shape[:2]
    left, top = max(0, int(box.x - room)), max(0, int(box.y - room))
    right, bottom = min(width, int(box.x + box.width + room) + 1), min(height, int(box.y + box.height + room) + 1)
    cut = pixels[top:bottom, left:right]
    inner = Box(box.x - left, box.y - top, box.width, box.height)
    for _ in range(quarters(detection.landmarks)):
        inner = Box(inner.y, cut.shape[1] - inner.x - inner.width, inner.height, inner.width)
        cut = np.rot90(cut)
    return np.ascontiguousarray(cut), inner
