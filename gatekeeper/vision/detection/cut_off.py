"""Faces that the edge of the picture cuts off: the picture is mirrored at its edges and searched once.

Of a face of which the edge leaves 20 or 30 % no net makes anything. Mirrored at the edge, what is
left becomes a whole face of its own kind, with its middle on the edge, and YuNet sees it. It is
nobody's face, so it is never compared with any: it is a place to look at. From the bar on,
none was found in 90 pictures without a face (`docs/decisions/0052`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import cv2
import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.image_pyramid import scaled
from gatekeeper.vision.engine import Detection

BAR: Final = 0.58
"""From this confidence in the mirrored picture a place is pointed out."""

MARGIN: Final = 0.25
"""What is mirrored on each side, as a share of the short side."""

LONG_SIDE: Final = 640
"""Of the picture that is searched, margins included, in pixels."""

NARROWEST: Final = 24.0
"""Narrower mirrored faces are not pointed out, in pixels: half of it shows, and less is not recognisable."""

_INSIDE: Final = 0.85
"""A find of which the picture shows more than this share is no mirrored face."""

_HELD: Final = 0.3
"""From this share of the smaller box in common with a head that is known, a place is that head's."""


class Net(Protocol):
    """One pass of a detector."""

    def search(self, pixels: Pixels) -> list[Detection]: ...


class CutOff:
    """A net that looks along the edges of a picture."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def find(self, pixels: Pixels, heads: Sequence[Box]) -> list[Box]:
        """Return what shows of faces that the edges of upright sRGB `pixels` cut off, but for known heads.

        Args:
            pixels: the picture.
            heads: wherever a face was found, marked or covered, in its pixels.
        """
        places = list(self._places(pixels))
        return [place for place in places if not any(_held(place, head) for head in heads)]

    def _places(self, pixels: Pixels) -> Iterator[Box]:
        height, width = pixels.shape[:2]
        margin = round(MARGIN * min(height, width))
        scale = LONG_SIDE / (max(height, width) + 2 * margin)
        small, side = scaled(pixels, scale), round(margin * scale)
        mirrored = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REFLECT)
        for found in self._net.search(np.ascontiguousarray(mirrored)):
            box = Box(found.box.x - side, found.box.y - side, found.box.width, found.box.height)
            box = box.scaled(width / small.shape[1], height / small.shape[0])
            shown = box.within(width, height)
            if found.score >= BAR and box.width >= NARROWEST and 0 < shown.area <= _INSIDE * box.area:
                yield shown


def _held(place: Box, head: Box) -> bool:
    return place.intersection(head) > _HELD * min(place.area, head.area)
