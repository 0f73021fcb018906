"""How finely a picture has to be stored so that no difference can be seen.

Two cheap measures on the pixels: how much brightness detail a JPEG of some
quality loses, on tiles spread over the picture, and how much colour is lost at
half resolution.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels

QUALITIES: Final = (90, 93, 95, 97)
"""What is tried, in this order; 97 is the end, whatever it loses."""
_ENOUGH: Final = 0.983
"""Similarity of the tiles; a little more than the 0.98 promised for the whole picture."""
_TILE, _TILES = 128, 4
_BLUR, _SIGMA, _EDGE = (11, 11), 1.5, 5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_STRIP, _PERIOD, _FEWEST, _SEAM = 16, 128, 4, 2
_COLOUR_LOST: Final = 24
_MOST_LOST: Final = 0.001
_Plane = NDArray[np.uint8]


def choose_quality(pixels: Pixels) -> int:
    """The lowest of `QUALITIES` at which a JPEG of upright sRGB pixels looks the same."""
    tiles = np.asarray(cv2.cvtColor(_spread(pixels), cv2.COLOR_RGB2GRAY), np.uint8)
    for quality in QUALITIES[:-1]:
        if similarity(tiles, _through_jpeg(tiles, quality)) >= _ENOUGH:
            return quality
    return QUALITIES[-1]


def needs_full_colour(pixels: Pixels) -> bool:
    """Whether colour at half resolution would be seen: coloured text and drawings, hardly ever photographs.

    True if one pixel in a thousand would change by more than 24 levels, in
    strips that make up an eighth of the picture.
    """
    colours = cv2.cvtColor(_strips(pixels), cv2.COLOR_RGB2YCrCb)[:, :, 1:]
    height, width = colours.shape[:2]
    half = cv2.resize(colours, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
    lost = cv2.absdiff(colours, cv2.resize(half, (width, height), interpolation=cv2.INTER_LINEAR))
    if height % _STRIP == 0:  # where two strips meet nothing can be told
        lost = lost.reshape(-1, _STRIP, width, 2)[:, _SEAM:-_SEAM].reshape(-1, width, 2)
    return bool(np.count_nonzero(lost > _COLOUR_LOST) > _MOST_LOST * lost.shape[0] * width)


def similarity(first: _Plane, second: _Plane) -> float:
    """SSIM of two planes of one size, as Wang et al. (2004) define it: 1 for the same, lower for less alike.

    Gaussian windows of 11 by 11 pixels; of planes smaller than that, all that there is.
    """
    one, two = first.astype(np.float32), second.astype(np.float32)
    mean_one, mean_two = _blurred(one), _blurred(two)
    spread = _blurred(one * one) - mean_one**2 + _blurred(two * two) - mean_two**2
    common = _blurred(one * two) - mean_one * mean_two
    above = (2 * mean_one * mean_two + _C1) * (2 * common + _C2)
    return float(np.mean(above / ((mean_one**2 + mean_two**2 + _C1) * (spread + _C2))))


def _strips(pixels: Pixels) -> Pixels:
    """Sixteen rows of every 128, as one; a low picture as it is."""
    whole = pixels.shape[0] // _PERIOD
    if whole < _FEWEST:
        return pixels
    periods = pixels[: whole * _PERIOD].reshape(whole, _PERIOD, *pixels.shape[1:])
    return periods[:, :_STRIP].reshape(-1, *pixels.shape[1:])


def _spread(pixels: Pixels) -> Pixels:
    """Sixteen tiles from all over a large picture, as one; a small picture as it is."""
    height, width = pixels.shape[:2]
    if min(height, width) < _TILE * _TILES:
        return pixels
    tops, lefts = (np.linspace(0, side - _TILE, _TILES).astype(int) for side in (height, width))
    rows = [np.hstack([pixels[top : top + _TILE, left : left + _TILE] for left in lefts]) for top in tops]
    return np.vstack(rows)


def _through_jpeg(plane: _Plane, quality: int) -> _Plane:
    _, data = cv2.imencode(".jpg", plane, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _blurred(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(plane, _BLUR, _SIGMA)
    inner = blurred[_EDGE:-_EDGE, _EDGE:-_EDGE]
    return np.asarray(inner if inner.size else blurred, np.float32)
