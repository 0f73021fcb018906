"""ONNX model files as ONNX Runtime takes them at any picture size.

YuNet and CenterFace were exported for one size of picture, name weights among their
inputs, and, quantised, give scalars a block size. OpenCV overlooks all three; ONNX Runtime
takes a file at its word. So the file's text is changed in memory, after its SHA-256 was
checked: no weight and no operation is. Field numbers are those of `onnx.proto`
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), the encoding that of Protocol
Buffers (https://protobuf.dev/programming-guides/encoding/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_MORE: Final = 0x80
"""Set in each byte of a number but the last."""
_NUMBER, _BYTES = 0, 2
"""Wire types: a number, and everything that has a length; nothing else occurs in the parts that are read."""

_GRAPH: Final = 7
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_DIMS, _TENSOR_NAME = 1, 8
_NODE_INPUT, _OPERATION, _ATTRIBUTE = 1, 4, 5
_NAME, _TYPE, _TENSOR, _ELEMENT, _SHAPE, _DIMENSION, _VALUE, _SYMBOL = 1, 2, 1, 1, 2, 1, 1, 2
_CHANNELS: Final = 3

Part = tuple[int, int, bytes]
"""One field: its number, its wire type, and what it holds; a number as it is encoded."""


def any_size(model: bytes) -> bytes:
    """Return an ONNX file whose net takes pictures of shape (n, 3, height, width), whatever the file said.

    Raises:
        ValueError: it is not an ONNX file.
    """
    return _joined((number, kind, _graph(held) if number == _GRAPH else held) for number, kind, held in _parts(model))


def _graph(graph: bytes) -> bytes:
    parts = list(_parts(graph))
    tensors = [held for number, _, held in parts if number == _INITIALIZER]
    numbers = {_first(held, _TENSOR_NAME): _is_number(held) for held in tensors}
    return _joined(
        (number, kind, _changed(number, held, numbers))
        for number, kind, held in parts
        if number != _VALUE_INFO and not (number == _INPUT and _first(held, _NAME) in numbers)
    )


def _changed(number: int, held: bytes, numbers: Mapping[bytes, bool]) -> bytes:
    if number == _NODE:
        return _without_block(held, numbers)
    if number == _INPUT:
        free = [_joined([(_SYMBOL, _BYTES, name)]) for name in (b"pictures", b"height", b"width")]
        channels = _joined([(_VALUE, _NUMBER, bytes([_CHANNELS]))])
        sides = (free[0], channels, *free[1:])
        return _shaped(held, [(_SHAPE, _BYTES, _joined((_DIMENSION, _BYTES, side) for side in sides))])
    return _shaped(held, []) if number == _OUTPUT else held


def _shaped(value: bytes, shape: list[Part]) -> bytes:
    """Return an input or output with another shape; without any, it may have every shape."""
    element = _first(_first(_first(value, _TYPE), _TENSOR), _ELEMENT)
    tensor = _joined([(_ELEMENT, _NUMBER, element), *shape])
    return _joined([(_NAME, _BYTES, _first(value, _NAME)), (_TYPE, _BYTES, _joined([(_TENSOR, _BYTES, tensor)]))])


def _without_block(node: bytes, numbers: Mapping[bytes, bool]) -> bytes:
    """Return a node; one that scales a whole tensor by one number names no blocks."""
    parts = list(_parts(node))
    inputs = [held for number, _, held in parts if number == _NODE_INPUT]
    if _first(node, _OPERATION) != b"DequantizeLinear" or not numbers.get(inputs[1], False):
        return node
    return _joined(part for part in parts if not (part[0] == _ATTRIBUTE and _first(part[2], _NAME) == b"block_size"))


def _is_number(tensor: bytes) -> bool:
    """Say whether a tensor is a single number: it has no side, or one of length one."""
    return [held for number, _, held in _parts(tensor) if number == _DIMS] in ([], [b"\x01"])


def _first(message: bytes, wanted: int) -> bytes:
    return next((held for number, _, held in _parts(message) if number == wanted), b"")


# --- the encoding ----------------------------------------------------------------------


def _parts(message: bytes) -> Iterator[Part]:
    """Yield every field of a message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        start, kind = at, tag & 7
        length, at = _varint(message, at)
        if kind == _BYTES:
            start, at = at, at + length
        elif kind != _NUMBER or at > len(message):
            raise ValueError("This is not an ONNX file.")
        yield tag >> 3, kind, message[start:at]


def _joined(parts: Iterable[Part]) -> bytes:
    encoded = bytearray()
    for number, kind, held in parts:
        encoded += _encoded(number << 3 | kind) + (_encoded(len(held)) if kind == _BYTES else b"") + held
    return bytes(encoded)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(message):
        byte = message[at]
        number |= (byte & ~_MORE) << shift
        at, shift = at + 1, shift + 7
        if not byte & _MORE:
            return number, at
    raise ValueError("This is not an ONNX file: it ends within a number.")


def _encoded(number: int) -> bytes:
    encoded = bytearray()
    while number >= _MORE:
        encoded.append(number % _MORE | _MORE)
        number //= _MORE
    encoded.append(number)
    return bytes(encoded)
