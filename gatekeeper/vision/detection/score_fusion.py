"""Score fusion: one confidence for a find from both nets, at every scale, plain and contrast-equalised.

What a net calls its confidence is no probability, and what two nets say of one
face is not independent. So the log odds of their confidences are weighed, with
weights that a logistic regression found. Either net alone has to be surer than
both together, and no net speaks against a find: what one misses never hides
what the other has seen.

The weights come from half of the pictures of crowds, portraits, masked people
and scenes without people (the half whose file names hash to an even number).
The bars were set by looking at both halves (`docs/decisions/0016`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import exp, inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.vision.detection.non_maximum_suppression import SURE, displaced, distinct, enclosed, overlaps
from gatekeeper.vision.engine import Detection

BAR: Final = -1.0
"""From these log odds a find counts. Below 0, because a false alarm costs a click and a
missed face a child."""

TURNED_BAR: Final = 0.0
"""The same for turned copies: three more looks are three more chances of a mistake."""

_NOTHING: Final = -4.82
"""Log odds of a face where neither net is surer than its faintest find."""

_YUNET: Final = 1.18
_CENTERFACE: Final = 1.27
"""What a unit of a net's log odds adds."""

_DOUBLING: Final = -0.81
"""What a doubling of the width adds: both nets are strict with small faces, so their mistakes are large."""

_USUAL: Final = 32.0
_NARROW: Final = -1.5
_WIDE: Final = 2.0
"""The width from which doublings are counted, in pixels, and the fewest and most that count."""

_UNSEEN: Final = 1.0
"""What stands for CenterFace's log odds where a face is too small for it to see."""

_CUT_OFF: Final = 2.0
"""The same where the frame cuts a face off, or a larger face surrounds it: it was made for whole
heads on a background of their own, so YuNet's word is enough from 0.75 on. That is set by hand,
for close-ups are missing in the pictures; it adds one false find to 90 pictures without a face."""

EVERYTHING: Final = (0.0, inf)

_EVENED: Final = 0.3
"""What is taken off YuNet's log odds where contrast was evened out, which makes faces of fabrics."""

_SUREST: Final = 0.98
"""Confidences above this say no more than this one."""

Floats = NDArray[np.float64]


class Look(Enum):
    """How a pass looked; the value is the least confidence that is evidence of anything."""

    YUNET = ("yunet", 0.2)
    EVENED = ("yunet, contrast evened", 0.2)
    CENTERFACE = ("centerface", 0.1)

    @property
    def faintest(self) -> float:
        return self.value[1]


@dataclass(frozen=True, slots=True, eq=False)
class Find:
    """What one pass found at one place, in pixels of the picture; `scale` is the searched copy's, of its size."""

    detection: Detection
    look: Look
    scale: float = 1.0


def weighed(finds: Sequence[Find], reach: tuple[float, float] = EVERYTHING, bar: float = BAR) -> list[Detection]:
    """Return one detection for each place where enough was found, its score the probability of a face.

    Args:
        finds: of all passes over one picture.
        reach: narrower and wider faces are not for CenterFace to judge, in pixels.
        bar: the log odds from which a place counts.

    YuNet's surest find stands for its place, because it frames faces most evenly;
    elsewhere the find that has most behind it.
    """
    spots = [finds[index] for look in Look for index in _spots(finds, look)]
    odds = _odds(spots, finds, reach)
    alike = overlaps([spot.detection.box for spot in spots], [spot.detection.box for spot in spots])
    free = np.ones(len(spots), bool)
    found = []
    for index in np.argsort(-odds, kind="stable"):
        if free[index] and odds[index] >= bar:
            together = np.flatnonzero(free & (alike[index] | (np.arange(len(spots)) == index)))
            free[together] = False
            found.append(_spokesman([spots[number] for number in together], spots[index], odds[index]))
    return found


def _spots(finds: Sequence[Find], look: Look) -> list[int]:
    """Return the finds of one kind of pass, without those that overlap a surer one."""
    own = [index for index, find in enumerate(finds) if find.look is look]
    return [own[index] for index in distinct([finds[index].detection for index in own])]


def _odds(spots: Sequence[Find], finds: Sequence[Find], reach: tuple[float, float]) -> Floats:
    """Return the log odds that each spot is a face, from all finds that overlap it."""
    boxes = [spot.detection.box for spot in spots]
    widths = np.array([box.width for box in boxes])
    yunet, centerface = np.zeros(len(spots)), np.zeros(len(spots))
    for look in Look:
        own = [find.detection for find in finds if find.look is look]
        confidence = np.array([detection.score for detection in own])
        best = np.where(overlaps(boxes, [detection.box for detection in own]), confidence, 0.0).max(axis=1, initial=0.0)
        support = _above(best, look.faintest)
        if look is Look.CENTERFACE:
            beyond = [(widths > reach[1]) | _surrounded(spots), widths < reach[0]]
            unseen = np.select(beyond, [_CUT_OFF, _UNSEEN], 0.0)
            centerface = np.maximum(support, unseen)
        else:
            yunet = np.maximum(yunet, support - (_EVENED if look is Look.EVENED else 0.0))
    doublings = np.clip(np.log2(widths / _USUAL), _NARROW, _WIDE)
    return np.asarray(_NOTHING + _YUNET * yunet + _CENTERFACE * centerface + _DOUBLING * doublings)


def _surrounded(spots: Sequence[Find]) -> NDArray[np.bool_]:
    """Say which spots lie within a larger one, both sure by themselves, with landmarks of their own."""
    sure = np.array([spot.detection.score >= SURE for spot in spots], bool)
    found = [spot.detection for spot in spots if spot.detection.score >= SURE]
    boxes = [detection.box for detection in found]
    inside = np.zeros(len(spots), bool)
    inside[sure] = (enclosed(boxes, boxes) & displaced(found, found)).any(axis=1)
    return inside


def _above(confidence: Floats, faintest: float) -> Floats:
    """Return by how much the log odds of a confidence exceed those of the faintest."""
    shares = np.clip([*confidence, faintest], faintest, _SUREST)
    odds = np.log(shares / (1 - shares))
    return np.asarray(odds[:-1] - odds[-1])


def _spokesman(together: Sequence[Find], surest: Find, odds: float) -> Detection:
    upright = [find.detection for find in together if find.look is Look.YUNET]
    best = max(upright, key=lambda detection: detection.score, default=surest.detection)
    return replace(best, score=1 / (1 + exp(-odds)))
