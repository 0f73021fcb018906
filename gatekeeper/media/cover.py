"""Redaction of people in a picture: a solid fill over a head, or a crop.

The result depends on no pixel under a fill: neither the fill's colour nor its
soft edge, which lies wholly outside. Blur and mosaic would keep what can be
undone (published work named 95.9 % of blurred faces again).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Edit, Pixels

# A face box ends at the hairline, the ears and the chin. These shares of its
# size, added on each side, take hair, ears and jaw with it.
_SIDEWAYS: Final = 0.5
_ABOVE: Final = 0.6
_BELOW: Final = 0.35

_CALM: Final = np.array(
    [
        (97, 98, 101),
        (107, 98, 88),
        (116, 95, 84),
        (104, 92, 98),
        (92, 95, 112),
        (80, 99, 112),
        (82, 103, 101),
        (92, 103, 88),
    ],
    np.uint8,
)
"""Muted tones of about one lightness, RGB, around the circle of hues; the first is grey."""

_EDGE: Final = 0.05
"""The soft edge's width as a share of the fill's shorter side."""
_NARROWEST, _WIDEST = 2, 24
_STEP: Final = 4
"""Every so many-th pixel is asked for the picture's mood."""


def head(face: Box, turn: int = 0) -> Box:
    """The rectangle of the whole head around a face box, in the box's own units.

    Args:
        face: as a detector frames it.
        turn: quarter turns against the clock that would bring the face upright, 0 to 3.
    """
    left, top, right, bottom = _around(turn)
    return Box(
        x=face.x - left * face.width,
        y=face.y - top * face.height,
        width=face.width * (1 + left + right),
        height=face.height * (1 + top + bottom),
    )


def edited(pixels: Pixels, edit: Edit) -> Pixels:
    """A copy with the edit done to it, fills first.

    Raises:
        ValueError: a place does not touch the picture, so nothing would be done there.
    """
    height, width = pixels.shape[:2]
    filled = cover(pixels, [fill.scaled(width, height) for fill in edit.fills])
    return filled if edit.crop is None else crop(filled, edit.crop.scaled(width, height))


def cover(pixels: Pixels, fills: Iterable[Box]) -> Pixels:
    """A copy in which each box is one plain, calm colour with a soft edge outside it.

    Raises:
        ValueError: a box does not touch the picture, so nothing would be covered.
    """
    places = [_inside(fill, pixels) for fill in fills]
    covered = pixels.copy()
    if not places:
        return covered
    hidden = np.zeros(pixels.shape[:2], np.bool_)
    for place in places:
        hidden[place] = True
    colour = _colour(pixels, hidden)
    for place in places:
        _soften(covered, place, colour)
    covered[hidden] = colour
    return covered


def crop(pixels: Pixels, box: Box) -> Pixels:
    """A copy of the part inside the box, to the nearest whole pixels and cut at the edges.

    Raises:
        ValueError: the box does not touch the picture.
    """
    left, top = round(box.x), round(box.y)
    whole = Box(left, top, round(box.x + box.width) - left, round(box.y + box.height) - top)
    return pixels[_inside(whole, pixels)].copy()


def _around(turn: int) -> tuple[float, float, float, float]:
    """The shares to be added at the left, top, right and bottom of a face turned so."""
    upright = (_SIDEWAYS, _ABOVE, _SIDEWAYS, _BELOW)
    left, top, right, bottom = upright[-(turn % 4) :] + upright[: -(turn % 4)] if turn % 4 else upright
    return left, top, right, bottom


def _colour(pixels: Pixels, hidden: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The calm tone whose hue is nearest to that of what is not hidden; grey if nothing is left."""
    shown = pixels[::_STEP, ::_STEP][~hidden[::_STEP, ::_STEP]]
    if not len(shown):
        return np.asarray(_CALM[0], np.uint8)
    mood = np.median(shown, axis=0).astype(np.uint8)
    tones = cv2.cvtColor(np.vstack([mood[None], _CALM])[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0, :, 1:]
    nearest = int(np.argmin(np.linalg.norm(tones[1:] - tones[0], axis=1)))
    return np.asarray(_CALM[nearest], np.uint8)


def _soften(covered: Pixels, place: tuple[slice, slice], colour: NDArray[np.uint8]) -> None:
    """Let the colour fade out around a fill; what is under the fill is not read."""
    rows, columns = place
    shorter = min(rows.stop - rows.start, columns.stop - columns.start)
    width = min(max(_NARROWEST, round(_EDGE * shorter)), _WIDEST)
    around = tuple(
        slice(max(0, part.start - width), min(size, part.stop + width))
        for part, size in zip(place, covered.shape, strict=False)
    )
    down, right = (_away(part, outer) for part, outer in zip(place, around, strict=True))
    share = np.clip(1 - np.hypot(down[:, None], right[None]) / (width + 1), 0, 1)[..., None]
    area = covered[around]
    area[...] = np.rint(area + (colour - area.astype(np.float32)) * share).astype(np.uint8)


def _away(part: slice, outer: slice) -> NDArray[np.float32]:
    """How far each pixel of `outer` lies outside `part`, along one side."""
    at = np.arange(outer.start, outer.stop, dtype=np.float32)
    return np.asarray(np.maximum(np.maximum(part.start - at, at - (part.stop - 1)), 0), np.float32)


def _inside(box: Box, pixels: Pixels) -> tuple[slice, slice]:
    """Rows and columns that the box touches."""
    height, width = pixels.shape[:2]
    top, bottom = max(0, math.floor(box.y)), min(height, math.ceil(box.y + box.height))
    left, right = max(0, math.floor(box.x)), min(width, math.ceil(box.x + box.width))
    if top >= bottom or left >= right:
        msg = "The marked area lies outside the picture. Mark an area inside it."
        raise ValueError(msg)
    return slice(top, bottom), slice(left, right)
