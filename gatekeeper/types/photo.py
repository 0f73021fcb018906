"""A photo before and after: the upload, opened; the release, made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Upright sRGB, shape (height, width, 3), C-contiguous."""


class Format(StrEnum):
    """The picture formats that the gate opens, by what the bytes say.

    The name of a member is Pillow's name of its decoder. How a format is recognised that no
    fixed first bytes announce is said in `media.formats.sniff`; what can be left out of a
    damaged file, and where metadata is, in its neighbours.

    Attributes:
        starts: first bytes, of which one announces it.
        moving: what a file with several pictures is called; None if such a file names a
            primary picture, which is the one that every viewer shows, or cannot be.
        label: what people call it; the value in capitals unless given.
    """

    starts: tuple[bytes, ...]
    moving: str | None
    label: str

    JPEG = "jpeg", (b"\xff\xd8\xff",)
    PNG = "png", (b"\x89PNG\r\n\x1a\n",), "an animated PNG"
    WEBP = "webp", (), "an animated WebP picture", "WebP"
    HEIF = "heif", (), None, "HEIC"
    AVIF = "avif", (), "an animated AVIF picture"
    GIF = "gif", (b"GIF87a", b"GIF89a"), "an animated GIF"
    TIFF = "tiff", (b"II*\x00", b"MM\x00*"), "a TIFF file with several pages"
    BMP = "bmp"

    def __new__(cls, value: str, starts: tuple[bytes, ...] = (), moving: str | None = None, label: str = "") -> Self:
        """Return a member whose value is the first of these, with what is known of it."""
        self = str.__new__(cls, value)
        self._value_ = value
        self.starts, self.moving, self.label = starts, moving, label or value.upper()
        return self


@dataclass(frozen=True, slots=True)
class MetadataReport:
    """What the upload carried besides pixels: kinds and counts, never contents."""

    gps: bool = False
    exif_tags: int = 0
    carriers: tuple[str, ...] = ()
    """Sorted words from a fixed list, such as `exif`, `xmp`, `iptc`, `icc_profile`,
    `comment`, `text_chunk`, `thumbnail`, `further_pictures`, `trailing_data`."""
    turned: bool = False
    """Whether an orientation tag had to be applied to the pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """The upload, opened: upright sRGB pixels and what is known about the file."""

    pixels: Pixels
    format: Format
    size: tuple[int, int]
    """Width and height as uploaded, upright, before any reduction, in pixels."""
    sha256: str
    fingerprint: int
    """64-bit perceptual hash; compare with `media.fingerprint.distance`."""
    metadata: MetadataReport


@dataclass(frozen=True, eq=False)
class Release:
    """Fresh bytes made from pixels and proved clean, and the pixels they decode to.

    Only `media.encode` makes one, after the walker has passed it.
    """

    data: bytes = field(repr=False)
    sha256: str
    media_type: str
    width: int
    """As the walker read it from the bytes, in pixels."""
    height: int
    decode: Callable[[bytes], Pixels] = field(repr=False)

    @cached_property
    def pixels(self) -> Pixels:
        """What these bytes show, decoded when first asked for; read-only.

        There is no other way to get pixels of a release, so what is examined is
        always what the bytes decode to.

        Raises:
            ReleaseNotClean: they cannot be decoded, or show something else than
                they were made from.
        """
        pixels = self.decode(self.data)
        pixels.flags.writeable = False
        return pixels
