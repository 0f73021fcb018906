"""The writing that a picture shows: badges, certificates, pegs, screens, kit.

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
from gatekeeper.vision.copies import scaled
from gatekeeper.vision.line_reader import LineReader, Read
from gatekeeper.vision.text_lines import LineFinder, Quad
from gatekeeper.vision.weights import read

SEARCHED: Final = 1440
"""The long side of the copy that is searched for lines, in pixels; they are read at full size."""
MOST_LINES: Final = 120
"""More lines than this are not read: a page of a book, not a picture of people."""
_LOWEST: Final = 7.0
"""Lines lower than this in the picture, in pixels, can be read by nobody."""
_SURE: Final = 0.9
"""A line read with less confidence may stand on its head, and is read the other way up too."""
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
        found = [quad / scale for quad in finder.find(scaled(pixels, scale) if scale < 1 else pixels)]
        quads = sorted((quad for quad in found if _height(quad) >= _LOWEST), key=_height, reverse=True)
        lines = _lines(pixels, quads[:MOST_LINES], reader)
        return Writing(lines, complete=len(quads) <= MOST_LINES)

    def _built(self) -> tuple[LineFinder, LineReader]:
        with self._lock:
            if self._nets is None:
                self._nets = LineFinder(self._models[0]), LineReader(self._models[1])
            return self._nets


def _lines(pixels: Pixels, quads: Sequence[Quad], reader: LineReader) -> tuple[Line, ...]:
    cut = [_cut(pixels, quad) for quad in quads]
    answers = reader.read(cut)
    unsure = [at for at, (_, score) in enumerate(answers) if score < _SURE]
    turned = reader.read([np.ascontiguousarray(cut[at][::-1, ::-1]) for at in unsure])
    for at, answer in zip(unsure, turned, strict=True):
        answers[at] = max(answers[at], answer, key=_confidence)
    read = zip(quads, answers, strict=True)
    lines = [Line(text, _around(quad), score) for quad, (text, score) in read if text.strip() and score >= _FAINTEST]
    return tuple(sorted(lines, key=lambda line: (line.box.y, line.box.x)))


def _confidence(answer: Read) -> float:
    return answer[1]


def _height(quad: Quad) -> float:
    return float(np.linalg.norm(quad[2] - quad[1]))


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
