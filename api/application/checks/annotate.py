"""Draw what was found onto a picture: for the eyes of those who may resolve a block.

Shape and words say the same as the colour: a whole outline may be published, a
dashed one may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np

from gatekeeper.media.release.encode import make_release
from gatekeeper.types import Box, Pixels, ScreenedFace

_MAY: Final = (0, 114, 178)
_MAY_NOT: Final = (213, 94, 0)
"""RGB; the two are told apart by people with any colour vision (Okabe and Ito, 2008)."""
_DASHES: Final = 7


def annotated(pixels: Pixels, faces: Sequence[ScreenedFace]) -> bytes:
    """Return a JPEG of the picture with every face outlined and numbered."""
    canvas = pixels.copy()
    height, width = canvas.shape[:2]
    stroke = max(2, round(max(height, width) / 500))
    for face in faces:
        colour = _MAY if face.status.publishable else _MAY_NOT
        box = face.box.scaled(width, height)
        _outline(canvas, box, colour, stroke, dashed=not face.status.publishable)
        _label(canvas, box, f"{face.number} {face.status.value.replace('_', ' ')}", colour, stroke)
    return make_release(canvas).data


def _outline(canvas: Pixels, box: Box, colour: tuple[int, int, int], stroke: int, *, dashed: bool) -> None:
    left, top, right, bottom = round(box.x), round(box.y), round(box.x + box.width), round(box.y + box.height)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        parts = 2 * _DASHES - 1 if dashed else 1
        steps = np.linspace(start, end, parts + 1).round().astype(int)
        for begin, finish in list(pairwise(steps))[:: 2 if dashed else 1]:
            cv2.line(canvas, (int(begin[0]), int(begin[1])), (int(finish[0]), int(finish[1])), colour, stroke)


def _label(canvas: Pixels, box: Box, text: str, colour: tuple[int, int, int], stroke: int) -> None:
    scale = max(0.4, stroke / 4)
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, max(1, stroke // 2))
    left = int(min(max(box.x, 0), max(canvas.shape[1] - width, 0)))
    bottom = int(min(box.y + box.height + height + below, canvas.shape[0] - below))
    cv2.rectangle(canvas, (left, bottom - height - below), (left + width, bottom + below), colour, cv2.FILLED)
    white = (255, 255, 255)
    cv2.putText(canvas, text, (left, bottom), cv2.FONT_HERSHEY_SIMPLEX, scale, white, max(1, stroke // 2), cv2.LINE_AA)
