"""Head assignment: which of the people that were found have a face, one head to one body.

That a face lies somewhere in a body's box says little: in a group the boxes overlap, and
a person whose head is turned away would have a neighbour's face. So a head has to fill the
head's region of the box. Pairs are matched greedily by how well it does, which is the stable
matching of heads and bodies: one head more never leaves a body without one (Gale and
Shapley, 1962, and what follows from it for one more on a side). Every figure here was
chosen on one half of the pictures of `tests.benchmarks.hidden` (`docs/decisions/0052`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Box
from gatekeeper.vision.detection.persons.bodies import Body

FITS: Final = 0.05
"""From this fit a head may be assigned to a body, if that body is the best that is left to it."""

OBVIOUS: Final = 0.2
"""From this fit a box has that head, whether or not another box has it too: two boxes may be of one person."""

_DOWN: Final = 0.85
"""Where the middle of a face usually lies below the top of its body's box, in heights of the face."""
_SPREAD: Final = 1.2
"""How far from there it may lie, in heights of the face: hats and raised arms."""
_ABOVE: Final = -1.3
"""The highest that it may lie, in heights of the face below the top: above boxes of the trunk alone."""

_ASIDE: Final = 0.3
"""How far it may lie from the middle, in widths of the body."""
_OUTSIDE: Final = 0.6
"""The most, in widths of the body."""

_SMALL: Final = 0.22
_SHRUNK: Final = 0.8
"""Heads narrower than this share of the body fit less, by log odds of such a spread."""
_WIDE: Final = 1.3
"""Heads wider than this many bodies are not theirs."""

_INSIDE: Final = 0.8
_PART: Final = 0.5
_FILLED: Final = 0.6
"""A box is around several people if others that lie within it by this share, each of at most this part of its
area and two or more of them, fill it by this share together."""
_CELLS: Final = 24
"""Cells a side by which that is counted."""

_HEAD: Final = ((0.5, 2.0), (0.5, 0.5))
"""What a head and its hat take up beside, above and below the face, in those of the face: a box within is of them."""
_MOSTLY: Final = 0.7
"""Share of the box that is within,"""
_OVER: Final = 0.6
"""if its middle is so near the face's, in widths of the face to either side."""

_WAIST: Final = 2.4
_FEET: Final = 6.0
"""Boxes that begin this far below a chin, in heights of the face, are of that person's legs."""
_COLUMN: Final = 1.5
"""If they are below it, this many of its widths to either side,"""
_LEGS: Final = (0.1, 0.7)
"""and if the face is so wide, as a share of them."""

