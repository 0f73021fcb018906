"""Which way up a face is."""

from __future__ import annotations

from math import atan2, isfinite, pi

import numpy as np
from numpy.typing import NDArray


def quarters(landmarks: NDArray[np.float32]) -> int:
    """Return the quarter turns against the clock that bring the subject's left eye to the right.

    Args:
        landmarks: shape (5, 2), the right and the left eye first, in pixels.

    Returns:
        0 to 3; 0 for a face whose eyes are nowhere.
    """
    across = (landmarks[1] - landmarks[0]).astype(float)
    angle = atan2(across[1], across[0])
    return round(angle / (pi / 2)) % 4 if isfinite(angle) else 0
