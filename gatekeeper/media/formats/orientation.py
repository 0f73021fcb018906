"""The Exif orientation tag, read where browsers read it and nowhere else.

JPEG has it in its first Exif segment, PNG in an `eXIf` chunk before the pixels;
what WebP, GIF, BMP or any XMP say is not looked at by browsers. HEIF and AVIF
turn by boxes of their own, TIFF by a tag that Pillow applies. Exif 2.32, 4.6.4:
tag 0x0112, one SHORT of 1 to 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from gatekeeper.media.formats.segments import SOS, jpeg_segments, png_is_whole, png_spans

UPRIGHT: Final = 1
_TAG, _SHORT, _ENTRY = 0x0112, 3, 12
_TURNS: Final = range(1, 9)
_APP1: Final = 0xE1
_MARK: Final = b"Exif\x00"
_SIGNATURE: Final = len(_MARK) + 1
_ORDERS: Final[dict[bytes, Literal["little", "big"]]] = {b"II*\x00": "little", b"MM\x00*": "big"}


def orientation(data: bytes, decoder: str) -> int:
    """1 to 8, as the tag counts; 1 where there is none, or none that can be read.

    Args:
        data: the whole file.
        decoder: Pillow's name of the format.
    """
    reader = _READERS.get(decoder)
    return UPRIGHT if reader is None else next((of_exif(exif) for exif in reader(data)), UPRIGHT)


def _in_jpeg(data: bytes) -> Iterator[bytes]:
    for code, payload, _ in jpeg_segments(data):
        if code == SOS:
            return
        if code == _APP1 and payload.startswith(_MARK):
            yield payload


def _in_png(data: bytes) -> Iterator[bytes]:
    for kind, start, behind in png_spans(data):
        if kind == b"IDAT":
            return
        if kind == b"eXIf" and png_is_whole(data, start, behind):
            yield data[start : behind - 4]


def of_exif(exif: bytes) -> int:
    """1 to 8, as the tag of an Exif block counts; 1 where there is none that can be read.

    Args:
        exif: a TIFF header and its directory, with or without `Exif` in front.
    """
    exif = exif[_SIGNATURE:] if exif.startswith(_MARK) else exif
    order = _ORDERS.get(exif[:4])
    if order is None:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)

    directory = number(4, 4)
    for entry in range(number(directory, 2)):
        at = directory + 2 + entry * _ENTRY
        if at + _ENTRY > len(exif):
            return UPRIGHT
        if number(at, 2) == _TAG:
            value = number(at + 8, 2)
            usable = number(at + 2, 2) == _SHORT and number(at + 4, 4) == 1 and value in _TURNS
            return value if usable else UPRIGHT
    return UPRIGHT


_READERS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {"JPEG": _in_jpeg, "PNG": _in_png}
