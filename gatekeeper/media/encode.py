"""Make the release: fresh bytes from pixels, proved clean, and what they decode to."""

from __future__ import annotations

import hashlib
import io
from typing import Final

import cv2
import numpy as np
from PIL import Image

from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.jpeg import verify_jpeg
from gatekeeper.media.png import verify_png
from gatekeeper.media.webp import verify_webp
from gatekeeper.types import Pixels, Release

QUALITY: Final = 90
_DIMENSIONS, _CHANNELS = 3, 3
_MOST: Final = 65_500  # libjpeg's longest side
_WALKERS: Final = (
    (b"\xff\xd8", verify_jpeg),
    (b"\x89PNG", verify_png),
    (b"RIFF", verify_webp),
)


def make_release(pixels: Pixels, quality: int = QUALITY) -> Release:
    """Encode, prove the bytes clean, and decode them again.

    The gate looks at the pixels that come back, so what is checked is what is
    published. The file is a progressive JPEG with colour at half resolution:
    that is how cameras and every social platform store photographs, it takes a
    third of the bytes off, and brightness, by which faces are told apart, is
    kept in full.

    Args:
        pixels: upright sRGB.
        quality: 1 to 100, on the Independent JPEG Group's scale.

    Raises:
        ReleaseNotClean: the encoder wrote something besides the picture.
        ValueError: not a picture, or not a quality.
    """
    release = reopen_release(_encode(pixels, quality))
    if release.pixels.shape != pixels.shape:
        msg = "The new file does not show the whole picture. Report this; nothing has left."
        raise ReleaseNotClean(msg)
    return release


def reopen_release(data: bytes) -> Release:
    """Prove once more that the bytes of a release are clean, and decode them.

    Raises:
        ReleaseNotClean: it is not a JPEG as `make_release` makes it, or it cannot be decoded.
    """
    verify_jpeg(data)
    try:
        pixels = _decode(data)
    except (OSError, SyntaxError, ValueError) as error:
        msg = "The file cannot be decoded, so nobody knows what it shows."
        raise ReleaseNotClean(msg) from error
    return Release(data=data, sha256=hashlib.sha256(data).hexdigest(), media_type="image/jpeg", pixels=pixels)


def verify(data: bytes) -> None:
    """Prove that a JPEG, PNG or WebP file holds its pixels and nothing else.

    Raises:
        ReleaseNotClean: it holds more, or it is none of the three.
    """
    for magic, walker in _WALKERS:
        if data.startswith(magic):
            return walker(data)
    msg = "The file is neither JPEG, PNG nor WebP, so it cannot be proved clean."
    raise ReleaseNotClean(msg)


def _encode(pixels: Pixels, quality: int) -> bytes:
    """Encode with OpenCV, which knows nothing about the picture but these numbers.

    Not with Pillow: it guesses how large a progressive file may become, and
    fails on noisy pictures that need more. The bytes are the same otherwise.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != _DIMENSIONS or pixels.shape[2] != _CHANNELS:
        msg = "pixels must be 8-bit RGB of shape (height, width, 3)"
        raise ValueError(msg)
    if not 1 <= min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= _MOST or not 1 <= quality <= 100:  # noqa: PLR2004
        msg = "sides must be 1 to 65500 pixels and the quality 1 to 100"
        raise ValueError(msg)
    settings = {
        cv2.IMWRITE_JPEG_QUALITY: quality,
        cv2.IMWRITE_JPEG_PROGRESSIVE: 1,
        cv2.IMWRITE_JPEG_OPTIMIZE: 0,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    }
    flat = [number for setting in settings.items() for number in setting]
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), flat)
    return encoded.tobytes()


def _decode(data: bytes) -> Pixels:
    """Decode with Pillow, another build of libjpeg than the one that wrote the file."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        return np.array(image, dtype=np.uint8)
