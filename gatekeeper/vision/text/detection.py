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
from gatekeeper.vision.nets import ABREAST
from gatekeeper.vision.sessions import Session
from gatekeeper.vision.text.curves import Curve, followed

Quad = NDArray[np.float32]
"""Shape (4, 2): the corners of a line in pixels, clockwise from the top left of its longer side."""

COARSE: Final = 720
"""The long side of the copy that is searched first, in pixels. Of 24 lines of each size, capitals of 9 to 24
pixels in a picture of 2,048, none stayed below `_FAINT` in it; at 576 pixels, 8 of 96 did."""
_FAINT: Final = 0.03
"""From this chance in that copy a pixel is worth a closer look: one picture in twenty is looked at again."""
_AROUND: Final = 2
"""So many strides around it are looked at too: the net sees a line by what is beside it."""
_LARGEST: Final = 800_000
"""Pixels that are searched at once at most: 0.2 GB a net."""
_SHARED: Final = 128
"""Pixels that neighbouring parts share; lines near the edge of one are seen whole in the other."""
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


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture, in pixels."""

    rows: slice
    columns: slice


class LineFinder:
    """The net, safe to be used by several threads."""

    def __init__(self, model: bytes) -> None:
        """Build the net from a model file's bytes."""
        self._net = Session(model)

    def find(self, pixels: Pixels) -> list[Place]:
        """Return the lines in sRGB `pixels`, in no particular order.

        A small copy is searched first (coarse to fine): only around what may be writing there is
        the picture searched as it is. What all regions answer is put together before anything is
        looked for in it. Regions are bounded, so memory is too.
        """
        height, width = pixels.shape[:2]
        searched = _resized(pixels, 1.0)
        rows, columns = searched.shape[:2]
        chance = np.zeros((rows, columns), np.float32)
        with ThreadPoolExecutor(ABREAST) as pool:
            regions = [tile for region in self._regions(searched) for tile in _tiles(region)]
            answers = pool.map(lambda region: self._run(searched[region.rows, region.columns]), regions)
            for region, answer in zip(regions, answers, strict=True):
                part = chance[region.rows, region.columns]
                np.maximum(part, answer, out=part)
        return [place.scaled(width / columns, height / rows) for place in _places(chance)]

    def _regions(self, pixels: Pixels) -> list[Region]:
        """Return where writing may be; the whole of a small picture."""
        rows, columns = pixels.shape[:2]
        if max(rows, columns) <= COARSE:
            return [Region(slice(0, rows), slice(0, columns))]
        chance = self._run(_resized(pixels, COARSE / max(rows, columns)))
        return candidates(chance, (rows, columns))

    def _run(self, pixels: Pixels) -> NDArray[np.float32]:
        bgr = pixels[:, :, ::-1].transpose(2, 0, 1)
        blob = np.ascontiguousarray(bgr[np.newaxis], np.float32) / 127.5 - 1
        chance: NDArray[np.float32] = self._net.run(blob)[0][0, 0]
        return chance


def candidates(chance: NDArray[np.float32], shape: tuple[int, int]) -> list[Region]:
    """Return rectangles around all that a coarse map gives the least chance, in a picture of `shape`.

    Args:
        chance: shape (rows, columns), the net's answer to a small copy.
        shape: rows and columns of the picture, multiples of `_STRIDE`.

    Sides are multiples of `_STRIDE`; rectangles that would overlap are one.
    """
    grid = shape[0] // _STRIDE, shape[1] // _STRIDE
    # One cell a stride of the picture; a speck of a pixel in it counts.
    shares = cv2.resize((chance > _FAINT).astype(np.float32), grid[::-1], interpolation=cv2.INTER_AREA)
    near = cv2.dilate((shares > 0).astype(np.uint8), np.ones((2 * _AROUND + 1, 2 * _AROUND + 1), np.uint8))
    while True:
        count, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
        boxes = [tuple(int(value) for value in row[:4]) for row in stats[1:count]]
        filled = np.zeros_like(near)
        for left, top, width, height in boxes:
            filled[top : top + height, left : left + width] = 1
        if np.array_equal(filled, near):
            return [Region(_strides(top, height), _strides(left, width)) for left, top, width, height in boxes]
        near = filled


def _strides(start: int, length: int) -> slice:
    return slice(start * _STRIDE, (start + length) * _STRIDE)


def _resized(pixels: Pixels, scale: float) -> Pixels:
    """Return `pixels` at about this scale, the sides multiples of `_STRIDE`."""
    rows, columns = (max(_STRIDE, round(side * scale / _STRIDE) * _STRIDE) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _tiles(region: Region) -> Iterator[Region]:
    """Yield parts of at most `_LARGEST` pixels that overlap, along the longer side; a small region as it is."""
    rows, columns = region.rows.stop - region.rows.start, region.columns.stop - region.columns.start
    along = max(_LARGEST // min(rows, columns) // _STRIDE * _STRIDE, 4 * _STRIDE)
    for part in _spans(region.columns if columns >= rows else region.rows, along):
        yield Region(region.rows, part) if columns >= rows else Region(part, region.columns)


def _spans(whole: slice, length: int) -> Iterator[slice]:
    """Yield stretches of at most this length that share `_SHARED` with the next."""
    extent = whole.stop - whole.start
    count = max(1, -(-(extent - _SHARED) // (length - _SHARED)))
    for number in range(count):
        start = round(number * (extent - length) / max(count - 1, 1) / _STRIDE) * _STRIDE if count > 1 else 0
        yield slice(whole.start + start, whole.start + min(start + length, extent))


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
