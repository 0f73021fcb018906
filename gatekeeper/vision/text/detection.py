"""Text detection: PP-OCR's detector, and the quadrilaterals in what it answers.

The net (Differentiable Binarization; PP-OCRv6 small, PaddleOCR) gives each pixel the
probability that it belongs to the middle of a line. Lines are shrunk in that map, so each
region's smallest rectangle is let out again; for a rectangle that needs no polygon library.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels
from gatekeeper.vision.nets import ABREAST, Nets
from gatekeeper.vision.text.curves import Curve, followed

Quad = NDArray[np.float32]
"""Shape (4, 2): the corners of a line in pixels, clockwise from the top left of its longer side."""

_STRIP: Final = 800_000
"""Pixels of the largest strip that is searched at once: 0.2 GB a net."""
_SHARED: Final = 128
"""Columns that neighbouring strips share; lines near a strip's edge are seen whole in the other."""
_STRIDE: Final = 32
"""Sides that the net takes are multiples of this."""
_PIXEL: Final = 0.3
"""A pixel above this belongs to a line."""
_LINE: Final = 0.5
"""A region whose mean is below this is no line."""
_LET_OUT: Final = 1.6
"""Area over perimeter, times this, is how far a rectangle is let out on each side."""
_THINNEST: Final = 3
"""Regions thinner than this in the map, in pixels, are specks."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a line is, in pixels: the rectangle around it, and the curve that it follows if it is bent."""

    quad: Quad
    curve: Curve | None = None

    @property
    def height(self) -> float:
        """Of the line, in pixels."""
        return self.curve.height if self.curve is not None else float(np.linalg.norm(self.quad[2] - self.quad[1]))

    def scaled(self, across: float, down: float) -> Place:
        """Return the same place in a picture so many times as wide and as high."""
        quad = np.asarray(self.quad * (across, down), np.float32)
        return Place(quad, self.curve and self.curve.scaled(across, down))

    def transposed(self) -> Place:
        """Return the same place, rows and columns exchanged."""
        return Place(_in_order(self.quad[::-1, ::-1]), self.curve and self.curve.transposed())


class LineFinder:
    """The net, safe to be used by several threads."""

    def __init__(self, model: bytes) -> None:
        """Build the net from a model file's bytes."""
        self._nets = Nets(lambda: cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8)))

    def find(self, pixels: Pixels) -> list[Place]:
        """Return the lines in sRGB `pixels`, in no particular order.

        The picture is searched in strips, so that memory is bounded and all cores are used;
        what the strips answer is put together before anything is looked for in it.
        """
        height, width = pixels.shape[:2]
        if width < height:
            return [place.transposed() for place in self.find(np.ascontiguousarray(pixels.transpose(1, 0, 2)))]
        columns, rows = (max(_STRIDE, round(side / _STRIDE) * _STRIDE) for side in (width, height))
        resized = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
        bgr = np.asarray(cv2.cvtColor(resized, cv2.COLOR_RGB2BGR), np.uint8)
        chance = np.zeros((rows, columns), np.float32)
        with ThreadPoolExecutor(ABREAST) as pool:
            strips = list(_strips(rows, columns))
            for strip, part in zip(strips, pool.map(lambda strip: self._run(bgr[:, strip]), strips), strict=True):
                np.maximum(chance[:, strip], part, out=chance[:, strip])
        return [place.scaled(width / columns, height / rows) for place in _places(chance)]

    def _run(self, bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        blob = np.ascontiguousarray(bgr.transpose(2, 0, 1)[None], np.float32) / 127.5 - 1
        with self._nets.borrowed() as net:
            net.setInput(blob)
            return np.array(net.forward()[0, 0], np.float32)


def _strips(rows: int, columns: int) -> Iterator[slice]:
    """Yield the columns of upright strips of at most `_STRIP` pixels that overlap."""
    wide = max(_STRIP // rows // _STRIDE * _STRIDE, 4 * _STRIDE)
    count = max(1, -(-(columns - _SHARED) // (wide - _SHARED)))
    for number in range(count):
        start = round(number * (columns - wide) / max(count - 1, 1) / _STRIDE) * _STRIDE if count > 1 else 0
        yield slice(start, min(start + wide, columns))


def _places(chance: NDArray[np.float32]) -> list[Place]:
    mask = cv2.dilate((chance > _PIXEL).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    places = (_place(chance, np.asarray(contour, np.int32)) for contour in contours)
    return [place for place in places if place is not None]


def _place(chance: NDArray[np.float32], contour: NDArray[np.int32]) -> Place | None:
    """Return where the line of a region is; None if it is a speck, or no line."""
    rectangle = cv2.minAreaRect(contour)
    if min(rectangle[1]) < _THINNEST:
        return None
    corners = _corners(rectangle)
    curve = followed(contour, _in_order(corners), _LET_OUT)
    outline = corners if curve is None else np.asarray(contour[:, 0], np.float32)
    return Place(_let_out(rectangle), curve) if _mean(chance, outline) >= _LINE else None


def _mean(chance: NDArray[np.float32], corners: NDArray[np.float32]) -> float:
    """Return the mean of the map inside an outline."""
    left, top, width, height = cv2.boundingRect(corners)
    left, top = max(left, 0), max(top, 0)
    part = chance[top : top + height + 1, left : left + width + 1]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(part, mask)[0])


def _let_out(rectangle: cv2.typing.RotatedRect) -> Quad:
    middle, (width, height), angle = rectangle
    by = _LET_OUT * width * height / (2 * (width + height))
    return _in_order(_corners((middle, (width + 2 * by, height + 2 * by), angle)))


def _corners(rectangle: cv2.typing.RotatedRect) -> Quad:
    return np.asarray(cv2.boxPoints(rectangle), np.float32)


def _in_order(corners: Quad) -> Quad:
    """Return the corners clockwise, so that the longer sides are the first and the third and lead rightwards."""
    following = np.roll(corners, -1, axis=0)
    lengths = np.linalg.norm(following - corners, axis=1)
    longer = 0 if lengths[0] >= lengths[1] else 1
    rightmost = max((longer, longer + 2), key=lambda side: following[side % 4, 0] - corners[side % 4, 0])
    return np.roll(corners, -rightmost, axis=0)
