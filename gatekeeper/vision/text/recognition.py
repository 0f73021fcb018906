"""Text recognition: PP-OCR's recogniser (PP-OCRv6 small, PaddleOCR)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels
from gatekeeper.vision.nets import ABREAST
from gatekeeper.vision.sessions import Session

_HEIGHT: Final = 48
"""Lines are brought to this height, in pixels."""
_BUCKET: Final = 160
"""Lines are padded to multiples of this width, so that few shapes occur."""
_WIDEST: Final = 1920
"""Longer lines are squeezed to this width."""
_BATCH: Final = 1920
"""Columns that are read at once, of all lines together: 0.1 GB a net."""

Read = tuple[str, float]
"""What a line says, and the mean confidence of its letters, 0 to 1."""


class LineReader:
    """The net, safe to be used by several threads."""

    def __init__(self, model: bytes) -> None:
        """Build the net from a model file's bytes, which hold the alphabet too."""
        self._net = Session(model)
        self._letters = np.array(["", *self._net.metadata["character"].split("\n"), " "])

    def read(self, lines: Sequence[Pixels]) -> list[Read]:
        """Return what each upright line says, in the same order; empty and 0 where nothing can be read."""
        prepared = [_prepared(line) for line in lines]
        batches = list(_batches([line.shape[1] for line in prepared]))
        found: list[Read] = [("", 0.0)] * len(lines)
        with ThreadPoolExecutor(ABREAST) as pool:
            answers = pool.map(self._run, [[prepared[at] for at in batch] for batch in batches])
            for batch, answer in zip(batches, answers, strict=True):
                for at, read in zip(batch, answer, strict=True):
                    found[at] = read
        return found

    def _run(self, lines: Sequence[NDArray[np.uint8]]) -> list[Read]:
        width = _bucket(max(line.shape[1] for line in lines))
        blob = np.zeros((len(lines), 3, _HEIGHT, width), np.float32)
        for row, line in zip(blob, lines, strict=True):
            row[:, :, : line.shape[1]] = line.transpose(2, 0, 1) / np.float32(127.5) - 1
        return [self._decoded(chance) for chance in self._net.run(blob)[0]]

    def _decoded(self, chance: NDArray[np.float32]) -> Read:
        """Read one answer, shape (steps, letters): best letter a step, repeats and blanks left out (greedy CTC)."""
        best = chance.argmax(axis=1)
        kept = (best != 0) & (np.concatenate([[True], best[1:] != best[:-1]]))
        if not kept.any():
            return "", 0.0
        return "".join(self._letters[best[kept]]), float(chance.max(axis=1)[kept].mean())


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of lines of about one width, as many as are read at once."""
    batch: list[int] = []
    for at in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (len(batch) + 1) * _bucket(widths[at]) > _BATCH:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _bucket(width: int) -> int:
    return -(-width // _BUCKET) * _BUCKET


def _prepared(line: Pixels) -> NDArray[np.uint8]:
    height, width = line.shape[:2]
    width = min(max(1, round(width * _HEIGHT / height)), _WIDEST)
    return np.asarray(cv2.cvtColor(cv2.resize(line, (width, _HEIGHT)), cv2.COLOR_RGB2BGR), np.uint8)
