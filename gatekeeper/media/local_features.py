"""Local feature matching recognises a picture inside another one: screenshots, borders, stickers and crops.

Oriented FAST and rotated BRIEF (Rublee et al. 2011) at up to 300 corners, reduced
to a signature of 64 bits each and compared by Hamming distance under weak
geometric consistency (Jegou et al. 2008): matches count together only if all say
the same turn and the same change of scale.

What is stored has no positions, so the places of the corners cannot be put
together again, and of each only a quarter of the bits that describe it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels

ENOUGH: Final = 20
"""Matches that agree. See docs/decisions/0034-*.md for what was measured."""
_LONG_SIDE: Final = 640
_STORED, _SEARCHED = 300, 600
_NEAR: Final = 12
"""Bits of 64 by which two signatures of one corner may differ."""
_CLEARLY: Final = 0.8
"""The nearest has to be nearer than the next one, times this (Lowe 2004)."""
_FEWEST: Final = 100
"""Corners; a picture with fewer, such as an even sky, is known again by its perceptual hash alone."""
_ANGLES, _SCALES = 24, 8
_GLANCE: Final = 3
"""Every third signature is compared first, and unless so many are near the rest is left out."""
_RECORD: Final = np.dtype([("signature", "<u8"), ("angle", "u1"), ("octave", "u1")])
_CHOSEN: Final = np.random.default_rng(20_111).permutation(256)[:64]
"""The bits of a descriptor that are kept; stored features rest on it, so it never changes."""
_Features = NDArray[np.void]


def local_features(pixels: Pixels) -> bytes:
    """What is remembered of a picture that was deleted: 10 bytes for each of at most 300 corners.

    Returns:
        The features in an order that tells nothing; empty if the picture has too few corners.
    """
    features = _features(pixels, _STORED)
    if len(features) < _FEWEST:
        return b""
    return np.sort(features, order=["signature", "angle", "octave"]).tobytes()


def shows_any(pixels: Pixels, stored: Iterable[bytes]) -> bool:
    """Whether a picture shows, perhaps mirrored, one whose features are given, or a good part of it."""
    known = [np.frombuffer(each, _RECORD) for each in stored if each and len(each) % _RECORD.itemsize == 0]
    if not known:
        return False
    searched = [_Searched.of(way) for way in (pixels, np.ascontiguousarray(pixels[:, ::-1]))]
    return any(way.agreeing(features) >= ENOUGH for features in known for way in searched)


@dataclass(frozen=True, slots=True)
class _Searched:
    """The features of a picture in which others are searched."""

    features: _Features

    @classmethod
    def of(cls, pixels: Pixels) -> _Searched:
        return cls(_features(pixels, _SEARCHED))

    def agreeing(self, stored: _Features) -> int:
        """How many matches agree about turn and scale."""
        if len(self.features) < _FEWEST:
            return 0
        glance = self._distances(stored[::_GLANCE]).min(axis=1)
        if np.count_nonzero(glance <= _NEAR) < _GLANCE:
            return 0
        distances = self._distances(stored)
        first, second = np.partition(distances, 1, axis=1)[:, :2].T
        good = np.flatnonzero((first <= _NEAR) & (first < _CLEARLY * second))
        found = distances[good].argmin(axis=1)
        _, each = np.unique(found, return_index=True)  # one corner answers for one
        return _consistent(stored[good[each]], self.features[found[each]])

    def _distances(self, stored: _Features) -> NDArray[np.uint8]:
        difference = np.bitwise_xor.outer(stored["signature"], self.features["signature"])
        return np.asarray(np.bitwise_count(difference), np.uint8)


def _consistent(ones: _Features, others: _Features) -> int:
    """The most matches that fall into two neighbouring bins of turn and two of scale."""
    turns = (others["angle"].astype(int) - ones["angle"]) % 256 * _ANGLES // 256
    scales = others["octave"].astype(int) - ones["octave"] + _SCALES
    votes = np.zeros((_ANGLES, 2 * _SCALES + 1), np.int64)
    np.add.at(votes, (turns, scales), 1)
    votes = votes + np.roll(votes, 1, axis=0)
    return int((votes[:, :-1] + votes[:, 1:]).max())


def _features(pixels: Pixels, most: int) -> _Features:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    scale = _LONG_SIDE / max(grey.shape)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    finder = cv2.ORB.create(most, 1.2, _SCALES, 16, 0, 2, cv2.ORB_HARRIS_SCORE, 31, 8)
    corners, descriptors = finder.detectAndCompute(cv2.resize(grey, (width, height), interpolation=how), None)
    features = np.zeros(len(corners), _RECORD)
    if len(corners):
        bits = np.unpackbits(np.asarray(descriptors, np.uint8), axis=1)[:, _CHOSEN]
        features["signature"] = np.ascontiguousarray(np.packbits(bits, axis=1)).view("<u8")[:, 0]
        features["angle"] = [round(corner.angle / 360 * 256) % 256 for corner in corners]
        features["octave"] = [min(corner.octave & 255, _SCALES - 1) for corner in corners]
    return features
