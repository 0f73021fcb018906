"""A small rendition for lists, made from our own output and never from an upload."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image

_SIDE: Final = 240
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


def thumbnail(release: bytes) -> bytes:
    """Return a JPEG of at most 240 by 240 pixels."""
    with Image.open(BytesIO(release), formats=_FORMATS) as image:
        image.draft("RGB", (_SIDE, _SIDE))
        image.thumbnail((_SIDE, _SIDE))
        small = Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=75)
    return buffer.getvalue()
