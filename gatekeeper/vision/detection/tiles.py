"""A net whose first layers run on tiles, so that what they hold between them stays in the processor's cache.

The first layers of a detector are few sums over very many pixels. On a whole picture of 5 megapixels
each of them writes and reads 80 MB, which takes longer than the sums do, and memory that has to be
asked for and given back. They see only the neighbourhood of a place, so on tiles that overlap by it
they answer the very same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types import Pixels
from gatekeeper.vision.detection.image_pyramid import planes
from gatekeeper.vision.nets import ABREAST
from gatekeeper.vision.onnx_cut import cut
from gatekeeper.vision.onnx_graph import any_size
from gatekeeper.vision.sessions import Session

SIDE: Final = 256
"""Rows and columns of a tile at most, to a cell, without what it shares with its neighbours, in pixels."""


@dataclass(frozen=True, slots=True)
class Stem:
    """Where a net is cut.

    Attributes:
        tensor: what its first layers answer.
        channels: how many numbers that is for each place.
        stride: pixels from one place to the next.
        halo: pixels around a place, beyond its own, that its numbers may rest on; a multiple of the stride.
    """

    tensor: str
    channels: int
    stride: int
    halo: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of rows or columns: what is shown to the net, and which part of it counts, in pixels."""

    shown: slice
    start: int
    stop: int


class TiledNet:
    """A net in two parts, safe to be used by several threads."""

    def __init__(
        self, model: bytes, stem: Stem, multiple: int, order: tuple[int, int, int], abreast: int = ABREAST
    ) -> None:
        """Build the parts from an ONNX file's bytes.

        Args:
            model: the file.
            stem: where it is cut.
            multiple: the sides that the net takes are multiples of it; the stride divides it.
            order: which channel of a picture each plane of the input is.
            abreast: how many pictures may be in one part at the same time.

        Raises:
            ValueError: it cannot be cut there.
        """
        first_layers, rest = cut(any_size(model), stem.tensor, stem.channels)
        self._first, self._rest = Session(first_layers, abreast), Session(rest, abreast)
        self._stem, self._multiple, self._order = stem, multiple, order

    def run(self, pixels: Pixels, outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """Return the named outputs for a picture of values 0 to 255, black below and beside it."""
        return self._rest.run(self._features(pixels), outputs)

    def _features(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return what the first layers answer, shape (1, channels, rows, columns)."""
        stem = self._stem
        rows, columns = (side + -side % self._multiple for side in pixels.shape[:2])
        whole = np.empty((1, stem.channels, rows // stem.stride, columns // stem.stride), np.float32)
        across = list(spans(columns, stem))
        room = np.empty(3 * (SIDE + stem.stride + 2 * stem.halo) ** 2, np.float32)
        for down in spans(rows, stem):
            for along in across:
                shown = down.shown.stop - down.shown.start, along.shown.stop - along.shown.start
                tile = planes(pixels[down.shown, along.shown], shown, self._order, room)
                (answer,) = self._first.run(tile)
                whole[:, :, _cells(down, stem), _cells(along, stem)] = answer[
                    :, :, _counting(down, stem), _counting(along, stem)
                ]
        return whole


def spans(length: int, stem: Stem) -> Iterator[Span]:
    """Yield stretches of about equal length that together cover so many pixels, a multiple of the stride."""
    cells = length // stem.stride
    count = -(-length // SIDE)
    for number in range(count):
        start, stop = (edge * cells // count * stem.stride for edge in (number, number + 1))
        yield Span(slice(max(0, start - stem.halo), min(length, stop + stem.halo)), start, stop)


def _cells(span: Span, stem: Stem) -> slice:
    """Return where the answers of a stretch belong."""
    return slice(span.start // stem.stride, span.stop // stem.stride)


def _counting(span: Span, stem: Stem) -> slice:
    """Return which of a tile's answers count."""
    first = (span.start - span.shown.start) // stem.stride
    return slice(first, first + (span.stop - span.start) // stem.stride)
