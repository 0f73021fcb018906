"""The image pyramid: scaled, rotated and contrast-equalised copies of a picture to search."""

from __future__ import annotations

from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels

ENLARGEMENT: Final = 2.0
"""The most that a small picture is enlarged; beyond that there is nothing more to see."""

_FLAT: Final = 80
"""A picture whose lightness spans less than this (of 255, between the 5th and the 95th
percentile) is flat."""

_MOST_GAIN: Final = 25
"""The most that contrast is multiplied by; beyond that there is only noise."""

Floats = NDArray[np.float32]


class Copies:
    """One picture and the copies of it that were needed so far; threads may share it."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self._made: dict[tuple[float, bool], Pixels] = {}
        self._lock = Lock()

    def scales(self, sizes: tuple[int, ...]) -> list[float]:
        """Return the different scales that bring the long side to `sizes`, within the limit, largest first."""
        longest = max(self.pixels.shape[:2])
        return sorted({min(size / longest, ENLARGEMENT) for size in sizes}, reverse=True)

    def at(self, scale: float, turns: int, *, evened: bool) -> Pixels:
        """Return the picture at this scale, turned by quarters against the clock."""
        with self._lock:
            copy = self._at(scale, evened)
        return np.ascontiguousarray(np.rot90(copy, turns)) if turns else copy

    def _at(self, scale: float, evened: bool) -> Pixels:  # noqa: FBT001 (half of the key)
        if (scale, evened) not in self._made:
            made = even(self._at(scale, False)) if evened else scaled(self.pixels, scale)
            self._made[scale, evened] = made
        return self._made[scale, evened]


def scaled(pixels: Pixels, scale: float) -> Pixels:
    """Return `pixels` resized by `scale`, averaged when shrinking; no side below one pixel."""
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def planes(pixels: Pixels, size: tuple[int, int], order: tuple[int, int, int], room: Floats) -> Floats:
    """Return what a net takes, shape (1, 3, rows, columns): values 0 to 255, black below and beside the picture.

    Args:
        pixels: shape (height, width, 3).
        size: rows and columns, no fewer than the picture has.
        order: which channel of `pixels` each plane is.
        room: at least so many numbers, which are written over: new memory takes longer to get than to fill.
    """
    height, width = pixels.shape[:2]
    filled = room[: 3 * size[0] * size[1]].reshape(1, 3, *size)
    filled[:, :, height:] = filled[:, :, :, width:] = 0
    if pixels.size:
        colours = cv2.split(pixels)  # quicker than reading every third number
        for plane, channel in enumerate(order):
            filled[0, plane, :height, :width] = colours[channel]
    return filled


def even(pixels: Pixels) -> Pixels:
    """Return `pixels` with the lightness equalised locally (CLAHE), colours kept."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(lab[:, :, 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def is_flat(pixels: Pixels) -> bool:
    """Say whether the picture as a whole is pale, dark or foggy."""
    dark, light = _span(pixels, 5)
    return light - dark < _FLAT


def stretched(pixels: Pixels) -> Pixels:
    """Return `pixels` with whatever contrast there is spread over the whole range."""
    dark, light = _span(pixels, 0.5)
    gain = min(255 / max(light - dark, 1.0), _MOST_GAIN)
    return np.asarray(np.clip((pixels.astype(np.float32) - dark) * gain, 0, 255), np.uint8)


def _span(pixels: Pixels, tail: float) -> tuple[float, float]:
    """Return the lightness below which and above which `tail` per cent of the picture lie."""
    dark, light = np.percentile(pixels[::4, ::4].mean(axis=2), (tail, 100 - tail))
    return float(dark), float(light)
