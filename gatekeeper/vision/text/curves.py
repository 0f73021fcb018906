"""Lines of writing that are bent: around a badge, across a shirt, along a banner.

A rectangle around a bent line is mostly background, and what is cut out of it cannot be
read. Its middle is a function of the place along the rectangle's longer side, for arcs of up
to a third of a circle and more; the line is cut out along that curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels

Points = NDArray[np.float32]
"""Shape (n, 2): places in pixels."""

BENT: Final = 0.62
"""A region that fills less than this share of its smallest rectangle is bent: straight lines fill 0.75 and more."""
_DEGREE: Final = 4
"""Of the polynomial through the middle."""
_SAMPLES: Final = 48
"""Places along the curve."""
_SHORTEST: Final = 12
"""Regions shorter than this, in pixels of the map, are not followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The middle of a bent line, from its start to its end, and its height, in pixels."""

    middle: Points
    height: float

    def scaled(self, across: float, down: float) -> Curve:
        """Return the same curve in a picture so many times as wide and as high."""
        return Curve(self.middle * np.array((across, down), np.float32), self.height * (across * down) ** 0.5)


def followed(contour: NDArray[np.int32], corners: Points, let_out: float) -> Curve | None:
    """Return the curve along a region's middle; None if it is straight, or too short to be followed.

    Args:
        contour: the region's outline, in pixels of the map.
        corners: of its smallest rectangle, shape (4, 2), clockwise, the first side the longer.
        let_out: area over perimeter, times this, is how much larger the line is on each side.
    """
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    length, height = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    area = cv2.contourArea(contour)
    if length < _SHORTEST or area >= BENT * length * height:
        return None
    axes = np.stack([along / length, down / max(height, 1e-6)])
    places = (_filled(contour) - corners[0]) @ axes.T
    column = np.clip(places[:, 0].astype(int), 0, int(length))
    count = np.bincount(column)
    used = np.flatnonzero(count)
    if len(used) <= 2 * _DEGREE:
        return None
    middle = np.bincount(column, places[:, 1])[used] / count[used]
    curve = np.polynomial.Polynomial.fit(used.astype(float), middle, _DEGREE, w=np.sqrt(count[used]))
    u = np.linspace(float(used[0]), float(used[-1]), _SAMPLES)
    points = np.stack([u, curve(u)], axis=1) @ axes + corners[0]
    return _let_out(points, area, let_out)


def cut_along(pixels: Pixels, curve: Curve) -> Pixels:
    """Return the line straightened, in the picture's own size."""
    steps = np.linalg.norm(np.diff(curve.middle, axis=0), axis=1)
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    width, height = max(1, round(float(travelled[-1]))), max(1, round(curve.height))
    at = np.linspace(0, travelled[-1], width)
    x, y = (np.interp(at, travelled, curve.middle[:, axis]) for axis in (0, 1))
    slope = np.stack([np.gradient(x), np.gradient(y)]) if width > 1 else np.array([[1.0], [0.0]])
    slope /= np.maximum(np.linalg.norm(slope, axis=0), 1e-6)
    offsets = (np.arange(height) - (height - 1) / 2)[:, np.newaxis]
    maps = (x - offsets * slope[1]).astype(np.float32), (y + offsets * slope[0]).astype(np.float32)
    line = cv2.remap(pixels, *maps, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(line, np.uint8)


def _filled(contour: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the places of all pixels of a region."""
    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.drawContours(mask, [contour - (left, top)], -1, (1,), cv2.FILLED)
    rows, columns = np.nonzero(mask)
    return np.stack([columns + left, rows + top], axis=1).astype(np.float64)


def _let_out(points: NDArray[np.float64], area: float, let_out: float) -> Curve:
    """Return the curve, longer at both ends and higher by what a net shrinks lines by."""
    length = float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
    height = area / max(length, 1.0)
    by = let_out * area / (2 * (length + height))
    ends = [points[0] - points[2], points[-1] - points[-3]]
    first, last = (end / max(float(np.linalg.norm(end)), 1e-6) * by for end in ends)
    middle = np.concatenate([[points[0] + first], points, [points[-1] + last]])
    return Curve(np.asarray(middle, np.float32), height + 2 * by)
