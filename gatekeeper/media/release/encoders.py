"""Write pixels as a new file with OpenCV, which knows nothing about the picture but these numbers.

Not with Pillow: it guesses how large a progressive JPEG may become, and fails
on noisy pictures that need more. And what Pillow will read back has then been
written by other code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from gatekeeper.media.release.quality import choose_quality, needs_full_colour
from gatekeeper.rendition import Output
from gatekeeper.types import Pixels

_DIMENSIONS, _CHANNELS = 3, 3
_LONGEST: Final = {Output.JPEG: 65_500, Output.PNG: 65_500, Output.WEBP: 16_383}
"""The longest side that a format, or its library, can hold."""
_LEAST, _BEST = 60, 100
_WEBP_QUALITY: Final = 92
_WEBP_LOSSLESS: Final = 101  # OpenCV's way to say so
_PNG_EFFORT: Final = 3


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a release is stored.

    Attributes:
        output: its format.
        quality: 60 to 100, of JPEG on the Independent JPEG Group's scale; None
            chooses by the picture. PNG has none.
        lossless: for WebP: keep every pixel exactly. PNG always does, JPEG never.
    """

    output: Output = Output.JPEG
    quality: int | None = None
    lossless: bool = False

    @property
    def exact(self) -> bool:
        """Whether the release shows exactly the pixels that it was made from."""
        return self.output is Output.PNG or (self.output is Output.WEBP and self.lossless)


def encode(pixels: Pixels, encoding: Encoding) -> bytes:
    """A new file from upright sRGB pixels.

    Raises:
        ValueError: not a picture, too large for the format, or not a quality.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != _DIMENSIONS or pixels.shape[2] != _CHANNELS:
        raise ValueError("pixels must be 8-bit RGB of shape (height, width, 3)")
    longest = _LONGEST[encoding.output]
    if not 1 <= min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= longest:
        raise ValueError(f"pixels must have sides of 1 to {longest}")
    if encoding.quality is not None and not _LEAST <= encoding.quality <= _BEST:
        raise ValueError(f"the quality of pixels must be {_LEAST} to {_BEST}")
    settings = [number for setting in _SETTINGS[encoding.output](pixels, encoding).items() for number in setting]
    _, data = cv2.imencode(encoding.output.suffix, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), settings)
    return data.tobytes()


def _jpeg(pixels: Pixels, encoding: Encoding) -> dict[int, int]:
    full = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    half = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    return {
        cv2.IMWRITE_JPEG_QUALITY: encoding.quality or choose_quality(pixels),
        cv2.IMWRITE_JPEG_PROGRESSIVE: 1,
        cv2.IMWRITE_JPEG_OPTIMIZE: 0,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR: full if needs_full_colour(pixels) else half,
    }


def _png(_: Pixels, __: Encoding) -> dict[int, int]:
    return {cv2.IMWRITE_PNG_COMPRESSION: _PNG_EFFORT}


def _webp(_: Pixels, encoding: Encoding) -> dict[int, int]:
    lossy = encoding.quality or _WEBP_QUALITY
    return {cv2.IMWRITE_WEBP_QUALITY: _WEBP_LOSSLESS if encoding.lossless else lossy}


_SETTINGS: Final[dict[Output, Callable[[Pixels, Encoding], dict[int, int]]]] = {
    Output.JPEG: _jpeg,
    Output.PNG: _png,
    Output.WEBP: _webp,
}
