"""Make the release: fresh bytes from pixels, proved clean, and what they decode to."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.formats.jpeg import verify_jpeg
from gatekeeper.media.formats.png import verify_png
from gatekeeper.media.formats.webp import verify_webp
from gatekeeper.media.release.encoders import Encoding, encode
from gatekeeper.rendition import Output
from gatekeeper.types import Pixels, Release

_PHOTOGRAPH: Final = Encoding()
_WALKERS: Final = (
    (b"\xff\xd8", Output.JPEG, verify_jpeg),
    (b"\x89PNG", Output.PNG, verify_png),
    (b"RIFF", Output.WEBP, verify_webp),
)
_RGB: Final = "RGB"
"""Pillow's name for three channels of 8 bits; a picture that has them is not copied once more."""
_SKETCH: Final = 8
"""Pixels along each side of the small grey picture by which a release is known again."""
_FARTHEST: Final = 32
"""Levels that a pixel of it may be off after a lossy encoding: 1 or 2 is usual, 21 was the
most for pure noise at the lowest quality."""
_SPECK: Final = 16
"""Pixels; a picture with a shorter side shows too little to be known again by its sketch."""


def make_release(pixels: Pixels, encoding: Encoding = _PHOTOGRAPH) -> Release:
    """Encode, and prove the bytes clean.

    The gate looks at the pixels that these bytes decode to, so what is checked
    is what is published. By default the file is a progressive JPEG with colour
    at half resolution: that is how cameras and every social platform store
    photographs, it takes a third of the bytes off, and brightness, by which
    faces are told apart, is kept in full.

    Args:
        pixels: upright sRGB.
        encoding: format and quality.

    Raises:
        ReleaseNotClean: the encoder wrote something besides the picture.
        ValueError: not a picture, or not a quality.
    """
    data = encode(pixels, encoding)
    output, size = _walk(data)
    if output is not encoding.output or size != pixels.shape[1::-1]:
        raise ReleaseNotClean("The new file does not show the whole picture. Report this; nothing has left.")
    return _release(data, output, size, _Made.of(pixels, exact=encoding.exact).decode)


def reopen_release(data: bytes) -> Release:
    """Prove once more that the bytes of a release are clean, and that they can be decoded.

    Raises:
        ReleaseNotClean: it is not a file as `make_release` makes it, or it cannot be decoded.
    """
    release = _release(data, *_walk(data), _decode)
    if release.pixels.shape[1::-1] != (release.width, release.height):
        raise ReleaseNotClean("The file does not show a picture of the size that it announces.")
    return release


def verify(data: bytes) -> None:
    """Prove that a JPEG, PNG or WebP file holds its pixels and nothing else.

    Raises:
        ReleaseNotClean: it holds more, or it is none of the three.
    """
    _walk(data)


def _walk(data: bytes) -> tuple[Output, tuple[int, int]]:
    """Prove a file clean; return its format, and its width and height."""
    for magic, output, walker in _WALKERS:
        if data.startswith(magic):
            return output, walker(data)
    raise ReleaseNotClean("The file is neither JPEG, PNG nor WebP, so it cannot be proved clean.")


def _release(data: bytes, output: Output, size: tuple[int, int], decode: Callable[[bytes], Pixels]) -> Release:
    return Release(data, hashlib.sha256(data).hexdigest(), output.media_type, *size, decode)


def _decode(data: bytes) -> Pixels:
    """Decode with Pillow, another build of each library than the one that wrote the file."""
    try:
        with Image.open(io.BytesIO(data), formats=[output.name for output in Output]) as image:
            return np.array(image if image.mode == _RGB else image.convert(_RGB), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError) as error:
        raise ReleaseNotClean("The file cannot be decoded, so what it shows is not known.") from error


@dataclass(frozen=True, slots=True)
class _Made:
    """What a release was made from, as little of it as is needed to know it again."""

    shape: tuple[int, ...]
    sketch: NDArray[np.int16]
    sha256: str | None
    """Of the pixels, where the release must show exactly these."""

    @classmethod
    def of(cls, pixels: Pixels, *, exact: bool) -> _Made:
        return cls(pixels.shape, _sketch(pixels), pixels_sha256(pixels) if exact else None)

    def decode(self, data: bytes) -> Pixels:
        """Decode, and make sure that it is this picture."""
        pixels = _decode(data)
        same = pixels.shape == self.shape and np.abs(_sketch(pixels) - self.sketch).max() <= _FARTHEST
        if not same or (self.sha256 is not None and pixels_sha256(pixels) != self.sha256):
            raise ReleaseNotClean("The new file does not show the picture that it was made from. Report this.")
        return pixels


def pixels_sha256(pixels: Pixels) -> str:
    """SHA-256 of the RGB bytes, row after row, in hexadecimal digits."""
    return hashlib.sha256(np.ascontiguousarray(pixels).data).hexdigest()


def _sketch(pixels: Pixels) -> NDArray[np.int16]:
    if min(pixels.shape[:2]) < _SPECK:
        return np.zeros((_SKETCH, _SKETCH), np.int16)
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (_SKETCH, _SKETCH), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.int16)
