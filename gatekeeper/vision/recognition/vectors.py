"""Unit vectors: their dot product is their cosine similarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Vector


def unit(rows: NDArray[np.float32]) -> Vector:
    """Return the rows scaled to length 1; a row of zeros stays zeros and resembles no person."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)
