"""Walk over the parts of an uploaded container without decoding any of them.

Lenient on purpose: this reads what others wrote, to count and to name what is
there. What leaves the gate is judged by the strict walkers instead.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

SOS: Final = 0xDA
EOI: Final = 0xD9
# A marker is FF and a code; 00 is stuffing, FF is fill, RSTn and TEM carry nothing.
_MARKER: Final = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd8])")


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Each segment as (marker code, payload, offset behind it), up to and with EOI.

    Skips as libjpeg does: junk between segments, restart markers and coded data.
    """
    for code, start, behind in jpeg_spans(data):
        yield code, b"" if code == EOI else data[start + 4 : behind], behind


def jpeg_spans(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment as (marker code, offset of its marker, offset behind it), up to and with EOI."""
    position = 2
    while (match := _MARKER.search(data, position)) is not None:
        code, position = match[1][0], match.end()
        if code == EOI:
            yield code, match.start(), position
            return
        position += max(int.from_bytes(data[position : position + 2], "big"), 2)
        yield code, match.start(), position


def count_scans(data: bytes) -> int:
    """How many times a JPEG paints over its picture: its number of SOS segments."""
    return sum(code == SOS for code, _, _ in jpeg_segments(data))


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Each chunk as (type, the first 64 bytes of its data, offset behind it), up to and with IEND."""
    for kind, start, behind in png_spans(data):
        yield kind, data[start : min(behind - 4, start + 64)], behind


def png_spans(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk as (type, offset of its data, offset behind its checksum), up to and with IEND."""
    position = 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        start, position = position + 8, position + 12 + length
        yield kind, start, position
        if kind == b"IEND":
            return


def png_is_whole(data: bytes, start: int, behind: int) -> bool:
    """Whether a chunk's checksum is right; decoders pass over a dispensable chunk where it is not (PNG 3, 13.1).

    Args:
        data: the whole file.
        start: the offset of the chunk's data.
        behind: the offset behind its checksum.
    """
    return zlib.crc32(data[start - 4 : behind - 4]) == int.from_bytes(data[behind - 4 : behind], "big")


def boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each outer box of a HEIC or AVIF file as (type, offset, offset behind it)."""
    position = 0
    while position + 8 <= len(data):
        length, header = int.from_bytes(data[position : position + 4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        elif length == 0:
            length = len(data) - position
        if length < header or position + length > len(data):
            return
        yield data[position + 4 : position + 8], position, position + length
        position += length


def riff_chunks(data: bytes) -> Iterator[bytes]:
    """The type of each chunk of a WebP file, within the size that its header gives."""
    end = min(8 + int.from_bytes(data[4:8], "little"), len(data))
    position = 12
    while position + 8 <= end:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        yield data[position : position + 4]
        position += 8 + length + (length & 1)
