"""The same picture without anything that a decoder does not need to show its pixels.

Broken EXIF, text or profiles make Pillow give up on a picture whose pixels are
whole, where browsers show it. Such a file is tried a second time like this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gatekeeper.media.formats.heif import without_exif
from gatekeeper.media.formats.segments import SOS, jpeg_spans, png_is_whole, png_spans

_SIGNATURE: Final = 8
_APP0, _APP2, _APP14, _COMMENT = 0xE0, 0xE2, 0xEE, 0xFE
_DISPENSABLE: Final = frozenset({*range(_APP0, 0xF0), _COMMENT})
_USED_SEGMENTS: Final = ((_APP0, b"JFIF\x00", 14), (_APP2, b"ICC_PROFILE\x00", 15), (_APP14, b"Adobe", 12))
"""Marker, how the payload begins, and from which length on libjpeg takes it seriously."""
_USED_CHUNKS: Final = frozenset(b"IHDR PLTE IDAT IEND tRNS".split())
_PROFILE_CHUNK: Final = b"iCCP"


def essentials(data: bytes, decoder: str) -> bytes | None:
    """A file that shows the same; None where the format needs none, or nothing can be left out."""
    maker = _MAKERS.get(decoder)
    lean = maker(data) if maker else None
    return None if lean == data else lean


def _jpeg(data: bytes) -> bytes:
    kept, done = [], 0
    for code, start, behind in jpeg_spans(data):
        if code == SOS:
            break
        if code in _DISPENSABLE and not _is_used(code, data[start + 4 : behind]):
            kept.append(data[done:start])
            done = behind
    return b"".join((*kept, data[done:]))


def _is_used(code: int, payload: bytes) -> bool:
    return any(
        code == marker and payload.startswith(start) and len(payload) >= least
        for marker, start, least in _USED_SEGMENTS
    )


def _png(data: bytes) -> bytes:
    return b"".join((data[:_SIGNATURE], *_used_chunks(data)))


def _used_chunks(data: bytes) -> Iterator[bytes]:
    for kind, start, behind in png_spans(data):
        if kind in _USED_CHUNKS or (kind == _PROFILE_CHUNK and png_is_whole(data, start, behind)):
            yield data[start - 8 : behind]


_MAKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "AVIF": without_exif,
    "HEIF": without_exif,
}
