"""Take people out of a picture: a solid fill over a head, or a crop."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from gatekeeper.types import Box, Pixels

_GREY: Final = 96
# A face box ends at the eyebrows or the hairline, the ears and the chin. These
# shares of its size, added on each side, take hair, ears and jaw with it.
_SIDEWAYS: Final = 0.4
_ABOVE: Final = 0.6
_BELOW: Final = 0.3


def cover(pixels: Pixels, boxes: Iterable[Box]) -> Pixels:
    """A copy in which the whole head around each face box is a plain grey rectangle.

    A solid fill, because blur and mosaic can be undone.

    Raises:
        ValueError: a box does not touch the picture, so nothing would be covered.
    """
    covered = pixels.copy()
    for box in boxes:
        rows, columns = _inside(_whole_head(box), pixels)
        covered[rows, columns] = _GREY
    return covered


def crop(pixels: Pixels, box: Box) -> Pixels:
    """A copy of the part inside the box, widened to whole pixels and cut at the edges.

    Raises:
        ValueError: the box does not touch the picture.
    """
    rows, columns = _inside(box, pixels)
    return pixels[rows, columns].copy()


def _whole_head(box: Box) -> Box:
    return Box(
        x=box.x - _SIDEWAYS * box.width,
        y=box.y - _ABOVE * box.height,
        width=box.width * (1 + 2 * _SIDEWAYS),
        height=box.height * (1 + _ABOVE + _BELOW),
    )


def _inside(box: Box, pixels: Pixels) -> tuple[slice, slice]:
    """Rows and columns that the box touches."""
    height, width = pixels.shape[:2]
    top, bottom = max(0, math.floor(box.y)), min(height, math.ceil(box.y + box.height))
    left, right = max(0, math.floor(box.x)), min(width, math.ceil(box.x + box.width))
    if top >= bottom or left >= right:
        msg = "The marked area lies outside the picture. Mark an area inside it."
        raise ValueError(msg)
    return slice(top, bottom), slice(left, right)
