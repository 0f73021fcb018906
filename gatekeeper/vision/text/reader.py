"""Optical character recognition of what a picture shows: badges, certificates, pegs, screens, kit.

`rapidocr` is installed as a container of PP-OCR's model files and never imported; the nets
run in OpenCV as those for faces do, so nothing else comes in and nothing reaches for the
network (`docs/decisions/0018`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

import cv2
import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.image_pyramid import scaled
from gatekeeper.vision.text.curves import cut_along
from gatekeeper.vision.text.detection import LineFinder, Place, Quad
from gatekeeper.vision.text.recognition import LineReader, Read
from gatekeeper.vision.weights import read

SEARCHED: Final = 1440
"""The long side of the copy that is searched for lines, in pixels; they are read at full size."""
MOST_LINES: Final = 120
"""More lines than this are not read: a page of a book, not a picture of people."""
_LOWEST: Final = 7.0
"""Lines lower than this in the picture, in pixels, cannot be read."""
_SURE: Final = 0.9
"""A line read with less confidence may stand on its head, and is read the other way up too."""
_MIRRORED: Final = 0.7
"""From this confidence what a line says in a mirror counts, beside what it says as it stands."""
_FAINTEST: Final = 0.5
"""Below this confidence nothing was read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing.

    Attributes:
        text: as it was read.
        box: around it, in pixels of the picture.
        score: the mean confidence of its letters, 0 to 1.
    """

    text: str = field(repr=False)
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Writing:
    """All that was read in a picture."""

    lines: tuple[Line, ...] = ()
    """In reading order."""
    complete: bool = True
    """Whether every line was read; false if there are more than `MOST_LINES`."""


class WordReader(Protocol):
    """Reads what a picture shows."""

    def read(self, pixels: Pixels) -> Writing: ...


class PPOCR:
    """Reads with PP-OCR; its nets are built when the first picture comes, once, and shared by all threads."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        """Find and check the model files.

        Args:
            folders: an operator's folders of model files, searched before the installed package.

        Raises:
            WeightsUnavailable: a model file is missing or wrong.
        """
        self._models = read("ppocr-lines", folders), read("ppocr-letters", folders)
        self._lock = Lock()
        self._nets: tuple[LineFinder, LineReader] | None = None

    def read(self, pixels: Pixels) -> Writing:
        """Return the lines of upright sRGB `pixels` that can be read."""
        finder, reader = self._built()
        scale = min(1.0, SEARCHED / max(pixels.shape[:2]))
        found = finder.find(scaled(pixels, scale) if scale < 1 else pixels)
        places = [place.scaled(1 / scale, 1 / scale) for place in found]
        places = sorted((place for place in places if place.height >= _LOWEST), key=_height, reverse=True)
        lines = _lines(pixels, places[:MOST_LINES], reader)
        return Writing(lines, complete=len(places) <= MOST_LINES)

    def _built(self) -> tuple[LineFinder, LineReader]:
        with self._lock:
            if self._nets is None:
                self._nets = LineFinder(self._models[0]), LineReader(self._models[1])
            return self._nets


def _lines(pixels: Pixels, places: Sequence[Place], reader: LineReader) -> tuple[Line, ...]:
    """Return what each place says; what a mirror may show is read from both sides, and both readings count."""
    cut = [_cut(pixels, place.quad) if place.curve is None else cut_along(pixels, place.curve) for place in places]
    level = reader.read(cut)
    unsure = [at for at, (text, score) in enumerate(level) if score < _SURE or not text.strip()]
    turned = reader.read([np.ascontiguousarray(cut[at][::-1, ::-1]) for at in unsure])
    behind = reader.read([np.ascontiguousarray(cut[at][:, ::-1]) for at in unsure])
    mirrored = [(at, answer) for at, answer in zip(unsure, behind, strict=True) if answer[1] >= _MIRRORED]
    for at, answer in zip(unsure, turned, strict=True):
        level[at] = max(level[at], answer, key=_confidence)
    read = [*enumerate(level), *mirrored]
    lines = [
        Line(text, _around(places[at].quad), score) for at, (text, score) in read if text.strip() and score >= _FAINTEST
    ]
    return tuple(sorted(lines, key=lambda line: (line.box.y, line.box.x)))


def _confidence(answer: Read) -> float:
    return answer[1]


def _height(place: Place) -> float:
    return place.height


def _cut(pixels: Pixels, quad: Quad) -> Pixels:
    """Return the line upright, in the picture's own size."""
    width, height = (max(1, round(float(np.linalg.norm(quad[at + 1] - quad[at])))) for at in (0, 1))
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    line = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(line, np.uint8)


def _around(quad: Quad) -> Box:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Box(float(left), float(top), float(right - left), float(bottom - top))
