"""The encoding of ONNX files, read and written field by field, without a copy of the weights in objects.

It is that of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/); field numbers
are those of `onnx.proto` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_MORE: Final = 0x80
"""Set in each byte of a number but the last."""

NUMBER, BYTES = 0, 2
"""Wire types: a number, and everything that has a length; nothing else occurs in the parts that are read."""

GRAPH: Final = 7
NODE, INITIALIZER, INPUT, OUTPUT, VALUE_INFO = 1, 5, 11, 12, 13
DIMS, TENSOR_TYPE, FLOATS, TENSOR_NAME, RAW = 1, 2, 4, 8, 9
NODE_INPUT, NODE_OUTPUT, OPERATION, ATTRIBUTE = 1, 2, 4, 5
NAME: Final = 1
"""Of inputs, outputs and attributes."""

Part = tuple[int, int, bytes]
"""One field: its number, its wire type, and what it holds; a number as it is encoded."""


def first(message: bytes, wanted: int) -> bytes:
    """Return what the first field of this number holds; nothing if there is none."""
    return next((held for number, _, held in parts(message) if number == wanted), b"")


def every(message: bytes, wanted: int) -> list[bytes]:
    """Return what all fields of this number hold."""
    return [held for number, _, held in parts(message) if number == wanted]


def parts(message: bytes) -> Iterator[Part]:
    """Yield every field of a message.

    Raises:
        ValueError: it is none.
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        start, kind = at, tag & 7
        length, at = _varint(message, at)
        if kind == BYTES:
            start, at = at, at + length
        elif kind != NUMBER or at > len(message):
            raise ValueError("This is not an ONNX file.")
        yield tag >> 3, kind, message[start:at]


def joined(fields: Iterable[Part]) -> bytes:
    """Return the message of these fields."""
    encoded: list[bytes] = []
    for number, kind, held in fields:
        encoded += encoded_number(number << 3 | kind), encoded_number(len(held)) if kind == BYTES else b"", held
    return b"".join(encoded)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(message):
        byte = message[at]
        number |= (byte & ~_MORE) << shift
        at, shift = at + 1, shift + 7
        if not byte & _MORE:
            return number, at
    raise ValueError("This is not an ONNX file: it ends within a number.")


def encoded_number(number: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    encoded = bytearray()
    while number >= _MORE:
        encoded.append(number % _MORE | _MORE)
        number //= _MORE
    encoded.append(number)
    return bytes(encoded)
