"""Detections that no detector made: drawn by Hypothesis, or said in advance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detection


class Prompter:
    """A detector that says what it was told."""

    name = "prompter"

    def __init__(self, found: Sequence[Detection]) -> None:
        self._found = list(found)

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return the detections given at the start, for any picture."""
        assert pixels.ndim == 3
        return self._found


def detection(x: float, y: float, width: float, height: float, score: float = 0.9) -> Detection:
    """Return a detection with landmarks where a face's would be."""
    spots = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)], np.float32)
    return Detection(Box(x, y, width, height), spots * (width, height) + (x, y), score)


places = st.integers(0, 200).map(float)
sides = st.integers(1, 120).map(float)
scores = st.integers(1, 1000).map(lambda n: n / 1000)
detections = st.lists(
    st.builds(detection, places, places, sides, sides, scores), max_size=12, unique_by=lambda one: one.score
)
