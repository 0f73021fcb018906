"""Any net of the ArcFace kind: an aligned face of 112x112 as a vector.

The vector is the mean of the face's and its mirror image's, which costs a second
run and makes fewer misses than any threshold can. The default is SFace by Zhong
and others ("SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face
Recognition", 2021) as published in the OpenCV zoo.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.errors import WeightsUnavailable
from gatekeeper.types import Pixels, Vector
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.model import Model
from gatekeeper.vision.nets import ABREAST
from gatekeeper.vision.onnx_graph import any_size
from gatekeeper.vision.recognition.alignment import SIDE, aligned
from gatekeeper.vision.recognition.vectors import unit
from gatekeeper.vision.sessions import Session

BATCH: Final = 4
"""Faces a run at most, and as many mirrored copies; more in one run are no faster, only larger."""


_DARKEST: Final = 1e-3
"""Least clarity, so that no vector loses its direction."""


class OnnxEmbedder:
    """The net of one model, safe to be used by several threads."""

    def __init__(self, model: Model, data: bytes) -> None:
        """Build the net from the model file's bytes, which have been checked.

        Raises:
            WeightsUnavailable: the net cannot be built, or its vectors are not as described.
        """
        self._model = model
        try:
            self._net = Session(any_size(data), source=model.input.name)
            self._run(np.zeros((1, SIDE, SIDE, 3), np.uint8))
        except Exception as error:  # noqa: BLE001 - ONNX Runtime has a dozen kinds that share no other base
            message = f"The model {model.name} does not run as its description says: {_reason(error)}"
            raise WeightsUnavailable(message) from None

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._model.dimension

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        """Return shape (len(detections), dimension), in the same order; see `Embedder.embed`."""
        crops = [aligned(pixels, detection.landmarks) for detection in detections]
        with ThreadPoolExecutor(ABREAST) as pool:
            vectors = pool.map(self._run, map(np.stack, _shared(crops)))
            return np.concatenate([np.empty((0, self.dimension), np.float32), *vectors])

    def _run(self, crops: NDArray[np.uint8]) -> Vector:
        both = np.concatenate([crops, crops[:, :, ::-1]])
        blob = self._blob(both)
        raw = self._net.run(blob)[0]
        if raw.shape != (len(both), self.dimension):
            message = f"{len(both)} faces give {raw.shape}, not ({len(both)}, {self.dimension})"
            raise ValueError(message)
        face, mirrored = np.split(unit(raw), 2)
        return unit(face + mirrored) * self._clarity(raw[: len(crops)])

    def _clarity(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return how clearly each face was seen, shape (n, 1): nets trained on angles give longer vectors then."""
        if self._model.clear is None:
            return np.ones((len(raw), 1), np.float32)
        lengths = np.linalg.norm(raw, axis=1, keepdims=True)
        return np.asarray(np.clip(lengths / self._model.clear, _DARKEST, 1.0), np.float32)

    def _blob(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the crops as the net wants them, shape (n, 3, 112, 112)."""
        wanted = self._model.input
        ordered = crops if wanted.channels == "rgb" else crops[..., ::-1]
        values = (ordered.astype(np.float32) - np.array(wanted.mean, np.float32)) * np.float32(wanted.scale)
        return np.ascontiguousarray(values.transpose(0, 3, 1, 2))


def _shared(crops: Sequence[Pixels]) -> list[Sequence[Pixels]]:
    """Divide the crops into batches that are as large as each other and as many as keep all nets busy."""
    rounds = -(-len(crops) // (BATCH * ABREAST))
    count = min(len(crops), rounds * ABREAST)
    edges = [number * len(crops) // count for number in range(count + 1)] if count else []
    return [crops[start:end] for start, end in pairwise(edges)]


def _reason(error: Exception) -> str:
    """Return the last line of what the runtime said."""
    return str(error).strip().splitlines()[-1]
