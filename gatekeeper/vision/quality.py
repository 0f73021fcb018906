"""Faces that cannot be compared with anybody, and why."""

from __future__ import annotations

import numpy as np

from gatekeeper.vision.engine import Detection


def unreadable(detection: Detection, smallest: float) -> str | None:
    """Return why a face cannot be compared, or None if it can.

    Args:
        detection: the face, in pixels of the picture.
        smallest: the engine's `Thresholds.smallest_face`, in pixels.
    """
    if min(detection.box.width, detection.box.height) < smallest:
        return "too small"
    if not np.isfinite(detection.landmarks).all() or min(np.ptp(detection.landmarks, axis=0)) <= 0:
        return "its features cannot be told apart"
    return None
