"""Every face, whatever its size, turn and light: one net, several looks, one list.

A single pass of YuNet misses faces that fill the frame (0 % found at 80 % of
2,400 px), faces turned by a quarter (51 %), faces of a few pixels, and pale or
dark pictures. So the picture is searched at several sizes, turned, and with its
contrast evened out; what the looks see is merged. `docs/accuracy.md` has what
each look adds and costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.merging import merged
from gatekeeper.vision.yunet import YuNet

LARGEST: Final = 320.0
"""Boxes wider than this in the searched copy are dropped, in pixels: YuNet was made for
smaller ones, and a smaller copy shows the same face better."""

ENLARGEMENT: Final = 2.0
"""The most that a small picture is enlarged; beyond that there is nothing more to see."""


@dataclass(frozen=True, slots=True)
class Look:
    """One search: the picture scaled, turned, perhaps evened out.

    Attributes:
        long_side: of the searched copy, in pixels.
        score: the least confidence that counts in this look, 0 to 1.
        turns: quarter turns against the clock.
        evened: whether contrast is evened out first (CLAHE on the lightness).
    """

    long_side: int
    score: float
    turns: int = 0
    evened: bool = False


LOOKS: Final = (
    Look(160, 0.8),
    Look(320, 0.7),
    Look(640, 0.6),
    Look(1280, 0.6),
    Look(2560, 0.6),
    *(Look(side, 0.7, turns=turns) for side in (320, 1280) for turns in (1, 2, 3)),
    *(Look(side, 0.7, evened=True) for side in (320, 640, 1280, 2560)),
)


class Searcher:
    """The detector of the product: YuNet, looking as often as it takes."""

    name = "yunet"

    def __init__(self, net: YuNet, looks: tuple[Look, ...] = LOOKS) -> None:
        self._net = net
        self._looks = looks

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return every face in upright sRGB `pixels`, merged, best first."""
        return merged(
            found for look, scale in _distinct(self._looks, pixels) for found in self._look(pixels, look, scale)
        )

    def _look(self, pixels: Pixels, look: Look, scale: float) -> Iterator[Detection]:
        copy = scaled(pixels, scale)
        if look.evened:
            copy = evened(copy)
        turned = np.ascontiguousarray(np.rot90(copy, look.turns))
        for found in self._net.search(turned):
            if found.score >= look.score and found.box.width <= LARGEST:
                yield _in_picture(found, look.turns, copy.shape[1], copy.shape[0], scale)


def _distinct(looks: tuple[Look, ...], pixels: Pixels) -> Iterator[tuple[Look, float]]:
    """Yield the looks with their scales, leaving out those that would repeat another at this size."""
    seen = set()
    for look in looks:
        scale = min(look.long_side / max(pixels.shape[:2]), ENLARGEMENT)
        if (scale, look.turns, look.evened) not in seen:
            seen.add((scale, look.turns, look.evened))
            yield look, scale


def scaled(pixels: Pixels, scale: float) -> Pixels:
    """Return `pixels` resized by `scale`, averaged when shrinking; no side below one pixel."""
    size = tuple(max(1, round(side * scale)) for side in pixels.shape[1::-1])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def evened(pixels: Pixels) -> Pixels:
    """Return `pixels` with the lightness equalised locally (CLAHE), colours kept."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(lab[:, :, 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


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
