"""Prove that a PNG holds its pixels and nothing else.

An allow-list, by the bytes alone: IHDR, IDAT, IEND, 8-bit grey or RGB. Shares
no code with any encoder.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final, NoReturn

from gatekeeper.errors import ReleaseNotClean

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = struct.Struct(">IIBBBBB")
_CHANNELS: Final = {0: 1, 2: 3}
_MOST_BYTES: Final = 200_000_000
_LAST_FILTER: Final = 4


def verify_png(data: bytes) -> tuple[int, int]:
    """Walk over the whole file and inflate its one stream; return the picture's width and height.

    Raises:
        ReleaseNotClean: naming what was found and where.
    """
    if not data.startswith(_SIGNATURE):
        _refuse("the signature is missing", 0)
    kind, header, position = _chunk(data, len(_SIGNATURE))
    if kind != b"IHDR" or len(header) != _HEADER.size:
        _refuse("the header is missing", position)
    parts = []
    kind, content, position = _chunk(data, position)
    while kind == b"IDAT" and content:
        parts.append(content)
        kind, content, position = _chunk(data, position)
    if kind != b"IEND" or content:
        _refuse("a chunk is not allowed", position)
    if position != len(data):
        _refuse("there is something behind the end of the picture", position)
    return _check_pixels(header, b"".join(parts))


def _refuse(what: str, position: int) -> NoReturn:
    msg = f"PNG, byte {position}: {what}."
    raise ReleaseNotClean(msg)


def _chunk(data: bytes, position: int) -> tuple[bytes, bytes, int]:
    """Type, content and end of the chunk at this position, its checksum proved."""
    length = int.from_bytes(data[position : position + 4], "big")
    start, end = position + 8, position + 8 + length
    if end + 4 > len(data):
        _refuse("a chunk is cut off", position)
    checksum = zlib.crc32(data[position + 4 : end])
    if checksum != int.from_bytes(data[end : end + 4], "big"):
        _refuse("a chunk's checksum is wrong", position)
    return data[position + 4 : start], data[start:end], end + 4


def _check_pixels(header: bytes, stream: bytes) -> tuple[int, int]:
    width, height, depth, colour, compression, filtering, interlace = _HEADER.unpack(header)
    if depth != 8 or colour not in _CHANNELS or compression or filtering or interlace:  # noqa: PLR2004 - bits
        _refuse("the picture is not plain 8-bit grey or RGB", len(_SIGNATURE))
    row = 1 + width * _CHANNELS[colour]
    size = height * row
    if not width or not 0 < size <= _MOST_BYTES:
        _refuse("the size is impossible", len(_SIGNATURE))
    inflater = zlib.decompressobj()
    try:
        pixels = inflater.decompress(stream, size + 1)
    except zlib.error:
        _refuse("the pixels cannot be unpacked", len(_SIGNATURE))
    if len(pixels) != size or not inflater.eof or inflater.unused_data or max(pixels[::row]) > _LAST_FILTER:
        _refuse("there is more or less in it than the pixels", len(_SIGNATURE))
    return width, height
