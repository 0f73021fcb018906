"""Every face, whatever its size, turn and light: one net, several looks, one list.

A single pass of YuNet misses faces that fill the frame (0 % found at 80 % of
2,400 px), faces turned by a quarter (51 %), faces of a few pixels, and pale or
dark pictures. So the picture is searched in several views (upright, turned by
quarters, with its contrast evened out), each at several sizes.

A true face shows at neighbouring sizes, a mistake mostly at one. So a find counts
if it is sure, or if the confidences of the sizes that agree on it add up to
enough. On photographs of crowds this finds 71 % of the heavily occluded and
78 % of the oddly posed faces instead of 64 and 71 %, with a fifth fewer false
alarms than one bar for all finds (`docs/accuracy.md`).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.merging import merged, overlaps, touches
from gatekeeper.vision.nets import ABREAST
from gatekeeper.vision.yunet import YuNet

LARGEST: Final = 320.0
"""Boxes wider than this in the searched copy are dropped, in pixels: YuNet was made for
smaller ones, and a smaller copy shows the same face better."""

SMALLEST: Final = 10.0
"""Boxes narrower than this in the picture are dropped, in pixels: nobody is recognisable."""

_FLAT: Final = 80
"""A picture whose lightness spans less than this (of 255, between the 5th and the 95th
percentile) is flat."""

_MOST_GAIN: Final = 25
"""The most that contrast is multiplied by; beyond that there is only noise."""

ENLARGEMENT: Final = 2.0
"""The most that a small picture is enlarged; beyond that there is nothing more to see."""


FAINTEST: Final = 0.3
"""Finds below this confidence are no evidence of anything."""


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at the picture, at several sizes.

    Attributes:
        sizes: long sides of the searched copies, in pixels.
        alone: the confidence from which a find of one size counts.
        together: the sum of confidences from which a find of several sizes counts.
        turns: quarter turns against the clock.
        evened: whether contrast is evened out locally first.
    """

    sizes: tuple[int, ...]
    alone: float
    together: float
    turns: int = 0
    evened: bool = False


UPRIGHT: Final = View((160, 320, 640, 960, 1280, 2560), alone=0.75, together=1.0)

OTHERS: Final = (
    *(View((320, 640, 960), alone=0.85, together=1.3, turns=turns) for turns in (1, 2, 3)),
    View((320, 640, 960), alone=0.8, together=1.3, evened=True),
)


Look = list[Future[list[Detection]]]
"""What one view finds at each of its sizes, as soon as it has."""


class Searcher:
    """The detector of the product: YuNet, looking as often as it takes."""

    name = "yunet"

    def __init__(self, net: YuNet) -> None:
        self._net = net

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return every face in upright sRGB `pixels`, merged, best first.

        A flat picture is searched as it is too: it may be a dark one with one bright
        spot, and stretching would burn out whoever stands there.
        """
        pictures = [pixels, stretched(pixels)] if is_flat(pixels) else [pixels]
        return merged(found for picture in pictures for found in self._find(_Picture(picture)))

    def _find(self, picture: _Picture) -> list[Detection]:
        with ThreadPoolExecutor(ABREAST) as pool:

            def look(view: View) -> Look:
                # The largest copy takes longest, so it starts first.
                scales = reversed(picture.scales(view.sizes))
                return [pool.submit(self._search, picture, scale, view) for scale in scales]

            looks = {view: look(view) for view in (UPRIGHT, *OTHERS)}
            found = _counted(UPRIGHT, looks[UPRIGHT])
            for view in OTHERS:
                news = _news(_counted(view, looks[view]), found)
                if news and view.turns:
                    # Somebody is lying or the whole picture is: look as closely as upright.
                    closely = replace(UPRIGHT, turns=view.turns)
                    news = _news(_counted(closely, look(closely)), found)
                found = merged([*found, *news])
            return found

    def _search(self, picture: _Picture, scale: float, view: View) -> list[Detection]:
        copy = picture.copy(scale, evened=view.evened)
        height, width = copy.shape[:2]
        return [
            _in_picture(found, view.turns, width, height, scale)
            for found in self._net.search(np.ascontiguousarray(np.rot90(copy, view.turns)))
            if found.score >= FAINTEST and SMALLEST * scale <= found.box.width <= LARGEST
        ]


def _counted(view: View, look: Look) -> list[Detection]:
    """Return, merged, those finds of one view that count by themselves or together."""
    by_size = [size.result() for size in look]
    found = [detection for size in by_size for detection in size]
    scores = np.array([detection.score for detection in found])
    size_of = np.repeat(np.arange(len(by_size)), [len(size) for size in by_size])
    alike = overlaps([detection.box for detection in found])
    evidence = np.zeros(len(found))
    for size in range(len(by_size)):
        evidence += np.where(alike & (size_of == size), scores, 0).max(axis=1, initial=0)
    return merged(
        detection
        for detection, total in zip(found, evidence, strict=True)
        if detection.score >= view.alone or total >= view.together
    )


def _news(found: list[Detection], known: list[Detection]) -> list[Detection]:
    """Return the finds that touch no known one of at least their confidence."""
    touching = touches([new.box for new in found], [old.box for old in known])
    return [
        new
        for new, row in zip(found, touching, strict=True)
        if not any(touched and old.score >= new.score for touched, old in zip(row, known, strict=True))
    ]


class _Picture:
    """One picture and the copies of it that were needed so far."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self._copies: dict[tuple[float, bool], Pixels] = {}

    def scales(self, sizes: tuple[int, ...]) -> list[float]:
        """Return the different scales that bring the long side to `sizes`, within the limit."""
        return sorted({min(size / max(self._pixels.shape[:2]), ENLARGEMENT) for size in sizes})

    def copy(self, scale: float, *, evened: bool) -> Pixels:
        """Return the picture at this scale, made once."""
        if (scale, evened) not in self._copies:
            made = even(self.copy(scale, evened=False)) if evened else scaled(self._pixels, scale)
            self._copies[scale, evened] = made
        return self._copies[scale, evened]


def scaled(pixels: Pixels, scale: float) -> Pixels:
    """Return `pixels` resized by `scale`, averaged when shrinking; no side below one pixel."""
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


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
