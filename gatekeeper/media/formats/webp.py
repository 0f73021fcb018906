"""Prove that a WebP holds one opaque picture and nothing else.

An allow-list, by the bytes alone: one `VP8 ` or `VP8L` chunk without alpha
(RFC 9649). What lies behind the last block inside the coded data cannot be
seen this way; it is kept out by encoding from pixels. Shares no code with any
encoder.
"""

from __future__ import annotations

from typing import Final, NoReturn

from gatekeeper.errors import ReleaseNotClean

_CHUNK_AT, _FRAME_AT = 12, 20
_LOSSY_HEADER, _LOSSLESS_HEADER = 10, 5
_START_CODE: Final = b"\x9d\x01\x2a"
_SIDE: Final = 0x3FFF
_VERSIONS: Final = range(4)


def verify_webp(data: bytes) -> tuple[int, int]:
    """Walk over the whole file; return the picture's width and height.

    Raises:
        ReleaseNotClean: naming what was found.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or _number(data, 4, 4) != len(data) - 8:
        _refuse("the outer header or its size is wrong")
    size = _number(data, _CHUNK_AT + 4, 4)
    padding = size & 1
    if _FRAME_AT + size + padding != len(data) or (padding and data[-1]):
        _refuse("there is more or less in it than one picture")
    kind, frame = data[_CHUNK_AT : _CHUNK_AT + 4], data[_FRAME_AT : _FRAME_AT + size]
    if kind == b"VP8 ":
        return _check_lossy(frame)
    if kind != b"VP8L":
        _refuse("a chunk is not allowed")
    return _check_lossless(frame)


def _refuse(what: str) -> NoReturn:
    msg = f"WebP: {what}."
    raise ReleaseNotClean(msg)


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _check_lossy(frame: bytes) -> tuple[int, int]:
    """One shown key frame, not to be scaled (RFC 6386, section 9.1)."""
    tag = _number(frame, 0, 3)
    is_key, version, is_shown, first_part = not tag & 1, tag >> 1 & 7, tag >> 4 & 1, tag >> 5
    width, height = _number(frame, 6, 2), _number(frame, 8, 2)
    if not is_key or not is_shown or version not in _VERSIONS or frame[3:6] != _START_CODE:
        _refuse("the picture is not one key frame")
    if not 1 <= width <= _SIDE or not 1 <= height <= _SIDE:
        _refuse("the size is impossible or to be scaled")
    if not 0 < first_part < len(frame) - _LOSSY_HEADER:
        _refuse("the coded data is cut off")
    return width, height


def _check_lossless(frame: bytes) -> tuple[int, int]:
    """Opaque, version 0 (RFC 9649, section 3.4)."""
    bits = _number(frame, 1, 4)
    if frame[:1] != b"\x2f" or len(frame) <= _LOSSLESS_HEADER:
        _refuse("the picture is not a lossless one")
    if bits >> 28:
        _refuse("the picture has alpha or an unknown version")
    return 1 + (bits & _SIDE), 1 + (bits >> 14 & _SIDE)
