"""Ways to hide a face from a detector, each against the same detector's own upright result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from gatekeeper.benchmark.detection import is_found
from gatekeeper.benchmark.pictures import read
from gatekeeper.benchmark.report import Rate
from gatekeeper.benchmark.subjects import Subject
from gatekeeper.types import Box, Pixels
from gatekeeper.vision.engine import Detector

FRAME: Final = (2048, 1366)
"""Width and height of a released photograph, in pixels."""

_SURE: Final = 0.7
"""Faces of groups count if the upright picture shows them at this confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """A changed picture, and where its faces are in it."""

    pixels: Pixels
    faces: Sequence[Box]


def conditions(subjects: Sequence[Subject], groups: Iterable[Path], detector: Detector) -> dict[str, Rate]:
    """Return, by condition, the share of faces that are still found."""
    rates = {name: _kept(_portraits(subjects, change), detector) for name, change in _PORTRAITS.items()}
    sure = [(path, _sure(path, detector)) for path in groups]
    for name, change in _WHOLE.items():
        rates[f"groups {name}"] = _kept((change(read(path), boxes) for path, boxes in sure), detector)
    return rates


def turned(turns: int) -> Callable[[Pixels, Sequence[Box]], Changed]:
    """Return a change that turns a picture by quarters against the clock."""

    def change(pixels: Pixels, boxes: Sequence[Box]) -> Changed:
        for _ in range(turns):
            width = pixels.shape[1]
            boxes = [Box(box.y, width - box.x - box.width, box.height, box.width) for box in boxes]
            pixels = np.rot90(pixels)
        return Changed(np.ascontiguousarray(pixels), boxes)

    return change


def paled(contrast: float) -> Callable[[Pixels, Sequence[Box]], Changed]:
    """Return a change that leaves this share of the contrast, 0 to 1."""

    def change(pixels: Pixels, boxes: Sequence[Box]) -> Changed:
        middle = pixels.mean()
        return Changed(np.clip(middle + contrast * (pixels - middle), 0, 255).round().astype(np.uint8), boxes)

    return change


def filling(share: float) -> Callable[[Pixels, Sequence[Box]], Changed]:
    """Return a change that cuts out one face so that it is `share` of a frame's height."""

    def change(pixels: Pixels, boxes: Sequence[Box]) -> Changed:
        (box,) = boxes
        height = box.height / share
        left, top = box.x + box.width / 2 - height / 2, box.y + box.height / 2 - height / 2
        scale = FRAME[1] / height
        matrix = np.array([(scale, 0, -left * scale), (0, scale, -top * scale)])
        side = (FRAME[1], FRAME[1])
        close = cv2.warpAffine(pixels, matrix, side, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        where = Box((box.x - left) * scale, (box.y - top) * scale, box.width * scale, box.height * scale)
        return Changed(np.asarray(close, np.uint8), [_within(where, *side)])

    return change


def distant(width: float) -> Callable[[Pixels, Sequence[Box]], Changed]:
    """Return a change that shows one photograph small in a large frame, its face `width` pixels wide."""

    def change(pixels: Pixels, boxes: Sequence[Box]) -> Changed:
        (box,) = boxes
        scale = width / box.width
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        canvas = np.full((FRAME[1], FRAME[0], 3), pixels.mean(axis=(0, 1)), np.uint8)
        left, top = FRAME[0] // 3, FRAME[1] // 3
        canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
        where = Box(left + box.x * scale, top + box.y * scale, box.width * scale, box.height * scale)
        return Changed(canvas, [where])

    return change


_WHOLE: Final = {
    "turned 90": turned(1),
    "turned 180": turned(2),
    "turned 270": turned(3),
    "contrast 5 %": paled(0.05),
}

_PORTRAITS: Final = _WHOLE | {
    "close-up 80 %": filling(0.8),
    "close-up 100 %": filling(1.0),
    "close-up 120 %": filling(1.2),
    "24 px": distant(24),
    "16 px": distant(16),
    "12 px": distant(12),
}


def _portraits(subjects: Sequence[Subject], change: Callable[[Pixels, Sequence[Box]], Changed]) -> Iterable[Changed]:
    return (change(read(s.portrait.path), [s.face.box]) for s in subjects if s.face is not None)


def _sure(path: Path, detector: Detector) -> list[Box]:
    return [found.box for found in detector.find(read(path)) if found.score >= _SURE]


def _kept(pictures: Iterable[Changed], detector: Detector) -> Rate:
    hits = tried = 0
    for changed in pictures:
        found = [detection.box for detection in detector.find(changed.pixels)]
        tried += len(changed.faces)
        hits += sum(is_found(face, found) for face in changed.faces)
    return Rate(hits, tried)


def _within(box: Box, width: int, height: int) -> Box:
    """Return the part of a box that shows in the frame."""
    left, top = max(0.0, box.x), max(0.0, box.y)
    return Box(left, top, min(width, box.x + box.width) - left, min(height, box.y + box.height) - top)
