"""Detection in a photograph of one person: one scale that fits, where the whole pyramid is not needed.

A reference photograph shows one large, upright face, and hundreds of them are enrolled at once.
So both nets look at one small copy; if that shows exactly one face, YuNet looks again
at a copy in which this face has the size that it places landmarks best at, and both nets' landmarks are
averaged as always. Whatever else shows (nothing, a second find of some size, however faint, a face too
small for this copy to show the ones beside it, a flat picture) is for the whole pyramid to judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.image_pyramid import ENLARGEMENT, is_flat, scaled
from gatekeeper.vision.detection.landmarks import settled
from gatekeeper.vision.detection.score_fusion import Find, Look, weighed
from gatekeeper.vision.engine import Detection

OVERVIEW: Final = 320
"""Long side of the copy that is searched for everyone in the photograph, in pixels."""

BESIDE: Final = 36.0
"""The face must be wider than this in that copy, in pixels: one of a third of its width beside it then has
12, from which both nets see nearly every face."""

FILLS: Final = 0.6
"""A face wider than this share of the photograph's short side may be cut off, which the pyramid judges."""

SURE: Final = 0.7
"""From this score of both nets the overview shows a face for certain."""

MUCH_SMALLER: Final = 0.3
"""A find narrower than this share of the face, however sure, is in the background."""

DOUBTFUL: Final = -2.0
"""From these log odds a find of both nets beside the face is for the pyramid to judge."""

SEVERAL: Final = 0.9
"""From this probability it is another face for certain."""

_NETS: Final = (Look.YUNET, Look.CENTERFACE)

CLOSE: Final = 110.0
"""Width of the face in the second copy, in pixels."""

_AROUND: Final = 2.2
"""Side of the square that is cut out for it, in faces."""


class Net(Protocol):
    """One pass of a detector over upright sRGB pixels."""

    def search(self, pixels: Pixels) -> list[Detection]: ...


def portrait(pixels: Pixels, yunet: Net, centerface: Net) -> list[Detection] | None:
    """Return the faces of a photograph that shows one large one, largest first; None if that is not plain.

    Args:
        pixels: upright sRGB.
        yunet: the net that frames faces.
        centerface: the net that also sees heads which are turned away or covered.

    Returns:
        In the photograph's pixels, scores are probabilities. One face alone has the landmarks of
        both copies; several are only good for refusing the photograph.
    """
    if is_flat(pixels):
        return None
    scale = min(OVERVIEW / max(pixels.shape[:2]), ENLARGEMENT)
    finds = _overview(scaled(pixels, scale), scale, {Look.YUNET: yunet, Look.CENTERFACE: centerface})
    largest = max(finds, key=lambda find: find.detection.box.width, default=None)
    if largest is None or not _plain(largest.detection.box, finds, scale, pixels):
        return None
    box = largest.detection.box
    rivals = [one for one in _elsewhere(box, finds) if one.box.width > MUCH_SMALLER * box.width]
    if rivals:
        several = [largest.detection, *rivals]
        return several if all(one.score >= SEVERAL for one in rivals) else None
    finds += _closely(pixels, box, yunet)
    own = [find for find in finds if _same(find.detection.box, box)]
    found = settled(weighed(own), own)
    return found if len(found) == 1 else None


def _overview(copy: Pixels, scale: float, nets: Mapping[Look, Net]) -> list[Find]:
    return [
        Find(_moved(found, scale, (0, 0)), look, scale)
        for look, net in nets.items()
        for found in net.search(copy)
        if found.score >= look.faintest
    ]


def _plain(box: Box, finds: Sequence[Find], scale: float, pixels: Pixels) -> bool:
    """Say whether each net is sure of this face, and of its size that is good for seeing others beside it."""
    sure = {find.look for find in finds if _same(find.detection.box, box) and find.detection.score >= SURE}
    return len(sure) == len(_NETS) and box.width * scale > BESIDE and box.width < FILLS * min(pixels.shape[:2])


def _elsewhere(box: Box, finds: Sequence[Find]) -> list[Detection]:
    """Return what may be other faces, scores as probabilities."""
    return weighed([find for find in finds if not _same(find.detection.box, box)], bar=DOUBTFUL)


def _same(one: Box, other: Box) -> bool:
    """Say whether the middle of `one` lies in the middle half of `other`."""
    x, y = one.x + one.width / 2 - other.x, one.y + one.height / 2 - other.y
    return 1 / 4 < x / other.width < 3 / 4 and 1 / 4 < y / other.height < 3 / 4


def _closely(pixels: Pixels, box: Box, yunet: Net) -> list[Find]:
    """Return what YuNet finds in a square around a face, in which the face has the size it was made for."""
    height, width = pixels.shape[:2]
    half = _AROUND * max(box.width, box.height) / 2
    middle = box.x + box.width / 2, box.y + box.height / 2
    left, top = (max(0, int(at - half)) for at in middle)
    right, bottom = min(width, int(middle[0] + half) + 1), min(height, int(middle[1] + half) + 1)
    scale = min(CLOSE / box.width, ENLARGEMENT)
    copy = np.ascontiguousarray(scaled(pixels[top:bottom, left:right], scale))
    return [
        Find(_moved(found, scale, (left, top)), Look.YUNET, scale)
        for found in yunet.search(copy)
        if found.score >= Look.YUNET.faintest
    ]


def _moved(found: Detection, scale: float, corner: tuple[int, int]) -> Detection:
    """Bring a find in a scaled cut back to the picture's own pixels."""
    box, shift = found.box, np.array(corner, np.float32)
    place = Box(box.x / scale + corner[0], box.y / scale + corner[1], box.width / scale, box.height / scale)
    return replace(found, box=place, landmarks=found.landmarks / np.float32(scale) + shift)
