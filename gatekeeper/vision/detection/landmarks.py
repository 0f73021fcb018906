"""Facial landmarks (eyes, nose, mouth), averaged over all passes: a few pixels decide who a face resembles.

A face is turned and scaled by its landmarks before it is compared. Those of YuNet's
surest pass alone are rough; the mean of what both nets say, at every size, leaves
fewer people unrecognised, at no further cost (`docs/decisions/0025`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from gatekeeper.vision.detection.non_maximum_suppression import overlaps
from gatekeeper.vision.detection.score_fusion import Find, Look
from gatekeeper.vision.engine import Detection

_SURE: Final = {Look.YUNET: 0.5, Look.CENTERFACE: 0.3}
"""From these confidences a pass knows where they are. Even light is for finding only."""

_ENOUGH: Final = 64.0
"""Faces wider than this in the searched copy are placed no better, in pixels of the copy."""


def settled(found: Sequence[Detection], finds: Sequence[Find]) -> list[Detection]:
    """Return the detections with the landmarks that the passes agree on; without any, their own.

    Args:
        found: faces, in pixels of the picture.
        finds: of all passes over that picture.
    """
    sure = [find for find in finds if find.detection.score >= _SURE.get(find.look, np.inf)]
    alike = overlaps([face.box for face in found], [find.detection.box for find in sure])
    return [
        _settled(face, [find for find, same in zip(sure, row, strict=True) if same])
        for face, row in zip(found, alike, strict=True)
    ]


def _settled(face: Detection, finds: Sequence[Find]) -> Detection:
    if not finds:
        return face
    weights = [find.detection.score * min(_ENOUGH, find.detection.box.width * find.scale) for find in finds]
    mean = np.average([find.detection.landmarks for find in finds], axis=0, weights=weights)
    return replace(face, landmarks=np.asarray(mean, np.float32))