_OVERLAID: Final = 0.8
"""A box that lies by this share within a body with a head, and is narrower than that body's face, is a part of it,
or of what shows behind it."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def without_face(bodies: Sequence[Body], heads: Sequence[Box]) -> list[Box]:
    """Return the boxes of people for whom no head is known, however doubtful, in the order given.

    Args:
        bodies: as `People.find` returns them, each person once.
        heads: wherever a face was found, marked or covered, in the same pixels.
    """
    boxes, faces = _array([body.box for body in bodies]), _array(heads)
    fit = fits(boxes, faces)
    group = _around_several(boxes)
    fit[group] = 0
    explained = group | (fit >= OBVIOUS).any(axis=1) | _of_head(boxes, faces) | _of_legs(boxes, faces)
    explained |= _of_background(boxes, faces, fit)
    explained[list(assigned(fit))] = True
    return [body.box for body, known in zip(bodies, explained, strict=True) if not known]


def assigned(fit: Floats) -> dict[int, int]:
    """Return which body (row) has which head (column): each at most once, the best pairs first.

    Args:
        fit: shape (bodies, heads), from 0 to 1; pairs below `FITS` are none.
    """
    pairs = np.argwhere(fit >= FITS)
    order = np.argsort(-fit[pairs[:, 0], pairs[:, 1]], kind="stable")
    found: dict[int, int] = {}
    taken: set[int] = set()
    for body, head in pairs[order].tolist():
        if body not in found and head not in taken:
            found[body] = head
            taken.add(head)
    return found


def fits(bodies: Floats, heads: Floats) -> Floats:
    """Return shape (bodies, heads): how well each head fills the head's region of each body, 0 to 1.

    Args:
        bodies: shape (n, 4), x, y, width and height.
        heads: the same, of faces.
    """
    beside, down, share = _placed(bodies, heads)
    spread = -((beside / _ASIDE) ** 2) - ((down - _DOWN) / _SPREAD) ** 2
    small = np.maximum(0, np.log(_SMALL / np.maximum(share, 1e-9))) / _SHRUNK
    possible = (np.abs(beside) <= _OUTSIDE) & (down >= _ABOVE) & (share <= _WIDE)
    return np.where(possible, np.exp(spread - small**2), 0.0)


def _placed(bodies: Floats, heads: Floats) -> tuple[Floats, Floats, Floats]:
    """Return, for each pair: off the middle in bodies, below the top in heads, and width in bodies."""
    x, y, width, height = heads.T
    wide = np.maximum(bodies[:, 2:3], 1e-9)
    beside = (x + width / 2 - bodies[:, 0:1]) / wide - 0.5
    down = (y + height / 2 - bodies[:, 1:2]) / np.maximum(height, 1e-9)
    return beside, down, width / wide


def _around_several(bodies: Floats) -> Flags:
    """Say which boxes are those of a group: filled by the boxes of its people."""
    low, high = bodies[:, :2], bodies[:, :2] + bodies[:, 2:]
    areas = bodies[:, 2:].prod(axis=1)
    several = np.zeros(len(bodies), np.bool_)
    for index in range(len(bodies)):
        left, right = np.maximum(low, low[index]), np.minimum(high, high[index])
        common = np.maximum(right - left, 0).prod(axis=1)
        within = (common >= _INSIDE * areas) & (areas <= _PART * areas[index])
        if within.sum() > 1:
            steps = (np.arange(_CELLS) + 0.5) / _CELLS
            x, y = (low[index, axis] + steps * bodies[index, 2 + axis] for axis in (0, 1))
            columns = (x >= left[within, 0:1]) & (x <= right[within, 0:1])
            rows = (y >= left[within, 1:2]) & (y <= right[within, 1:2])
            several[index] = (rows[:, :, np.newaxis] & columns[:, np.newaxis]).any(axis=0).mean() >= _FILLED
    return several


def _of_head(bodies: Floats, heads: Floats) -> Flags:
    low = heads[:, :2] - np.array(_HEAD[0]) * heads[:, 2:]
    high = heads[:, :2] + (1 + np.array(_HEAD[1])) * heads[:, 2:]
    ends = (bodies[:, :2] + bodies[:, 2:])[:, np.newaxis]
    common = np.maximum(np.minimum(ends, high) - np.maximum(bodies[:, np.newaxis, :2], low), 0).prod(axis=2)
    mostly = common >= _MOSTLY * bodies[:, 2:].prod(axis=1)[:, np.newaxis]
    beside = np.abs(heads[:, 0] + heads[:, 2] / 2 - bodies[:, 0:1] - bodies[:, 2:3] / 2)
    return np.asarray((mostly & (beside <= _OVER * heads[:, 2])).any(axis=1), np.bool_)


def _of_legs(bodies: Floats, heads: Floats) -> Flags:
    beside, _, share = _placed(bodies, heads)
    below = (bodies[:, 1:2] - heads[:, 1] - heads[:, 3]) / np.maximum(heads[:, 3], 1e-9)
    column = np.abs(beside) < _COLUMN * share
    likely = (share > _LEGS[0]) & (share < _LEGS[1])
    return np.asarray((column & likely & (below > _WAIST) & (below < _FEET)).any(axis=1), np.bool_)


def _of_background(bodies: Floats, heads: Floats, fit: Floats) -> Flags:
    body, head = np.nonzero(fit >= OBVIOUS)
    known, own = bodies[body], heads[head]
    low = np.maximum(bodies[:, np.newaxis, :2], known[:, :2])
    high = np.minimum((bodies[:, :2] + bodies[:, 2:])[:, np.newaxis], known[:, :2] + known[:, 2:])
    common = np.maximum(high - low, 0).prod(axis=2)
    within = common >= _OVERLAID * bodies[:, 2:].prod(axis=1)[:, np.newaxis]
    return np.asarray((within & (bodies[:, 2:3] < own[:, 2])).any(axis=1), np.bool_)


def _array(boxes: Sequence[Box]) -> Floats:
    return np.array([(box.x, box.y, box.width, box.height) for box in boxes], np.float64).reshape(-1, 4)
