"""Boxes of AVIF and HEIF files: colours of the primary picture, and items of Exif (ISO/IEC 23008-12, 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]
_HEADER, _LARGE_HEADER, _FULL_BOX = 8, 16, 4
_MOST_ENTRIES: Final = 4096
"""Boxes, items or properties that are looked at; a hostile file may have millions."""
_NCLX_SIZE: Final = 10


def nclx(data: bytes) -> tuple[int, int] | None:
    """Code points of primaries and transfer function; None if the file does not give them.

    The primary picture's own box counts, or the first one where it has none
    (as in grids whose tiles alone are described).
    """
    meta = _find(data, (0, len(data)), b"meta")
    if meta is None:
        return None
    inside = meta[0] + _FULL_BOX, meta[1]
    properties = _find(data, inside, b"iprp")
    store = properties and _find(data, properties, b"ipco")
    if properties is None or store is None:
        return None
    found = {
        number: _code_points(data, span)
        for number, (kind, span) in enumerate(_children(data, store), start=1)
        if kind == b"colr" and data[span[0] : span[0] + 4] == b"nclx"
    }
    own = [number for number in _associated(data, properties, _primary(data, inside)) if number in found]
    return found[own[0]] if own else next(iter(found.values()), None)


def without_exif(data: bytes) -> bytes:
    """The same file, of the same length, whose Exif items are called something that no reader knows."""
    meta = _find(data, (0, len(data)), b"meta")
    items = meta and _find(data, (meta[0] + _FULL_BOX, meta[1]), b"iinf")
    if items is None:
        return data
    start, end = items
    return data[:start] + data[start:end].replace(b"Exif", b"none") + data[end:]


def _code_points(data: bytes, span: Span) -> tuple[int, int] | None:
    start, end = span
    return (_number(data, start + 4, 2), _number(data, start + 6, 2)) if end - start >= _NCLX_SIZE else None


def _primary(data: bytes, inside: Span) -> int | None:
    box = _find(data, inside, b"pitm")
    if box is None:
        return None
    return _number(data, box[0] + _FULL_BOX, 4 if data[box[0]] else 2)


def _associated(data: bytes, properties: Span, item: int | None) -> Iterator[int]:
    """Numbers of the properties of an item, from 1 on (box `ipma`)."""
    box = _find(data, properties, b"ipma")
    if box is None or item is None:
        return
    at, end = box
    wide_items, wide_indices = data[at] > 0, data[at + 3] & 1
    count, at = _number(data, at + 4, 4), at + 8
    id_size, index_size = 4 if wide_items else 2, 2 if wide_indices else 1
    for _ in range(min(count, _MOST_ENTRIES)):
        if at + id_size >= end:
            return
        this, number, at = _number(data, at, id_size), data[at + id_size], at + id_size + 1
        if this == item:
            for place in range(at, min(at + number * index_size, end), index_size):
                yield _number(data, place, index_size) & (0x7FFF if wide_indices else 0x7F)
        at += number * index_size


def _find(data: bytes, span: Span, kind: bytes) -> Span | None:
    return next((inside for name, inside in _children(data, span) if name == kind), None)


def _children(data: bytes, span: Span) -> Iterator[tuple[bytes, Span]]:
    """Each box within a span as (type, span of its content)."""
    at, end = span
    for _ in range(_MOST_ENTRIES):
        if at + _HEADER > end:
            return
        length, header = _number(data, at, 4), _HEADER
        if length == 1:
            length, header = _number(data, at + _HEADER, 8), _LARGE_HEADER
        elif length == 0:
            length = end - at
        if length < header or at + length > end:
            return
        yield data[at + 4 : at + 8], (at + header, at + length)
        at += length


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")
