"""The picture formats, apart from the other types: the jailed decoder knows them and loads no arrays."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


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
