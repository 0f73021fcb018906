"""A photo before and after: the upload, opened; the release, made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gatekeeper.types.formats import Format

Pixels = NDArray[np.uint8]
"""Upright sRGB, shape (height, width, 3), C-contiguous."""


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
