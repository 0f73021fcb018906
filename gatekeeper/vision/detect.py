"""Every face, whatever its size, turn and light: one net, several looks, one list.

A single pass of YuNet misses faces that fill the frame (0 % found at 80 % of
2,400 px), faces turned by a quarter (51 %), faces of a few pixels, and pale or
dark pictures. So the picture is searched in several views (upright, turned by
quarters, with its contrast evened out), each at several sizes.

A true face shows at neighbouring sizes, a mistake mostly at one. So a faint find
counts if two sizes of a view agree on it, and a find of one size only if it is
sure. On photographs of crowds this finds 80 % of the heavily occluded faces
instead of 64 %, for no more false alarms than a lower bar for all would give
(`docs/accuracy.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.merging import merged, overlaps
from gatekeeper.vision.yunet import YuNet

LARGEST: Final = 320.0
"""Boxes wider than this in the searched copy are dropped, in pixels: YuNet was made for
smaller ones, and a smaller copy shows the same face better."""

SMALLEST: Final = 10.0
"""Boxes narrower than this in the picture are dropped, in pixels: nobody is recognisable."""

ENLARGEMENT: Final = 2.0
"""The most that a small picture is enlarged; beyond that there is nothing more to see."""


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at the picture, at several sizes.

    Attributes:
        sizes: long sides of the searched copies, in pixels.
        alone: the confidence from which a find of one size counts.
        agreed: the confidence from which finds of two sizes count.
        turns: quarter turns against the clock.
        evened: whether contrast is evened out first.
    """

    sizes: tuple[int, ...]
    alone: float
    agreed: float
    turns: int = 0
    evened: bool = False


ALL_SIZES: Final = (160, 320, 640, 960, 1280, 2560)

VIEWS: Final = (
    View(ALL_SIZES, alone=0.65, agreed=0.3),
    *(View((320, 640, 1280), alone=0.85, agreed=0.5, turns=turns) for turns in (1, 2, 3)),
    View((320, 640, 1280), alone=0.7, agreed=0.5, evened=True),
)

FLAT_VIEWS: Final = (View(ALL_SIZES, alone=0.7, agreed=0.5, evened=True),)
"""What is added for a picture without contrast, where the evened copy is the better one."""

_FLAT: Final = 80
"""A picture whose lightness spans less than this (of 255, between the 5th and the 95th
percentile) is flat."""


class Searcher:
    """The detector of the product: YuNet, looking as often as it takes."""

    name = "yunet"

    def __init__(self, net: YuNet, views: tuple[View, ...] = VIEWS, flat_views: tuple[View, ...] = FLAT_VIEWS) -> None:
        self._net = net
        self._views = views
        self._flat_views = flat_views

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return every face in upright sRGB `pixels`, merged, best first."""
        views = (*self._views, *self._flat_views) if is_flat(pixels) else self._views

        @cache
        def copy(scale: float, *, even: bool) -> Pixels:
            return evened(copy(scale, even=False)) if even else scaled(pixels, scale)

        return merged(found for view in views for found in self._see(view, max(pixels.shape[:2]), copy))

    def _see(self, view: View, long_side: int, copy: Callable[..., Pixels]) -> list[Detection]:
        """Return what one view sees of the picture, in the picture's own pixels."""
        scales = sorted({min(size / long_side, ENLARGEMENT) for size in view.sizes})
        by_size = [self._search(copy(scale, even=view.evened), scale, view) for scale in scales]
        found = [detection for size in by_size for detection in size]
        size_of = np.repeat(np.arange(len(by_size)), [len(size) for size in by_size])
        alike = overlaps([detection.box for detection in found])
        return [
            detection
            for detection, row in zip(found, alike, strict=True)
            if detection.score >= view.alone or len(set(size_of[row].tolist())) > 1
        ]

    def _search(self, copy: Pixels, scale: float, view: View) -> list[Detection]:
        turned = np.ascontiguousarray(np.rot90(copy, view.turns))
        height, width = copy.shape[:2]
        return [
            _in_picture(found, view.turns, width, height, scale)
            for found in self._net.search(turned)
            if found.score >= view.agreed and SMALLEST * scale <= found.box.width <= LARGEST
        ]


def scaled(pixels: Pixels, scale: float) -> Pixels:
    """Return `pixels` resized by `scale`, averaged when shrinking; no side below one pixel."""
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def evened(pixels: Pixels) -> Pixels:
    """Return `pixels` with the lightness equalised locally (CLAHE), colours kept."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(lab[:, :, 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def is_flat(pixels: Pixels) -> bool:
    """Say whether the picture as a whole is pale, dark or foggy."""
    sample: NDArray[np.uint8] = pixels[::4, ::4].mean(axis=2).astype(np.uint8)
    dark, light = np.percentile(sample, (5, 95))
    return bool(light - dark < _FLAT)


def _in_picture(found: Detection, turns: int, width: int, height: int, scale: float) -> Detection:
    """Bring a find in the turned copy of `width` x `height` back to the picture's own pixels."""
    box = found.box
    corners = np.array([(box.x, box.y), (box.x + box.width, box.y + box.height)], np.float32)
    points = np.concatenate([corners, found.landmarks])
    x, y = points[:, 0], points[:, 1]
    unturned = ((x, y), (width - y, x), (width - x, height - y), (y, height - x))[turns]
    points = np.asarray(np.stack(unturned, axis=1) / scale, np.float32)
    low, high = points[:2].min(axis=0), points[:2].max(axis=0)
    place = Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    return Detection(place, points[2:], found.score)
