"""Person detection, with or without a face: a person from behind can be known by clothes and company.

The net is SSD MobileNet V3 as trained on COCO by the authors of TensorFlow's
detection models. It looks at the whole picture in 320 x 320 pixels, so it sees
those who take up a fair part of it, and no crowd.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.nets import Nets

SURE: Final = 0.6
"""From this confidence a person without a face is reported. On 240 pictures of two to six
portraits, every face found, none was; on 85 pictures without people two were."""

TALL: Final = 0.2
"""A person lower than this share of the picture's height is too small for this net."""

FAINTEST: Final = 0.3
"""From this confidence a body with a face explains other boxes around the same person."""

SHARED: Final = 0.5
"""From this share of the smaller box in common, two boxes may be of one person."""

_HEAD: Final = 0.7
"""A face whose middle is in this upper share of a body's box may be that body's: arms are raised, people sit."""

_HEAD_ROOM: Final = 0.15
_SIDEWAYS: Final = 0.1
"""How far that middle may lie above the box and beside it, in shares of the box: boxes are rough."""

_SIDE: Final = 320
"""Of the net's input, in pixels."""

_MIDDLE: Final = 127.5
"""The level that the net takes for nought, and for one unit."""

_PERSON: Final = 1
"""The net's number for people."""


@dataclass(frozen=True, slots=True)
class Body:
    """One person as the net reports it: box in pixels of the picture, confidence 0 to 1."""

    box: Box
    score: float


class People:
    """The net, safe to be used by several threads."""

    def __init__(self, model: bytes, graph: bytes) -> None:
        """Build the net from the bytes of its weights and of the text that says how they are joined."""
        weights, text = (np.frombuffer(data, np.uint8) for data in (model, graph))
        self._nets = Nets(lambda: cv2.dnn.readNetFromTensorflow(weights, text), 1)

    def find(self, pixels: Pixels) -> list[Body]:
        """Return the bounding boxes of all people in upright sRGB `pixels`, best first; a person may have several."""
        height, width = pixels.shape[:2]
        blob = cv2.dnn.blobFromImage(pixels, 1 / _MIDDLE, (_SIDE, _SIDE), (_MIDDLE,) * 3)
        with self._nets.borrowed() as net:
            net.setInput(blob)
            rows = np.array(net.forward())[0, 0]  # image, class, score, then the corners as shares
        people = rows[(rows[:, 1] == _PERSON) & (rows[:, 2] >= FAINTEST)]
        corners = people[:, 3:] * (width, height, width, height)
        return [
            Body(Box(*(float(v) for v in (left, top, right - left, low - top))), float(score))
            for score, (left, top, right, low) in zip(people[:, 2], corners, strict=True)
        ]


def without_face(bodies: Sequence[Body], heads: Sequence[Box], height: int) -> list[Box]:
    """Return the bodies for which no head is known.

    Args:
        bodies: as found; several may be boxes around one person.
        heads: wherever a face was found, marked or covered, in the same pixels.
        height: the picture's, in pixels.
    """
    known = [body.box for body in bodies if any(_may_be_of(head, body.box) for head in heads)]
    return [
        body.box
        for body in bodies
        if body.score >= SURE
        and body.box.height >= TALL * height
        and not any(_same(body.box, other) for other in known)
    ]


def _may_be_of(head: Box, body: Box) -> bool:
    across = head.x + head.width / 2 - body.x
    down = head.y + head.height / 2 - body.y
    beside = -_SIDEWAYS * body.width < across < (1 + _SIDEWAYS) * body.width
    return beside and -_HEAD_ROOM * body.height < down < _HEAD * body.height


def _same(one: Box, other: Box) -> bool:
    return one.intersection(other) >= SHARED * min(one.area, other.area)
