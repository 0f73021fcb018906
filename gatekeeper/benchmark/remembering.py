"""Look at each picture once: an engine that remembers what it has found.

The gate looks at a picture, the benchmark wants to know what it saw, and several
engines share one detector. Only the nets are remembered; everything that decides
runs anew. What is kept is kept where the caller says: in memory, unless the
pictures are public and a run of hours is to be repeated.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from gatekeeper.types import Box, Pixels, Vector
from gatekeeper.vision.engine import Detection, Detector, Embedder, Engine, PortraitDetector

_UNDECIDED: Final = [float("nan")] * 15
"""A row that stands for no answer."""


class Memory(Protocol):
    """What was found, by what was looked at; a dictionary will do."""

    def __contains__(self, key: str, /) -> bool: ...
    def __getitem__(self, key: str, /) -> bytes: ...
    def __setitem__(self, key: str, value: bytes, /) -> None: ...


def remembering(engine: Engine, memory: Memory) -> Engine:
    """Return the same engine, looking into `memory` first."""
    return replace(
        engine,
        detector=_RememberedDetector(engine.detector, memory),
        embedder=_RememberedEmbedder(engine.embedder, engine.name, memory),
    )


class _RememberedDetector:
    def __init__(self, detector: Detector, memory: Memory) -> None:
        self.name = detector.name
        self._detector, self._memory = detector, memory

    def find(self, pixels: Pixels) -> list[Detection]:
        def look() -> Vector:
            rows = [_row(detection) for detection in self._detector.find(pixels)]
            return np.array(rows, np.float32).reshape(-1, 15)

        return [_detection(row) for row in _recalled(self._memory, f"{self.name} {_digest(pixels)}", look)]

    def portrait(self, pixels: Pixels) -> list[Detection] | None:
        detector = self._detector
        if not isinstance(detector, PortraitDetector):
            return None

        def look() -> Vector:
            found = detector.portrait(pixels)
            rows = [_UNDECIDED] if found is None else [_row(detection) for detection in found]
            return np.array(rows, np.float32).reshape(-1, 15)

        rows = _recalled(self._memory, f"{self.name}, portrait {_digest(pixels)}", look)
        return None if np.isnan(rows).any() else [_detection(row) for row in rows]


class _RememberedEmbedder:
    def __init__(self, embedder: Embedder, engine: str, memory: Memory) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder, self._engine, self._memory = embedder, engine, memory

    def embed(self, pixels: Pixels, detections: Sequence[Detection]) -> Vector:
        places = np.array([_row(detection) for detection in detections], np.float32)
        key = f"{self._engine} {_digest(pixels)} {_digest(places)}"
        return _recalled(self._memory, key, lambda: self._embedder.embed(pixels, detections))


def _recalled(memory: Memory, key: str, look: Callable[[], Vector]) -> Vector:
    if key not in memory:
        file = io.BytesIO()
        np.save(file, look())
        memory[key] = file.getvalue()
    found: Vector = np.load(io.BytesIO(memory[key]))
    return found


def _digest(array: Pixels | Vector) -> str:
    return hashlib.sha256(f"{array.shape}".encode() + array.tobytes()).hexdigest()


def _row(found: Detection) -> list[float]:
    box = found.box
    return [box.x, box.y, box.width, box.height, found.score, *(float(value) for value in found.landmarks.flat)]


def _detection(row: Vector) -> Detection:
    x, y, width, height, score = (float(value) for value in row[:5])
    return Detection(Box(x, y, width, height), row[5:].reshape(5, 2).copy(), score)
