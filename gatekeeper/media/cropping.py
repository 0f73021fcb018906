"""Places in a picture of which only a part is kept, and the part that is best kept.

All boxes are in fractions of a picture's width and height, so that what was said
about a place can be said again about the same place in the part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Final

from gatekeeper.types import Box

WHOLE: Final = Box(0, 0, 1, 1)
MOST_HEADS: Final = 100
"""Beyond this many heads no part is worked out."""
_SMALLEST_SHARE: Final = 0.08
_MOST_ASPECT: Final = 4.0
_NOTHING: Final = 1e-9


def snapped(box: Box, size: tuple[int, int]) -> Box:
    """Return the largest box of whole pixels inside `box` and inside a picture of `size`.

    It may have no area.
    """
    width, height = size
    inner = box.scaled(width, height).within(width, height)
    left, top = math.ceil(inner.x - _NOTHING), math.ceil(inner.y - _NOTHING)
    right = max(left, math.floor(inner.x + inner.width + _NOTHING))
    bottom = max(top, math.floor(inner.y + inner.height + _NOTHING))
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)


def shown(box: Box, part: Box) -> float:
    """Return how much of the box's area lies in the part, 0 to 1."""
    return min(1.0, box.intersection(part) / box.area) if box.area > 0 else 0.0


def seen_from(box: Box, part: Box) -> Box:
    """Return what of the box lies in the part, in fractions of the part; of no area if nothing does.

    Raises:
        ZeroDivisionError: the part has no width or no height.
    """
    moved = Box(box.x - part.x, box.y - part.y, box.width, box.height)
    return moved.scaled(1 / part.width, 1 / part.height).within(1, 1)


def largest_part(keep: Sequence[Box], avoid: Sequence[Box]) -> Box | None:
    """Return the largest part that holds every box of `keep` whole and touches none of `avoid`.

    Args:
        keep: heads that should stay; at least one.
        avoid: heads that must not be in it.

    Returns:
        The part; None if there is none, or none that makes a picture (less than
        a twelfth of it, or a thin strip), or there are too many heads.
    """
    if not keep or len(keep) + len(avoid) > MOST_HEADS:
        return None
    inner = _around([box.within(1, 1) for box in keep])
    away = [box.within(1, 1) for box in avoid]
    away = [box for box in away if box.area > 0]
    lefts = {0.0, *(box.x + box.width for box in away if box.x + box.width <= inner.x)}
    rights = {1.0, *(box.x for box in away if box.x >= inner.x + inner.width)}
    parts = [_tallest(left, right, inner, away) for left, right in product(lefts, rights)]
    fit = [part for part in parts if part is not None and _is_a_picture(part)]
    return max(fit, key=lambda part: part.area, default=None)


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def _tallest(left: float, right: float, inner: Box, away: Sequence[Box]) -> Box | None:
    """Return the highest part between two uprights that holds `inner`, if nothing is in the way."""
    between = [box for box in away if box.x < right and box.x + box.width > left]
    floor = inner.y + inner.height
    above = [box.y + box.height for box in between if box.y + box.height <= inner.y]
    below = [box.y for box in between if box.y >= floor]
    if len(above) + len(below) < len(between):
        return None
    top = max(above, default=0.0)
    return Box(left, top, right - left, min(below, default=1.0) - top)


def _is_a_picture(part: Box) -> bool:
    short, long = sorted((part.width, part.height))
    return part.area >= _SMALLEST_SHARE and long <= _MOST_ASPECT * short
