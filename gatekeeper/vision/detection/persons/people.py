"""Person detection, with or without a face: a person from behind can be known by clothes and company.

The net is SSD MobileNet V3 as trained on COCO by the authors of TensorFlow's
detection models. It reduces what it is shown to 320 x 320 pixels, so it sees no crowd in a
whole picture: halves are shown to it as well, and smaller tiles where faces are many.
MoveNet, which looks at the whole picture at once, tells people apart who stand close together.
Which of these people have a face is for `people_fusion` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.persons import people_fusion
from gatekeeper.vision.detection.persons.bodies import Body
from gatekeeper.vision.detection.persons.movenet import MoveNet
from gatekeeper.vision.detection.persons.single_shot import SingleShot

FAINTEST: Final = 0.3
"""From this confidence a body is returned; with fainter ones, a portrait is a group of its own parts."""

HALF: Final = 0.6
"""Length of each half, as a share of the picture's long side: they overlap, and so does nobody fall between."""

CROWD: Final = 12
"""From so many heads on, smaller tiles are searched too,"""

FEWEST: Final = 3
"""those that hold so many of them: people of a crowd stand together."""

ACROSS: Final = 3
TILE: Final = 0.42
"""How many tiles there are a side, and the share of it that each covers."""

_CUT: Final = 0.02
"""A box that ends within this share of a tile's side is cut off by the tile."""

_SAME: Final = 0.55
"""From this overlap (intersection over union) two boxes are of one person, and from `_WITHIN`
of the smaller box in common, if both begin at one height (`_LEVEL`) and in one column (`_ASIDE`)."""
_WITHIN: Final = 0.8
_LEVEL: Final = 0.2
_ASIDE: Final = 0.3


class People:
    """Both nets, safe to be used by several threads."""

    def __init__(self, net: SingleShot, poses: MoveNet) -> None:
        self._net, self._poses = net, poses

    def without_face(self, pixels: Pixels, heads: Sequence[Box] = ()) -> list[Body]:
        """Return the people in upright sRGB `pixels` for whom no head is known, best first, however doubtful.

        Args:
            pixels: the picture.
            heads: wherever a face was found, marked or covered, in its pixels.
        """
        return people_fusion.without_face(self.find(pixels, heads), self._poses.search(pixels), heads)

    def find(self, pixels: Pixels, heads: Sequence[Box] = ()) -> list[Body]:
        """Return the bounding boxes of people in upright sRGB `pixels`, best first, each person once.

        Args:
            pixels: the picture.
            heads: where faces were found, in its pixels: with `CROWD` of them the net looks closer around them.
        """
        height, width = pixels.shape[:2]
        found = [body for tile in tiles(width, height, heads) for body in self._search(pixels, tile)]
        return distinct(found)

    def _search(self, pixels: Pixels, tile: Box) -> Iterator[Body]:
        """Yield the people in one part of the picture that it does not cut off above or at its sides."""
        left, top, right, low = (round(v) for v in (tile.x, tile.y, tile.x + tile.width, tile.y + tile.height))
        height, width = pixels.shape[:2]
        inner = np.array((left > 0, top > 0, right < width))
        for score, corners in self._net.search(pixels[top:low, left:right], FAINTEST):
            cut = np.array((corners[0] < _CUT, corners[1] < _CUT, corners[2] > 1 - _CUT))
            if not (inner & cut).any():
                x, y, far, bottom = corners * (right - left, low - top, right - left, low - top)
                box = Box(float(x + left), float(y + top), float(far - x), float(bottom - y)).within(width, height)
                if box.area > 0:
                    yield Body(box, score)


def tiles(width: int, height: int, heads: Sequence[Box]) -> list[Box]:
    """Return the parts of a picture to look at: the whole, its halves, and in a crowd tiles that hold heads."""
    parts = [Box(0, 0, width, height)]
    for end in (0, 1):
        along = (HALF, 1.0) if width >= height else (1.0, HALF)
        half = Box(0, 0, along[0] * width, along[1] * height)
        parts.append(Box(end * (width - half.width), end * (height - half.height), half.width, half.height))
    if len(heads) >= CROWD:
        across, down = TILE * width, TILE * height
        steps = [(column / (ACROSS - 1), row / (ACROSS - 1)) for row in range(ACROSS) for column in range(ACROSS)]
        grid = [Box(x * (width - across), y * (height - down), across, down) for x, y in steps]
        parts += [tile for tile in grid if sum(_holds(tile, head) for head in heads) >= FEWEST]
    return parts


def distinct(bodies: Sequence[Body]) -> list[Body]:
    """Return the surest box of each person, best first, whatever the order given."""
    kept: list[Body] = []
    for body in sorted(bodies, key=lambda one: (-one.score, one.box.x, one.box.y, one.box.width, one.box.height)):
        if not any(_same(body.box, other.box) for other in kept):
            kept.append(body)
    return kept


def _same(one: Box, other: Box) -> bool:
    common = one.intersection(other)
    if common <= 0:
        return False
    if one.overlap(other) >= _SAME:
        return True
    level = abs(one.y - other.y) < _LEVEL * min(one.height, other.height)
    apart = abs(one.x + one.width / 2 - other.x - other.width / 2)
    column = apart < _ASIDE * min(one.width, other.width)
    return common >= _WITHIN * min(one.area, other.area) and level and column


def _holds(tile: Box, head: Box) -> bool:
    across, down = head.x + head.width / 2 - tile.x, head.y + head.height / 2 - tile.y
    return 0 <= across <= tile.width and 0 <= down <= tile.height
