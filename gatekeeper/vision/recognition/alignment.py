"""Face alignment: from five landmarks to the crop that an embedder was trained on."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels

SIDE: Final = 112
"""Side of the aligned picture, in pixels."""

TEMPLATE: Final[NDArray[np.float64]] = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""Where the five landmarks belong in the aligned picture (the ArcFace convention)."""

_COARSE: Final = 2.0
"""From this many source pixels per target pixel the picture is averaged down first."""


def similarity(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the 2x3 turn, scale and shift that best brings `landmarks` (5, 2) onto the template.

    Least squares after Umeyama (1991), without mirroring. Landmarks that all
    coincide give a matrix of scale zero.
    """
    source = landmarks.astype(np.float64)
    source_mean, target_mean = source.mean(axis=0), TEMPLATE.mean(axis=0)
    centred, wanted = source - source_mean, TEMPLATE - target_mean
    variance = float((centred**2).sum())
    if variance <= 0.0:
        return np.column_stack([np.zeros((2, 2)), target_mean])
    left, strengths, right = np.linalg.svd(wanted.T @ centred)
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    linear = (left * signs) @ right * (float(strengths @ signs) / variance)
    return np.column_stack([linear, target_mean - linear @ source_mean])


def aligned(pixels: Pixels, landmarks: NDArray[np.float32]) -> Pixels:
    """Return the face as (112, 112, 3), upright and centred; outside the picture is black.

    A face much larger than the target is averaged down first: plain bilinear
    sampling would skip most of its pixels and make a grainy likeness.
    """
    matrix = similarity(landmarks)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale * _COARSE < 1.0:
        pixels, matrix = _averaged_down(pixels, matrix, scale)
    warped = cv2.warpAffine(pixels, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    return np.asarray(warped, np.uint8)


def _averaged_down(pixels: Pixels, matrix: NDArray[np.float64], scale: float) -> tuple[Pixels, NDArray[np.float64]]:
    """Cut out the face, shrink it to the target's scale, and return it with the matrix that fits."""
    corners = np.array([(0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE)])
    inverse = cv2.invertAffineTransform(matrix)
    footprint = corners @ inverse[:, :2].T + inverse[:, 2]
    height, width = pixels.shape[:2]
    low = np.clip(np.floor(footprint.min(axis=0)) - 1, 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(footprint.max(axis=0)) + 1, low + 1, (width, height)).astype(int)
    cut = pixels[low[1] : high[1], low[0] : high[0]]
    size = np.maximum(1, np.round((high - low) * scale)).astype(int)
    small = cv2.resize(cut, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    # A pixel's middle lies at +0.5: what was p in the picture is (p - low + 0.5) * ratio - 0.5 now.
    ratio = size / (high - low)
    linear = matrix[:, :2] / ratio
    shift = matrix[:, 2] + matrix[:, :2] @ (low - 0.5) + linear @ np.array([0.5, 0.5])
    return np.asarray(small, np.uint8), np.column_stack([linear, shift])
